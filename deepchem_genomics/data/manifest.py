"""The manifest of a dataset folder: ``manifest.json``."""

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.io.provenance import versions

__all__ = ["MANIFEST", "counts", "read", "write"]

MANIFEST = "manifest.json"
FORMAT = 1
PACKAGES = ("deepchem", "numpy", "pandas", "pysam", "py2bit", "pybigtools")
"""What the content of a dataset depends on."""


def counts(
    y: np.ndarray,
    tasks: Sequence[str],
    dropped: Mapping[str, int],
    noted: Mapping[str, int],
    weights: NDArray[np.float64] | None = None,
) -> dict[str, Any]:
    """Count ``rows`` (read, kept, dropped by reason, noted) and ``labels`` by task, and add ``class_weights``.

    Labels ``y`` (N, T) are those of the rows kept. Rows that are ``noted`` were kept, but changed.
    """
    lost: Counter[str] = Counter(dropped)
    rows = {
        "read": len(y) + lost.total(),
        "kept": len(y),
        "dropped": dict(sorted(lost.items())),
        "noted": dict(sorted(noted.items())),
    }
    labels = {task: _count_labels(column) for task, column in zip(tasks, y.T, strict=True)}
    result: dict[str, Any] = {"rows": rows, "labels": labels}
    if weights is not None:
        result["class_weights"] = dict(zip(tasks, weights.tolist(), strict=True))
    return result


def write(manifest: Mapping[str, Any], folder: Path) -> None:
    """Write the manifest of a folder, with the versions at work; JSON only."""
    content = {"format": FORMAT, **manifest, "versions": versions(*PACKAGES)}
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n")


def read(folder: str | os.PathLike[str]) -> dict[str, Any]:
    """Read the manifest of a folder; DataFolderError if there is none, or it is not one of this format."""
    path = Path(folder) / MANIFEST
    try:
        manifest = json.loads(path.read_text())
    except FileNotFoundError:
        raise DataFolderError(f"{folder} has no {MANIFEST}; name a folder that dcgenomics build wrote") from None
    except (ValueError, RecursionError) as error:
        raise DataFolderError(f"{path} is not JSON ({error}); build the folder again") from error
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise DataFolderError(f"{path} is not of format {FORMAT}; build the folder again with this version")
    return manifest


def _count_labels(column: np.ndarray) -> dict[str, Any]:
    known = column[~np.isnan(column)]
    missing = len(column) - len(known)
    if np.isin(known, (0, 1)).all():
        return {"0": int((known == 0).sum()), "1": int((known == 1).sum()), "missing": missing}
    spread = {"mean": float(known.mean(dtype=np.float64)), "min": float(known.min()), "max": float(known.max())}
    return {"measured": len(known), "missing": missing, **spread}
