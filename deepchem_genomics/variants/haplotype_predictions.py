"""Predictions for the windows of a person's two chromosomes."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from deepchem.data import NumpyDataset
from numpy.typing import NDArray

from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.genome.intervals import Intervals
from deepchem_genomics.models.prediction_files import Columns
from deepchem_genomics.models.side_inputs import Sources, attached
from deepchem_genomics.typing import Ids
from deepchem_genomics.variants.haplotypes import Haplotypes, HaplotypeWindows
from deepchem_genomics.variants.predicting import require_dna
from deepchem_genomics.variants.scoring import task_names_of

__all__ = ["HaplotypeColumns", "HaplotypeRows", "haplotype_rows", "predict_haplotypes"]


class HaplotypeRows(NamedTuple):
    """N windows on two haplotypes as rows to predict for: those of haplotype 1, then those of 2 that differ from them.

    X (M, L, 4) one-hot and ids (M,), ``second`` (N,) says which row is haplotype 2 of each window; ``changes`` (N, 2)
    and ``haploid`` (N,) are as for HaplotypeWindows.
    """

    X: np.ndarray
    ids: np.ndarray
    second: NDArray[np.int64]
    changes: NDArray[np.int64]
    haploid: NDArray[np.bool_]


def haplotype_rows(
    tables: Iterable[Intervals], haplotypes: Haplotypes, out_of_bounds: str = "error"
) -> Iterator[HaplotypeRows]:
    """Cut tables of windows out of both haplotypes, one-hot; the errors are those of ``Haplotypes.windows``."""
    for table in tables:
        yield _rows(haplotypes.windows(table, out_of_bounds=out_of_bounds))


class HaplotypeColumns(Columns):
    """Columns of both haplotypes for each task: their predictions, mean and difference (2 less 1), and the changes.

    Where haplotype 2 is not there, its prediction and the difference are missing, and the mean is that of haplotype 1.
    """

    @property
    def values(self) -> list[str]:
        """Predictions, their mean and difference, and standard deviations."""
        kinds = ["haplotype1", "haplotype2", "mean", "difference"]
        found = [f"{name}_{kind}" for name in self.names for kind in kinds]
        return found + [f"{name}_{kind}_sd" for name in self.names for kind in kinds[:2] if self.masks]

    @property
    def counts(self) -> list[str]:
        """Numbers of changes."""
        return ["changes_haplotype1", "changes_haplotype2"]

    def content(self, rows: Any, table: np.ndarray) -> dict[str, Any]:
        """Return ids and columns by name; ``table`` is what was predicted for the rows."""
        n, T = len(rows.second), len(self.names)
        first, second = table[:n], np.where(rows.haploid[:, None], np.nan, table[rows.second])
        found: dict[str, Any] = {"id": rows.ids[:n].astype(object)}
        for task in range(T):
            one, other = first[:, task], second[:, task]
            mean = np.where(rows.haploid, one, (one + other) / 2)
            found |= dict(zip(self.values[4 * task : 4 * task + 4], (one, other, mean, other - one), strict=True))
        spread = [column for task in range(T, table.shape[1]) for column in (first[:, task], second[:, task])]
        found |= dict(zip(self.values[4 * T :], spread, strict=True))
        numbers = {name: column.astype(np.float32) for name, column in found.items() if name != "id"}
        return {"id": found["id"], **numbers, **dict(zip(self.counts, rows.changes.T, strict=True))}


def predict_haplotypes(
    model: Any,
    intervals: Intervals | Ids,
    haplotypes: Haplotypes,
    *,
    side_inputs: Sources | None = None,
    out_of_bounds: str = "error",
) -> pd.DataFrame:
    r"""Predict for windows as a person's two chromosomes have them.

    Parameters
    ----------
    model : SequenceModel
        Of DNA, with windows of L bp and T tasks.
    intervals : DataFrame or sequence of str
        N windows of L bp on the genome, or their ids; :func:`~deepchem_genomics.genome.center` gives them that length.
    haplotypes : Haplotypes
        Of the person.
    side_inputs : SideInput, path-like, or mapping of str to these, optional
        Values for a model that has side inputs, as for :func:`score_variants`: both haplotypes get those of the window
        on the genome. Without it, the model's side inputs as they are.
    out_of_bounds : {"error", "pad"}, default "error"
        What to do with a window that reaches past an end of its chromosome: raise an error, or write N there.

    Returns
    -------
    DataFrame
        N rows: ``id``, and for each task (named by its number, from 1, if there are several; else "prediction")
        ``<task>_haplotype1``, ``_haplotype2``, ``_mean`` and ``_difference`` (2 less 1), float32, and
        ``changes_haplotype1`` and ``_haplotype2``, how many alleles lie in each window. Where the person has one
        chromosome only, haplotype 2 and the difference are missing and the mean is that of haplotype 1.

    Raises
    ------
    AlphabetMismatchError
        If the model reads RNA.
    SequenceLengthError, OutOfBoundsError, ChromosomeNameError, IntervalError
        If the windows do not fit the model or the genome.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from deepchem_genomics.genome import Genome
    >>> from deepchem_genomics.models import TFBindingModel
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\n" + "ACGGT" * 50 + "\n")
    >>> head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n"
    >>> _ = (folder / "calls.vcf").write_text(head + "chr1\t101\t.\tA\tT\t.\t.\t.\tGT\t0|1\n")
    >>> with Genome(folder / "toy.fa") as genome:
    ...     me = Haplotypes(folder / "calls.vcf", genome, sample="me")
    ...     table = predict_haplotypes(TFBindingModel(length=21, seed=1), ["chr1:90-111", "chr1:0-21"], me)
    >>> table[["id", "changes_haplotype1", "changes_haplotype2"]].values.tolist()
    [['chr1:90-111', 0, 1], ['chr1:0-21', 0, 0]]
    >>> (table["prediction_difference"] == 0).tolist()
    [False, True]
    """
    require_dna(model)
    names = task_names_of(model, None)
    rows = _rows(haplotypes.windows(intervals, out_of_bounds=out_of_bounds))
    with attached(model, side_inputs, haplotypes.genome):
        predicted = np.asarray(model.predict(NumpyDataset(rows.X, ids=rows.ids))).reshape(len(rows.ids), -1)
    return pd.DataFrame(HaplotypeColumns(["prediction"] if len(names) == 1 else names).content(rows, predicted))


def _rows(windows: HaplotypeWindows) -> HaplotypeRows:
    """Leave out windows of haplotype 2 that are those of haplotype 1: they are predicted once."""
    other = (windows.first != windows.second).any(axis=1) & ~windows.haploid
    n = len(other)
    second = np.where(other, n - 1 + np.cumsum(other), np.arange(n))
    X = one_hot(np.concatenate([windows.first, windows.second[other]]), DNA)
    return HaplotypeRows(X, np.concatenate([windows.ids, windows.ids[other]]), second, windows.changes, windows.haploid)
