"""Predictions for both alleles, and a background of random variants to compare with.

The differences of a background give each variant's difference a scale: z is the difference less their mean, in units of
their standard deviation. The background is of random substitutions close to the variants, so that it has the same
surroundings, or of the variants of another file.
"""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from deepchem.data import NumpyDataset
from numpy.typing import NDArray
from scipy.special import logit

from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import AlphabetMismatchError
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.feat.strand import reverse_complement_one_hot
from deepchem_genomics.genome import Genome
from deepchem_genomics.genome.placing import ChromosomeNames, match_names
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.paths import PathLike
from deepchem_genomics.typing import OneHot
from deepchem_genomics.variants.reading import COLUMNS, read_variants
from deepchem_genomics.variants.windows import VariantWindows, variant_windows

__all__ = [
    "AllelePredictor",
    "Background",
    "allele_predictions",
    "column_names",
    "effects",
    "random_background",
    "require_dna",
    "vcf_background",
]


logger = logging.getLogger(__name__)


CLOSEST = 1e-7  # to 0 and 1, where a probability has no finite logit; as in models.Calibration

Predictions = NDArray[np.float64]


def allele_predictions(model: Any, windows: VariantWindows) -> tuple[Predictions, Predictions]:
    """Predict for the reference and the alternative window of each allele.

    Each is the mean of the predictions for the window and for its reverse complement; a model that cannot tell the two
    apart, such as ``RCTFBindingModel``, is asked once. A second input is looked up by the place of the reference
    window for both alleles, so the two differ by their letters alone.

    Parameters
    ----------
    model : GenomicsModel
        Of DNA, with windows of L bp and T tasks, and its second input if it has one.
    windows : VariantWindows
        Of n alleles.

    Returns
    -------
    reference, alternative : ndarray of shape (n, T), float64
        Calibrated if the model is.

    Raises
    ------
    AlphabetMismatchError
        If the model reads RNA.
    """
    require_dna(model)
    n_tasks = model.get_num_tasks()
    if not len(windows.rows):
        return np.empty((0, n_tasks)), np.empty((0, n_tasks))
    # Several alleles of one place share its reference window, which is predicted once.
    _, first, back = np.unique(windows.ids, return_index=True, return_inverse=True)
    X = one_hot(np.concatenate([windows.reference[first], windows.alternative]), DNA)
    predicted = _predictions(model, X, np.concatenate([windows.ids[first], windows.ids]))
    return predicted[: len(first)][back.ravel()], predicted[len(first) :]


class AllelePredictor:
    """Predicts for both alleles of some windows. Can be sent to other processes."""

    def __init__(self, model: Any) -> None:
        self.model = PortableModel(model)

    def __call__(self, windows: VariantWindows) -> dict[str, Predictions]:
        """Return ``reference`` and ``alternative``, as :func:`allele_predictions` does."""
        reference, alternative = allele_predictions(self.model.model, windows)
        return {"reference": reference, "alternative": alternative}


def effects(model: Any, reference: Predictions, alternative: Predictions, task_names: list[str]) -> pd.DataFrame:
    """Tabulate predictions (n, T) of both alleles and their differences; columns of :func:`column_names` but z."""
    columns: dict[str, Predictions] = {}
    for task, names in enumerate(column_names(model, task_names)):
        ref, alt = reference[:, task], alternative[:, task]
        columns |= {names["prediction_ref"]: ref, names["prediction_alt"]: alt, names["difference"]: alt - ref}
        if "logit_difference" in names:
            columns[names["logit_difference"]] = _logits(alt) - _logits(ref)
    return pd.DataFrame(columns)


def column_names(model: Any, task_names: list[str]) -> list[dict[str, str]]:
    """Name a model's columns for each task: prediction_ref, prediction_alt, difference, logit_difference and z.

    Only probabilities have a difference of logits. The columns of one of several tasks end in ``_`` and its name.
    """
    kinds = ["prediction_ref", "prediction_alt", "difference", "logit_difference", "z"]
    if model.mode != "classification":
        kinds.remove("logit_difference")
    endings = [""] if len(task_names) == 1 else [f"_{name}" for name in task_names]
    return [{kind: kind + ending for kind in kinds} for ending in endings]


def require_dna(model: Any) -> None:
    """Raise AlphabetMismatchError for a model that reads RNA."""
    if model.alphabet != DNA:
        raise AlphabetMismatchError(
            f"the model reads {model.alphabet.name} and variants are changes of a genome's DNA; give a model of DNA"
        )


def _predictions(model: Any, X: OneHot, ids: NDArray[np.str_]) -> Predictions:
    forward = _predict(model, X, ids)
    if model.ignores_strand:
        return forward
    return (forward + _predict(model, reverse_complement_one_hot(X), ids)) / 2


def _predict(model: Any, X: OneHot, ids: NDArray[np.str_]) -> Predictions:
    return np.asarray(model.predict(NumpyDataset(X, ids=ids)), dtype=np.float64).reshape(len(X), -1)


def _logits(p: Predictions) -> Predictions:
    found: Predictions = logit(np.clip(p, CLOSEST, 1 - CLOSEST))
    return found


CHUNK = 4096
_ROUNDS = 50  # of drawing, where most places have no whole window of letters
_BASES = np.frombuffer(b"ACGT", np.uint8)
_CODE = np.full(256, -1)
_CODE[_BASES] = range(4)


class Background(NamedTuple):
    """Mean and spread of the differences of changes to compare with.

    Parameters
    ----------
    mean, sd : ndarray of shape (T,), float64
        Of prediction for ALT less prediction for REF, for each task. sd divides by n - 1; NaN for less than 2.
    n : int
        Number of changes.
    of : str
        What they are, in words.

    Examples
    --------
    >>> background = Background(np.array([0.01]), np.array([0.02]), 1000, "made up")
    >>> background.z(np.array([[0.05], [0.01]])).tolist()
    [[2.0], [0.0]]
    """

    mean: NDArray[np.float64]
    sd: NDArray[np.float64]
    n: int
    of: str

    def z(self, differences: NDArray[np.float64]) -> NDArray[np.float64]:
        """Scale differences by those of the background.

        Parameters
        ----------
        differences : ndarray of shape (n, T)
            Prediction for ALT less prediction for REF.

        Returns
        -------
        ndarray of shape (n, T), float64
            NaN where the background has no spread.
        """
        sd = np.where(self.sd > 0, self.sd, np.nan)
        return (differences - self.mean) / sd


def random_background(
    model: Any, vcf: PathLike, genome: Genome, n: int = 1000, *, near: int = 10_000, seed: int = 0
) -> Background:
    """Score random substitutions of single bases near the variants of a file.

    The file is read through once. Of its alleles that lie on contigs of the genome, ``n`` are drawn, all of them if
    there are fewer. Around these, places at most ``near`` bp away are drawn, and one of the three other bases for each;
    those without a whole window of A, C, G and T are drawn again. No substitution comes twice.

    Parameters
    ----------
    model : GenomicsModel
        Of DNA, with its second input if it has one.
    vcf : path-like
        The variants to be near to.
    genome : Genome
        Of the variants.
    n : int, default 1000
        Number of substitutions.
    near : int, default 10000
        In bp.
    seed : int, default 0
        Decides all that is drawn: the same seed, file and genome give the same background.

    Returns
    -------
    Background
        Of fewer than ``n``, with a warning, if there are not enough places.

    Raises
    ------
    BadValueError
        If ``n`` is less than 2 or ``near`` less than 0.
    EmptyInputError, GenomeFileError
        If the file has no records or is damaged.
    """
    require_whole_number("n", n, lowest=2, of="substitutions")
    require_whole_number("near", near, lowest=0, of="bp")
    rng = np.random.default_rng(seed)
    anchors = _anchors(vcf, genome, n, rng)
    drawn = _substitutions(anchors, genome, model.length, n, near, rng)
    if len(drawn) < n:
        logger.warning(
            "the background has %d random substitutions, not %d: there are no more places with a whole window of "
            "letters within %d bp of the variants", len(drawn), n, near,
        )  # fmt: skip
    tables = (drawn.iloc[i : i + CHUNK] for i in range(0, len(drawn), CHUNK))
    of = f"random substitutions within {near} bp of the variants, seed {seed}"
    return _background(model, tables, genome, of)


def vcf_background(model: Any, vcf: PathLike, genome: Genome) -> Background:
    """Score the variants of a file to compare others with.

    Parameters
    ----------
    model : GenomicsModel
        Of DNA, with its second input if it has one.
    vcf : path-like
        Such as common variants of the same region. Alleles that cannot be scored are counted in a log message.
    genome : Genome
        Of the variants.

    Returns
    -------
    Background
        Of all alleles that can be scored.

    Raises
    ------
    EmptyInputError, GenomeFileError
        If the file has no records or is damaged.
    """
    return _background(model, read_variants(vcf), genome, f"variants of {Path(vcf).name}")


def _background(model: Any, tables: Iterator[pd.DataFrame], genome: Genome, of: str) -> Background:
    """Join the moments of chunks, by the rule of Chan, Golub and LeVeque (1979)."""
    n_tasks, names = model.get_num_tasks(), ChromosomeNames(genome.sizes, genome.path.name)
    n, n_skipped, mean, squares = 0, 0, np.zeros(n_tasks), np.zeros(n_tasks)
    for table in tables:
        windows, skipped = variant_windows(table, genome, model.length, names)
        n_skipped += len(skipped)
        reference, alternative = allele_predictions(model, windows)
        new = alternative - reference  # (m, T)
        if m := len(new):
            gap = new.mean(axis=0) - mean
            squares += ((new - new.mean(axis=0)) ** 2).sum(axis=0) + gap**2 * n * m / (n + m)
            mean = mean + gap * m / (n + m)
            n += m
    if n_skipped:
        logger.warning("%d alleles of the background (%s) cannot be scored and are left out", n_skipped, of)
    if n < 2:
        logger.warning("the background (%s) has %d alleles that can be scored, so z is missing", of, n)
    sd = np.sqrt(squares / (n - 1)) if n > 1 else np.full(n_tasks, np.nan)
    if n > 1 and (sd == 0).any():
        logger.warning("the %d changes of the background (%s) change no prediction, so z is missing", n, of)
    return Background(mean, sd, n, f"{n} {of}")


def _anchors(vcf: PathLike, genome: Genome, n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Draw n alleles of a file of any length: each gets a random number, and those with the least are kept."""
    sizes, called = genome.sizes, {"wanted_in": "the file of variants", "available_in": genome.path.name}
    kept = pd.DataFrame({"chrom": pd.Series(dtype=object), "at": np.empty(0, np.int64), "number": np.empty(0)})
    for table in read_variants(vcf):
        chroms = table["chrom"].map(match_names(table["chrom"].unique(), sizes, **called))
        at = table["pos"] - 1
        inside = (at >= 0) & (at < chroms.map(sizes).fillna(0))
        drawn = pd.DataFrame({"chrom": chroms, "at": at, "number": rng.random(len(table))})[inside]
        if len(drawn):
            kept = pd.concat([kept, drawn]).nsmallest(n, "number") if len(kept) else drawn.nsmallest(n, "number")
    return kept


def _substitutions(
    anchors: pd.DataFrame, genome: Genome, length: int, n: int, near: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Draw places near the anchors and another base for each, as a table of variants."""
    table = pd.DataFrame({name: [] for name in COLUMNS})
    contigs, sizes = anchors["chrom"].to_numpy(object), anchors["chrom"].map(genome.sizes).to_numpy()
    for _ in range(_ROUNDS if len(anchors) else 0):
        m = n - len(table)
        which = rng.integers(len(anchors), size=m)
        at = anchors["at"].to_numpy()[which] + rng.integers(-near, near + 1, size=m)
        shift = rng.integers(1, 4, size=m)
        starts = at - length // 2
        whole = (starts >= 0) & (starts + length <= sizes[which])
        places = pd.DataFrame({"chrom": contigs[which], "start": starts, "end": starts + length})[whole]
        if not len(places):
            continue
        codes = _CODE[genome.fetch_bytes(places)]  # (m, L)
        lettered = (codes >= 0).all(axis=1)
        middle = codes[lettered, length // 2]
        ref, alt = (_BASES[code].tobytes().decode() for code in (middle, (middle + shift[whole][lettered]) % 4))
        found = pd.DataFrame(
            {
                "record": 0,  # of no file
                "allele": 1,
                "chrom": places["chrom"].to_numpy()[lettered],
                "pos": at[whole][lettered] + 1,
                "id": ".",
                "ref": list(ref),
                "alt": list(alt),
            }
        )
        table = pd.concat([table, found]) if len(table) else found
        table = table.drop_duplicates(["chrom", "pos", "alt"]).reset_index(drop=True)
        if len(table) == n:
            break
    return table.sort_values(["chrom", "pos", "alt"], ignore_index=True)
