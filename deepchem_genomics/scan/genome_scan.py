"""Scan a genome with a model: the options, the work, and the output files."""

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import EmptyInputError, ModelFolderError
from deepchem_genomics.genome import Genome
from deepchem_genomics.io.outputs import atomic_file, temporary_directory
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.models.side_inputs import Sources, attached
from deepchem_genomics.paths import PathLike
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, open_pieces, require_free
from deepchem_genomics.scan.options import ScanOptions, chosen_chromosomes, peak_threshold, require_model
from deepchem_genomics.scan.outputs import (
    Moved,
    ScoredStretch,
    call_peaks,
    require_bigwig_writer,
    threshold_of_rule,
    threshold_of_top,
    write_peaks,
    write_track,
)
from deepchem_genomics.scan.scoring import StretchScorer, signal_lookups
from deepchem_genomics.scan.stretches import Layout, Stretch, cut_into_stretches
from deepchem_genomics.wording import listed

if TYPE_CHECKING:
    from deepchem_genomics.models import SequenceModel

__all__ = ["Scan", "scan_genome"]

logger = logging.getLogger(__name__)


class Scan(NamedTuple):
    """What a scan did.

    Parameters
    ----------
    windows : int
        Windows with a prediction.
    skipped : int
        Windows left out because they have too many bases that are not known.
    resumed : int
        Windows, of both kinds, whose predictions an interrupted scan had left.
    peaks : int or None
        Peaks written; None if none were requested.
    threshold : float or None
        Least prediction of a window in a peak.
    without_signal : int
        Windows with bases that have no signal, which counts as 0; for models with a second input.
    seconds : float
        From begin to end.
    """

    windows: int
    skipped: int
    resumed: int
    peaks: int | None
    threshold: float | None
    without_signal: int
    seconds: float


def scan_genome(
    model: "SequenceModel | PathLike",
    genome: Genome | PathLike,
    track: PathLike | None = None,
    peaks: PathLike | None = None,
    options: ScanOptions | None = None,
    *,
    side_inputs: Sources | None = None,
    execution: Execution | None = None,
    on_windows: Callable[[int, int], object] | None = None,
) -> Scan:
    r"""Predict for every window of a genome; write a bigWig track, peaks, or both.

    A scan that is interrupted, killed even, leaves what it finished in ``<output>.run``, next to its first output. The
    same call then continues from there, and the files are the same to the byte, however often it was interrupted and
    regardless of the number of jobs. Memory does not grow with the genome.

    Parameters
    ----------
    model : SequenceModel or path-like
        Of DNA; or the folder that ``save`` wrote.
    genome : Genome or path-like
        FASTA or 2bit.
    track : path-like, optional
        The bigWig file. A window's prediction is placed on ``min(stride, L)`` bases around its middle, so values of
        neighbors do not overlap; bases without a window have none. Chromosomes without any are not in the file.
    peaks : path-like, optional
        BED in the columns of narrowPeak: chrom, start, end, name, score (1000 times the prediction, at most 1000), ".",
        the prediction at the summit, -1, -1, and the summit counted from start: the middle of the window that scores
        highest. Windows that reach the threshold and overlap or touch are one peak.
    options : ScanOptions, optional
        Chromosomes, stride, strands, peaks, whether files are replaced and more; the defaults if not given.
    side_inputs : path-like, or mapping of str to path-like, optional
        The bigWig file of a model with one track; or one for each track by its name. Scaled as in training; bases
        without a value count as 0. By default what the model has, if that is bigWig files.
    execution : Execution, optional
        Where predictions are made; in this process by default, with as many threads as TensorFlow likes. The files do
        not depend on it. Workers of a cluster must see genome and signals under the same paths.
    on_windows : callable, optional
        Called with the number of windows done and in all: at the beginning, and after each stretch.

    Returns
    -------
    Scan
        What was done.

    Raises
    ------
    AlphabetMismatchError
        If the model reads RNA.
    BadValueError
        If an option is out of range, or the model predicts what is not a number.
    ChromosomeNameError
        If a chromosome is not in the genome.
    SideInputError
        If the tracks are not those of the model.
    DataFolderError
        If what an interrupted scan left has other settings, or is in use.
    EmptyInputError
        If there is no window to score.
    FileExistsError
        If an output exists and is not to be replaced.
    GenomeFileError, UnknownBaseError
        If the genome or a signal is damaged, no such file, or of another assembly.
    MissingExtraError
        If pybigtools (bigWig) or dask.distributed (more than one process) is needed and not installed.
    ModelFolderError
        If the folder holds no model.

    Examples
    --------
    >>> import tempfile
    >>> from deepchem_genomics.models import TFBindingModel
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\n" + "ACGTTGCA" * 10 + "N" * 40 + "GATTACA" * 10 + "\n")
    >>> model = TFBindingModel(length=31, seed=1)
    >>> options = ScanOptions(stride=10, threshold=0.0)
    >>> scan = scan_genome(model, folder / "toy.fa", folder / "toy.bw", folder / "toy.bed", options)
    >>> scan.windows, scan.skipped, scan.peaks
    (9, 7, 2)
    """
    began = time.monotonic()
    options = options or ScanOptions()
    outputs = _outputs(track, peaks)
    with ExitStack() as opened:
        if not isinstance(genome, Genome):
            genome = opened.enter_context(Genome(genome))
        network = _opened_model(model)
        task = require_model(network, options.task)
        least = peak_threshold(network, task, options) if peaks is not None else None
        if track is not None:
            require_bigwig_writer()
        opened.enter_context(
            attached(network, side_inputs, genome if options.check_assembly else None, options.statistic)
        )
        files = {name: signal for each in signal_lookups(network) for name, signal in each.signals.items()}
        layout = options.layout(network.length)
        chosen = chosen_chromosomes(genome, options.chroms)
        stretches, too_short = cut_into_stretches(genome.sizes, chosen, layout, options.block)
        if not stretches:
            raise EmptyInputError(
                f"no chromosome of {genome.path.name} that is to be scanned is as long as the model's windows, "
                f"{network.length} bp; scan others"
            )
        if too_short:
            logger.warning(
                "%d of %d chromosomes are shorter than the model's windows, %d bp, and are left out: %s",
                len(too_short), len(chosen), network.length, listed(too_short, 5),
            )  # fmt: skip
        settings = _settings(network, chosen, layout, task, options, list(files))
        inputs = {"genome": genome.path} | {name: signal.path for name, signal in files.items()}
        require_free(outputs, options.overwrite, inputs.values())
        kept = opened.enter_context(open_pieces(outputs[0], "scan", settings, inputs))
        run = kept or RunFolder(opened.enter_context(temporary_directory("dcgenomics-scan-")))
        scorer = StretchScorer(
            PortableModel(network), genome, layout, options.both_strands(network), options.max_n, task
        )
        parts = _Parts(run, stretches, layout)
        resumed = _score(scorer, parts, execution or Execution(), on_windows)
        counts = parts.count()
        if not counts.windows:
            run.remove_pieces()
            raise EmptyInputError(
                f"each of the {counts.skipped} windows has more than {options.max_n:.0%} bases that are not known; "
                "scan other chromosomes, or allow for more (max_n)"
            )
        if isinstance(least, Moved):
            least = threshold_of_rule(parts.scored(), least)
        if least is None and options.top_fraction is not None and peaks is not None:
            least = threshold_of_top(parts.scored, options.top_fraction)
        n_peaks = _assemble(parts, genome, track, peaks, least)
    return Scan(
        counts.windows, counts.skipped, resumed, n_peaks, least, counts.without_signal, time.monotonic() - began
    )


class _Counts(NamedTuple):
    windows: int
    skipped: int
    without_signal: int


@dataclass
class _Parts:
    """The finished stretches of a scan, in order, one in memory at a time."""

    run: RunFolder
    stretches: list[Stretch]
    layout: Layout

    def missing(self) -> list[Stretch]:
        return [stretch for stretch in self.stretches if self._read(stretch) is None]

    def scored(self) -> Iterator[ScoredStretch]:
        for stretch in self.stretches:
            part = self._read(stretch)
            if part is None:
                raise FileNotFoundError(f"{self.run.finished(stretch.name)} is gone or damaged; scan again to make it")
            yield stretch.chrom, stretch.starts(self.layout.stride), part["predictions"]

    def count(self) -> _Counts:
        windows = skipped = without_signal = 0
        for stretch in self.stretches:
            part = self._read(stretch)
            if part is not None:
                left_out = int(np.isnan(part["predictions"]).sum())
                windows += stretch.n_windows - left_out
                skipped += left_out
                without_signal += int(part["without_signal"])
        return _Counts(windows, skipped, without_signal)

    def _read(self, stretch: Stretch) -> dict[str, NDArray[Any]] | None:
        part = self.run.read(stretch.name)
        shapes = {name: values.shape for name, values in (part or {}).items()}
        return part if shapes == {"predictions": (stretch.n_windows,), "without_signal": ()} else None


def _outputs(track: PathLike | None, peaks: PathLike | None) -> list[Path]:
    outputs = [Path(path) for path in (track, peaks) if path is not None]
    if not outputs:
        raise EmptyInputError("there is nothing to write; give a track, peaks, or both")
    return outputs


def _opened_model(model: "SequenceModel | PathLike") -> Any:
    if not isinstance(model, str | os.PathLike):
        return model
    from deepchem_genomics import models

    folder = Path(model)
    if not folder.is_dir():
        raise ModelFolderError(f"{folder}: no such folder; name one that save() wrote")
    return models.load(folder, progress=False)


def _settings(
    model: Any, chosen: list[str], layout: Layout, task: int, options: ScanOptions, tracks: list[str]
) -> dict[str, Any]:
    """List what the predictions depend on, and nothing else: thresholds may change while a scan is resumed."""
    return {
        "model": fingerprint(model),
        "batch_size": model.batch_size,
        "chromosomes": chosen,
        "length": layout.length,
        "stride": layout.stride,
        "strands": "both" if options.both_strands(model) else "forward",
        "max_n": options.max_n,
        "task": task,
        "statistic": options.statistic if tracks else None,
        "block": options.block,
    }


def _score(
    scorer: StretchScorer, parts: _Parts, execution: Execution, on_windows: Callable[[int, int], object] | None
) -> int:
    """Predict for the stretches that are missing; return how many windows the others have."""
    total = sum(stretch.n_windows for stretch in parts.stretches)
    missing = parts.missing()
    done = resumed = total - sum(stretch.n_windows for stretch in missing)
    if resumed:
        logger.info("resuming: %d of %d windows are done", resumed, total)
    report = on_windows or (lambda done, total: None)
    report(done, total)
    if missing:
        with closing(execution.map(scorer, missing)) as finished:
            for stretch, arrays in zip(missing, finished, strict=True):
                parts.run.write(stretch.name, arrays)
                done += stretch.n_windows
                report(done, total)
    return resumed


def _assemble(
    parts: _Parts, genome: Genome, track: PathLike | None, peaks: PathLike | None, threshold: float | None
) -> int | None:
    """Make files of the parts; both get their names together. Return the number of peaks."""
    n_peaks = None
    with ExitStack() as written:
        if track is not None:
            write_track(written.enter_context(atomic_file(track)), genome.sizes, parts.scored(), parts.layout)
        if peaks is not None and threshold is not None:
            partial = written.enter_context(atomic_file(peaks))
            n_peaks = write_peaks(partial, call_peaks(parts.scored(), parts.layout, threshold))
        parts.run.mark_assembled()
    return n_peaks
