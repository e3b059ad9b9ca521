"""Files of variants of any size, scored a chunk at a time."""

import logging
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.genome import Genome
from deepchem_genomics.genome.placing import ChromosomeNames
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.models.side_inputs import Sources, attached
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, kept_map, open_pieces
from deepchem_genomics.variants.predicting import (
    AllelePredictor,
    Background,
    column_names,
    effects,
    random_background,
    require_dna,
    vcf_background,
)
from deepchem_genomics.variants.reading import CHUNK, read_record_chunks
from deepchem_genomics.variants.windows import SeenBefore, VariantWindows, variant_windows

__all__ = ["Scored", "ScoringOptions", "open_scoring", "score_variants", "task_names_of"]

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ScoringOptions:
    """How the records of a file are read and their columns named.

    Parameters
    ----------
    task_names : sequence of str, optional
        Of the T tasks, for the columns; by default numbered from 1 if there are several.
    chunk_size : int, default 4096
        Records in memory at a time. Scores do not depend on it.
    keep_samples : bool, default False
        Whether the records have their genotypes, as :func:`write_scores` needs them to write VCF.
    """

    task_names: Sequence[str] | None = None
    chunk_size: int = CHUNK
    keep_samples: bool = False


class Scored(NamedTuple):
    """What became of some records.

    Parameters
    ----------
    scores : DataFrame
        One row for each allele that was scored: chrom, pos, id, ref and alt as in the file, ``window`` (the place of
        the reference window, 0-based and half-open), and for each task prediction_ref, prediction_alt, difference,
        logit_difference and z; ``record`` and ``allele`` are their numbers from 1.
    skipped : DataFrame
        One row for each that was not: record, allele, chrom, pos, id, ref, alt, ``reason`` and ``detail``.
    records : list of pysam.VariantRecord
        The records, in the order of the file.
    """

    scores: pd.DataFrame
    skipped: pd.DataFrame
    records: list[Any]


def score_variants(
    model: Any,
    vcf: PathLike,
    genome: Genome | PathLike,
    options: ScoringOptions | None = None,
    *,
    side_inputs: Sources | None = None,
    background: Background | PathLike | int | None = 1000,
    execution: Execution | None = None,
    run: RunFolder | None = None,
) -> Iterator[Scored]:
    r"""Score each variant of a file by its effect on a model's prediction.

    The file is read twice where the background is drawn near its variants, else once. It need not be sorted. Memory
    does not grow with it.

    Parameters
    ----------
    model : GenomicsModel
        Of DNA: classes or a regression.
    vcf : path-like
        VCF, plain or compressed with bgzip or gzip; or BCF.
    genome : Genome or path-like
        FASTA or 2bit; REF must be what it has.
    options : ScoringOptions, optional
        Names of tasks, records in memory at a time, and whether they keep genotypes; the defaults if not given.
    side_inputs : SideInput, path-like, or mapping of str to these, optional
        Values for a model that has side inputs, such as bigWig files: see
        :func:`~deepchem_genomics.models.side_inputs.attach`. Both alleles get those of the reference window. Without
        it, the model's side inputs as they are.
    background : int, path-like, Background or None, default 1000
        What z compares with: so many random substitutions near the variants, the variants of another file, one made
        before, as by :func:`random_background` with another seed; or nothing, and z is missing.
    execution : Execution, optional
        Where predictions are made; in this process by default. Scores do not depend on it.
    run : RunFolder, optional
        Keeps finished predictions, for an interrupted call to continue: see :func:`open_scoring`.

    Yields
    ------
    Scored
        At most ``options.chunk_size`` records each, in the order of the file.

    Raises
    ------
    AlphabetMismatchError
        If the model reads RNA.
    EmptyInputError
        If the file is empty or has no records.
    GenomeFileError
        If a file is damaged, or of another kind or assembly.
    ChromosomeNameError
        If the file calls one contig by two names.
    BadValueError
        If there is not one name per task.

    Examples
    --------
    >>> import tempfile
    >>> from deepchem_genomics.models import TFBindingModel
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\n" + "ACGGT" * 50 + "\n")
    >>> head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    >>> _ = (folder / "calls.vcf").write_text(head + "chr1\t101\t.\tA\tT,<DEL>\t.\t.\t.\n")
    >>> [scored] = score_variants(TFBindingModel(length=21, seed=1), folder / "calls.vcf", folder / "toy.fa")
    >>> scored.scores[["chrom", "pos", "ref", "alt", "window"]].values.tolist()
    [['chr1', 101, 'A', 'T', 'chr1:90-111']]
    >>> scored.skipped[["alt", "reason"]].values.tolist()
    [['<DEL>', 'symbolic']]
    """
    options = options or ScoringOptions()
    require_dna(model)
    names = task_names_of(model, options.task_names)
    with ExitStack() as opened:
        if not isinstance(genome, Genome):
            genome = opened.enter_context(Genome(genome))
        opened.enter_context(attached(model, side_inputs, genome))
        seen = opened.enter_context(SeenBefore())
        background = _background(model, vcf, genome, background)
        columns = column_names(model, names)
        contigs = ChromosomeNames(genome.sizes, genome.path.name)
        waiting: deque[tuple[pd.DataFrame, pd.DataFrame, list[Any]]] = deque()

        def cut() -> Iterator[VariantWindows]:
            for table, records in read_record_chunks(vcf, options.chunk_size, options.keep_samples):
                windows, skipped = variant_windows(table, genome, model.length, contigs, seen)
                waiting.append((table.iloc[windows.rows].assign(window=windows.ids), skipped, records))
                yield windows

        predicted = kept_map(run, execution or Execution(), AllelePredictor(model), cut())
        for predictions in opened.enter_context(closing(predicted)):
            scores, skipped, records = waiting.popleft()
            found = effects(model, predictions["reference"], predictions["alternative"], names)
            found = found.set_index(scores.index)
            differences = found[[column["difference"] for column in columns]].to_numpy()
            z = background.z(differences) if background else np.full(differences.shape, np.nan)
            for task, column in enumerate(columns):
                scores = scores.join(found[[name for name in column.values() if name in found]])
                scores[column["z"]] = z[:, task]
            yield Scored(scores, skipped, records)


def open_scoring(
    out: PathLike, model: Any, inputs: Mapping[str, PathLike], chunk_size: int = CHUNK
) -> AbstractContextManager[RunFolder | None]:
    """Open the folder ``<out>.run`` that keeps finished predictions, the ``run`` of :func:`score_variants`.

    The side inputs that the model takes are attached to it before, and their files are among the inputs.
    """
    lookups = [one for leaf in model.parts() for one in leaf.side_inputs.values() if isinstance(one, SignalLookup)]
    settings = {
        "model": fingerprint(model),
        "batch size": model.batch_size,
        "records at a time": chunk_size,
        "statistic": ", ".join(sorted({one.statistic for one in lookups})) or None,
    }
    return open_pieces(out, "scoring of variants", settings, inputs)


def task_names_of(model: Any, names: Sequence[str] | None) -> list[str]:
    """Return T task names, numbers from 1 if none were given; BadValueError unless they are T distinct names."""
    n_tasks = model.get_num_tasks()
    found = [str(i + 1) for i in range(n_tasks)] if names is None else [str(name) for name in names]
    if len(found) != n_tasks or len(set(found)) != n_tasks:
        raise BadValueError(
            f"the model has {n_tasks} tasks and the names are {', '.join(found)}; give each a name of its own"
        )
    return found


def _background(
    model: Any, vcf: PathLike, genome: Genome, background: Background | PathLike | int | None
) -> Background | None:
    if background is None or isinstance(background, Background):
        return background
    if isinstance(background, int | np.integer):
        return random_background(model, vcf, genome, int(background))
    return vcf_background(model, Path(background), genome)
