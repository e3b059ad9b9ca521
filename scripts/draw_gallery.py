"""Draw the pictures of docs/gallery.md: run ``python scripts/draw_gallery.py`` after a change of a plot or of the page.

Each heading ``### name`` of the page is followed by Python that leaves Axes called ``ax``; they are saved as
``docs/pictures/name.png``. The pictures are the same to the byte, whoever draws them with the same versions.
"""

import argparse
import re
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "gallery.md"
DPI = 100

_CODE = re.compile(r"```python\n(.*?)```", re.DOTALL)


def examples(page: str) -> dict[str, str]:
    """Return the code of each example, what all share put before it.

    Parameters
    ----------
    page : str
        Text of the gallery.

    Returns
    -------
    dict of str to str
        Code by the name of the function it shows.
    """
    head, *sections = re.split(r"^### ", page, flags=re.MULTILINE)
    shared = "\n".join(_CODE.findall(head))
    return {section.split("\n", 1)[0].strip(): shared + "\n" + _CODE.findall(section)[0] for section in sections}


def draw(code: str) -> Any:
    """Run an example.

    Parameters
    ----------
    code : str
        As :func:`examples` returns it.

    Returns
    -------
    matplotlib.axes.Axes
        What it leaves as ``ax``.
    """
    names: dict[str, Any] = {}
    exec(code, names)
    return names["ax"]


def main() -> None:
    """Draw all, or those named."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("names", nargs="*", help="functions; all if none is named")
    parser.add_argument("--out", type=Path, default=PAGE.parent / "pictures", help="folder of the pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, code in examples(PAGE.read_text()).items():
        if arguments.names and name not in arguments.names:
            continue
        path = arguments.out / f"{name}.png"
        draw(code).figure.savefig(path, dpi=DPI, bbox_inches="tight", metadata={"Software": None})
        print(f"{path}\t{path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
