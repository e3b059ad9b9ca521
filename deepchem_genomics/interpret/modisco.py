"""Motifs that recur among contributions, found by TF-MoDISco."""

import json
import logging
import os
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError, MissingExtraError, ShapeMismatchError
from deepchem_genomics.interpret.mutagenesis import Mutagenesis
from deepchem_genomics.interpret.rows import Contributions, require_rows
from deepchem_genomics.io.npz import write_arrays
from deepchem_genomics.io.outputs import Kind, atomic_directory
from deepchem_genomics.motifs import CountMatrix
from deepchem_genomics.typing import OneHot
from deepchem_genomics.wording import counted

__all__ = ["run_modisco", "save_for_modisco"]

logger = logging.getLogger(__name__)

_TRIM = 0.3  # as modisco-lite's own reports do

# modisco-lite looks for stretches of 41 bases and keeps motifs of 50, for windows of 400 bp and more. In windows of a
# hundred, most of these would reach past an end, and be dropped without a word.
_SHORT = 200
_FOR_SHORT_WINDOWS = {
    "sliding_window_size": 15,
    "flank_size": 5,
    "trim_to_window_size": 15,
    "initial_flank_to_add": 5,
}

# A process of its own: modisco-lite forks, and a process in which TensorFlow runs its threads should not be forked.
_RUN = """
import json, sys, traceback
import numpy as np
from modiscolite.io import save_hdf5
from modiscolite.tfmodisco import TFMoDISco
sequences, contributions, out, options = sys.argv[1:]
one_hot, hypothetical = (np.load(path)["arr_0"].transpose(0, 2, 1).astype("float32") for path in sys.argv[1:3])
try:
    patterns = TFMoDISco(one_hot=one_hot, hypothetical_contribs=hypothetical, **json.loads(options))
except (IndexError, ValueError) as error:  # where no stretch stands out, as where all contributions are 0 or alike
    if not any(frame.filename.endswith("extract_seqlets.py") for frame in traceback.extract_tb(error.__traceback__)):
        raise
    patterns = None, None
save_hdf5(out, *patterns, one_hot.shape[1])
"""


def save_for_modisco(
    folder: str | os.PathLike[str],
    X: OneHot,
    contributions: Contributions | Mutagenesis | NDArray[np.floating],
    overwrite: bool = False,
) -> Path:
    """Write sequences and hypothetical contributions as modisco-lite's ``modisco motifs`` reads them.

    Parameters
    ----------
    folder : path-like
        Its name; it appears only when whole, with ``one_hot.npz`` (int8) and ``contributions.npz`` (float32), each one
        array ``arr_0`` of shape (N, 4, L). Then ``modisco motifs -s one_hot.npz -a contributions.npz -w L``.
    X : ndarray, (N, L, 4)
        One-hot sequences.
    contributions : Contributions, Mutagenesis or ndarray (N, L, 4)
        Of the same sequences; of the first two, the hypothetical ones.
    overwrite : bool, default False
        Whether an existing folder is replaced, if this function wrote it and it holds nothing else.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    ShapeMismatchError
        If the two differ in shape, or X is not (N, L, 4).
    BadValueError
        If a contribution is not a finite number.
    FileExistsError
        If the folder exists and is not to be replaced.

    Examples
    --------
    >>> import tempfile
    >>> from deepchem_genomics.feat import one_hot
    >>> X = one_hot(["ACGT", "TTAA"])
    >>> folder = save_for_modisco(Path(tempfile.mkdtemp()) / "modisco", X, 0.5 * X)
    >>> np.load(folder / "contributions.npz")["arr_0"].shape
    (2, 4, 4)
    """
    rows = require_rows(X)
    hypothetical = _hypothetical(rows, contributions)
    with atomic_directory(folder, Kind.MODISCO_INPUT, overwrite) as partial:
        _write(partial, rows, hypothetical)
    return Path(folder)


def run_modisco(
    X: OneHot,
    contributions: Contributions | Mutagenesis | NDArray[np.floating],
    out: str | os.PathLike[str],
    max_seqlets: int = 2000,
    min_seqlets: int = 100,
    overwrite: bool = False,
    **options: object,
) -> list[CountMatrix]:
    """Find the motifs that recur among contributions, with TF-MoDISco.

    The method is that of [1]_, by the package modisco-lite.

    Parameters
    ----------
    X : ndarray, (N, L, 4)
        One-hot sequences, hundreds or more.
    contributions : Contributions, Mutagenesis or ndarray (N, L, 4)
        As for :func:`save_for_modisco`.
    out : path-like
        Folder to make, with the two arrays and ``modisco.h5``, from which modisco-lite writes reports.
    max_seqlets : int, default 2000
        Stretches of high contribution that are clustered at most, for each sign.
    min_seqlets : int, default 100
        With fewer of a sign, it has no motifs.
    overwrite : bool, default False
        Whether an existing folder is replaced, if this function wrote it and it holds nothing else.
    **options
        Others of ``modiscolite.tfmodisco.TFMoDISco``, numbers only; what is not given is as there. In windows of less
        than 200 bp, stretches are 15 + 2 x 5 and motifs 15 + 2 x 5 bases (``sliding_window_size``, ``flank_size``,
        ``trim_to_window_size``, ``initial_flank_to_add``): those of modisco-lite, 41 and 50, do not fit.

    Returns
    -------
    list of CountMatrix
        Motifs for, then against: ``pos_patterns.pattern_0`` and so on, in modisco-lite's order, cut at the ends where
        contributions are below 0.3 of the highest. Counts are numbers of stretches. Empty if there are none, as
        where no contribution stands out.

    Raises
    ------
    MissingExtraError
        If modisco-lite is not installed.
    BadValueError
        If modisco-lite fails, with the last line it says; or a contribution is not a finite number.
    ShapeMismatchError, EmptyInputError
        If the sequences and the contributions differ in shape, are not (N, L, 4), or there are none.
    FileExistsError
        If the folder exists and is not to be replaced.

    References
    ----------
    .. [1] Shrikumar et al. (2018), Technical note on transcription factor motif discovery from importance scores
       (TF-MoDISco), arXiv:1811.00416.
    """
    rows = require_rows(X)
    hypothetical = _hypothetical(rows, contributions)
    if find_spec("modiscolite") is None:
        raise MissingExtraError(
            "TF-MoDISco is not installed; pip install 'deepchem_genomics[interpret]' (it brings modisco-lite)"
        )
    with atomic_directory(out, Kind.MODISCO_RESULT, overwrite) as partial:
        _write(partial, rows, hypothetical)
        sizes = _FOR_SHORT_WINDOWS if rows.shape[1] < _SHORT else {}
        limits = {"max_seqlets_per_metacluster": max_seqlets, "min_metacluster_size": min_seqlets}
        settings = {**sizes, **limits, **options}
        _call(partial, settings)
        motifs = _read(partial / "modisco.h5")
    # The name alone: a report is written into a folder that has its own name only when it is whole.
    found = counted(len(motifs), "motif")
    logger.info("TF-MoDISco found %s in %s; all is in %s/", found, counted(len(rows), "sequence"), Path(out).name)
    return motifs


def _hypothetical(
    X: NDArray[np.generic], contributions: Contributions | Mutagenesis | NDArray[np.floating]
) -> NDArray[np.float32]:
    given = contributions.hypothetical if isinstance(contributions, Contributions | Mutagenesis) else contributions
    values = np.asarray(given, dtype=np.float32)
    if values.shape != X.shape:
        raise ShapeMismatchError(f"X has shape {X.shape} and the contributions {values.shape}; they must be alike")
    if not np.isfinite(values).all():
        raise BadValueError("a contribution is not a finite number; TF-MoDISco needs one for each letter")
    return values


def _write(folder: Path, X: NDArray[np.generic], hypothetical: NDArray[np.float32]) -> None:
    write_arrays(folder / "one_hot.npz", {"arr_0": X.transpose(0, 2, 1).astype(np.int8)})
    write_arrays(folder / "contributions.npz", {"arr_0": hypothetical.transpose(0, 2, 1)})


def _call(folder: Path, settings: dict[str, object]) -> None:
    files = [str(folder / name) for name in ("one_hot.npz", "contributions.npz", "modisco.h5")]
    done = subprocess.run([sys.executable, "-c", _RUN, *files, json.dumps(settings)], capture_output=True, text=True)
    if done.returncode:
        said = (done.stderr.strip() or "nothing").splitlines()[-1]
        raise BadValueError(f"modisco-lite failed: {said}")


def _read(path: Path) -> list[CountMatrix]:
    """Read the motifs of a results file."""
    h5py = import_module("h5py")
    motifs = []
    with h5py.File(path) as file:
        for sign in ("pos_patterns", "neg_patterns"):
            patterns = file.get(sign, {})
            for name in sorted(patterns, key=lambda text: int(text.rsplit("_", 1)[1])):
                motifs.append(_pattern(f"{sign}.{name}", patterns[name]))
    return motifs


def _pattern(name: str, pattern: Any) -> CountMatrix:
    shares, scores = pattern["sequence"][:], pattern["contrib_scores"][:]  # (W, 4) each
    n_seqlets = int(pattern["seqlets"]["n_seqlets"][0])
    height = np.abs(scores).sum(axis=1)
    kept = np.flatnonzero(height >= _TRIM * height.max())
    counts = shares[kept[0] : kept[-1] + 1] * n_seqlets
    return CountMatrix(name, name, tuple(tuple(row) for row in counts.T.tolist()))
