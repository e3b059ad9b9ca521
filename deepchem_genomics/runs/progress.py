"""Progress bars: on a terminal, in a notebook, or where they are requested."""

import sys
import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm

__all__ = ["progress_bar"]

DELAY = 1.0
"""Seconds after which a bar that was not requested is shown: short work needs none."""


def progress_bar(
    what: str,
    unit: str,
    total: int | None = None,
    show: bool | None = None,
    *,
    of: Iterable[Any] | None = None,
    done: int = 0,
) -> "tqdm[Any]":
    """Make a bar on stderr, to be closed.

    ``show`` None means: on a terminal and in a notebook, where it is a widget if ipywidgets is installed. What has no
    ``total`` comes in thousands.

    >>> with progress_bar("trials", "trial", total=2, show=False) as bar:
    ...     bar.update()
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # tqdm's, about ipywidgets, which are not needed
        from tqdm.auto import tqdm

    hidden = None if show is None and not _in_notebook() else not (show or show is None)
    delay = 0 if show else DELAY
    return tqdm(of, what, total, unit=unit, initial=done, unit_scale=total is None, disable=hidden, delay=delay)


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    return shell is not None and "IPKernelApp" in shell.config
