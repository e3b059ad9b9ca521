"""The report for programs: what was asked, what was found, what was skipped and why."""

import hashlib
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from deepchem_genomics._version import __version__
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section

__all__ = ["FORMAT", "record"]

FORMAT = 1
"""Of the manifest."""


def record(folder: Path, question: Question, facts: Mapping[str, str], sections: Sequence[Section]) -> dict[str, Any]:
    """Describe a report.

    Parameters
    ----------
    folder : Path
        With all files but the manifest in it.
    question : Question
        What was asked.
    facts : mapping of str to str
        What the head of the page says.
    sections : sequence of Section
        What it answers.

    Returns
    -------
    dict
        JSON only.
    """
    model = question.model
    return {
        "format": FORMAT,
        "model": {
            "class": type(model).__name__,
            "length": int(question.strongest.X.shape[1]),
            "letters": question.letters,
        },
        "facts": dict(facts),
        "task": {"number": question.task, "name": question.task_name},
        "scale": question.scale,
        "seed": question.seed,
        "rows": {
            "all": len(question.predicted),
            "strongest": [str(name) for name in question.strongest.ids[: question.top]],
            "n_strongest": len(question.strongest.ids),
            "n_drawn": len(question.drawn.ids),
        },
        "sections": {section.name: _section(section) for section in sections},
        "files": {
            path.relative_to(folder).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "versions": {
            "deepchem_genomics": __version__,
            **{name: version(name) for name in ("tensorflow", "numpy")},
            "python": platform.python_version(),
        },
    }


def _section(section: Section) -> dict[str, Any]:
    if section.skipped is not None:
        return {"title": section.title, "skipped": section.skipped}
    return {
        "title": section.title,
        "text": list(section.paragraphs),
        "pictures": {picture.file: picture.caption for picture in section.pictures},
        "tables": {table.file: {"columns": list(table.columns), "rows": len(table.rows)} for table in section.tables},
        "files": list(section.files),
    }
