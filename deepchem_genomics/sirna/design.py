"""siRNAs for transcripts: every site judged, the best chosen."""

import itertools
import logging
import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, kept_map
from deepchem_genomics.runs.frames import frame_of_arrays
from deepchem_genomics.sirna import annotations, design_notes, folding, site_efficacy
from deepchem_genomics.sirna.annotations import Annotations, Known
from deepchem_genomics.sirna.design_options import DesignOptions
from deepchem_genomics.sirna.headers import Gene
from deepchem_genomics.sirna.judging import TABLES, Judge, References
from deepchem_genomics.sirna.off_targets import require_genes
from deepchem_genomics.sirna.ranking import REQUIRED, why_none
from deepchem_genomics.sirna.transcriptome import Transcriptome
from deepchem_genomics.sirna.transcripts import SITE, Intake, Transcript, batches, one_a_gene, read_transcripts

__all__ = ["Design", "DesignBatch", "Designer", "design", "require_sites"]

logger = logging.getLogger(__name__)

_BATCH = 1 << 15  # bases


@dataclass(frozen=True)
class Design:
    """siRNAs for transcripts.

    Parameters
    ----------
    sites : DataFrame
        A row a site; docs/sirna_design.md has the columns.
    selected : DataFrame
        The chosen ones, by record and rank, with SMILES.
    off_targets : DataFrame
        A row for each near-perfect match of a searched site in another gene, for the worst ``off_target_rows`` of each.
    intake : Intake
        Records read, refused and why, windows without sites.
    label : str
        The scale of ``efficacy``.
    notes : list of str
        What was left out, and why.
    """

    sites: pd.DataFrame
    selected: pd.DataFrame
    off_targets: pd.DataFrame
    intake: Intake
    label: str
    notes: list[str]


class DesignBatch(NamedTuple):
    """What was found of some transcripts, in order; tables as of :class:`Design`."""

    transcripts: list[Transcript]
    sites: pd.DataFrame
    selected: pd.DataFrame
    off_targets: pd.DataFrame


class Designer:
    """Judges all sites of transcripts, some at a time, and chooses the best.

    Parameters
    ----------
    options : DesignOptions, optional
        The defaults if not given.
    model : object, optional
        A model of efficacy for guides of 21 nt; the one that is shipped if not given.
    transcriptome : Transcriptome, optional
        To look for off-targets in.
    utr3 : Transcriptome, optional
        3' UTRs, in which seeds are counted instead; ``index=False`` is enough.
    conserved_in : Transcriptome, optional
        Transcripts of another species, which sites are looked for in.
    annotations : Annotations, optional
        What is known of transcripts.
    """

    def __init__(
        self,
        options: DesignOptions | None = None,
        model: Any = None,
        transcriptome: Transcriptome | None = None,
        utr3: Transcriptome | None = None,
        conserved_in: Transcriptome | None = None,
        annotations: Annotations | None = None,
    ) -> None:
        self.options = DesignOptions() if options is None else options
        self.references = References(transcriptome, utr3, conserved_in)
        self.notes = list[str]()
        self.known = self._known_of(Annotations() if annotations is None else annotations)
        model = site_efficacy.pretrained() if model is None else model
        self.label = site_efficacy.label_of(model)
        dropped = [name for name in self.options.not_required if name in REQUIRED]
        if dropped:
            self._note(f"chosen sites may fail {', '.join(dropped)}, which are required otherwise")
        for each in (transcriptome, utr3, conserved_in):
            if each is not None and each.n_unknown:
                self._note(
                    f"{each.path}: {each.n_unknown} of {each.n_bases} bases are not known (N); nothing is matched there"
                )
        if self.options.also_targets:
            searched = transcriptome if self.options.mismatches >= 0 else None
            require_genes(self.options.also_targets, searched, self.known.genes)
        folds = self.options.fold == "auto" and folding.can_fold()
        if self.options.fold == "auto" and not folds:
            self._note(
                "ViennaRNA is not installed, so guides were not folded; the rules hairpin and palindrome stand in "
                "(pip install 'deepchem_genomics[sirna]')"
            )
        self._judge = Judge(self.options, model, self.references, self.known, folds)

    @property
    def model(self) -> Any:
        """What predicts efficacy."""
        return self._judge.model

    def _known_of(self, given: Annotations) -> Known:
        """Leave out rare variants."""
        variants, left_out = design_notes.frequent(given.variants, self.options.min_af)
        if left_out:
            self._note(left_out)
        return Known.of(given, variants)

    def batches(
        self,
        transcripts: Iterator[Transcript],
        intake: Intake,
        execution: Execution | None = None,
        run: RunFolder | None = None,
    ) -> Iterator[DesignBatch]:
        """Work through transcripts.

        Parameters
        ----------
        transcripts : iterator of Transcript
            As :func:`~deepchem_genomics.sirna.transcripts.read_transcripts` yields them.
        intake : Intake
            Where windows are counted.
        execution : Execution, optional
            Where sites are judged; in this process by default. The result does not depend on it.
        run : RunFolder, optional
            Keeps finished batches, for an interrupted call to continue.

        Yields
        ------
        DesignBatch
            Whole transcripts, as many as have some ten thousand sites together.
        """
        met, labels = set[str](), set[str]()
        n_capped = 0
        without_exons, of_other_length = list[str](), list[str]()
        misfits = Counter[str]()
        without_choice = dict[str, str]()
        waiting: deque[list[Transcript]] = deque()

        def noted() -> Iterator[list[Transcript]]:
            known = (self._known(transcript) for transcript in transcripts)
            targets = one_a_gene(known, intake) if self.options.common else known
            for batch in batches((_labeled(transcript, labels) for transcript in targets), _BATCH):
                for transcript in batch:
                    met.update(self._names_of(transcript.name))
                    exons = self.known.exons.get(transcript.name)
                    if exons is None:
                        without_exons.append(transcript.name)
                    elif exons.n_bases != len(transcript.sequence):
                        of_other_length.append(transcript.name)
                    if variants := self.known.variants.get(transcript.name):
                        fitting = annotations.fitting(variants, transcript.sequence)
                        misfits.update(all=len(variants), past=fitting.n_past, other=fitting.n_other)
                waiting.append(batch)
                yield batch

        with closing(kept_map(run, execution or Execution(), self._judge, noted())) as judged:
            for arrays in judged:
                batch = waiting.popleft()
                intake.windows += int(arrays["windows"])
                intake.unknown_windows += int(arrays["unknown windows"])
                for note in arrays["notes"].tolist():
                    self._note(note)
                if "sites:columns" in arrays:
                    found = DesignBatch(batch, *(frame_of_arrays(arrays, name) for name in TABLES))
                    if "off_target_places" in found.sites:
                        n_capped += int((found.sites["off_target_places"] > self.options.off_target_rows).sum())
                    without_choice |= why_none(found.sites, found.selected, self.options.required_rules)
                    yield found
        for what, given in (("coding sequences", self.known.coding), ("variants", self.known.variants)):
            if unknown := annotations.unknown_names(what, given, met):
                self._note(unknown)
        met.update(*(self._names_of(name) for name, _ in intake.refused))
        for what, places in (("wanted places", self.known.wanted), ("places to avoid", self.known.avoided)):
            annotations.require_names(what, places, met)
        if intake.coding_of_other:
            self._note(
                f"{intake.coding_of_other} headers have the coding sequence of a transcript of another length; it is "
                "not used"
            )
        for text in (
            *(design_notes.exons(intake.kept, without_exons, of_other_length) if self.known.exons.values else ()),
            design_notes.misfits(misfits, bool(self.known.exons.values)),
            design_notes.without_choice(without_choice, intake.kept),
            design_notes.capped(n_capped, self.options.off_target_rows),
        ):
            if text:
                self._note(text)

    def _known(self, transcript: Transcript) -> Transcript:
        """Add what is known of a transcript from elsewhere than its header."""
        named = self.known.genes.get(transcript.name, other_version=True)
        gene = Gene("", named) if named else transcript.gene
        if not gene.name and self.references.transcriptome is not None:
            gene = self.references.transcriptome.gene_of(transcript.name)
        coding = self.known.coding.get(transcript.name) or transcript.coding
        return transcript._replace(gene=gene, coding=coding)

    def _names_of(self, name: str) -> Iterator[str]:
        """Yield the name of a transcript, and what it is called in the annotations."""
        yield name
        for given in (self.known.coding, self.known.variants, self.known.wanted, self.known.avoided):
            key = given.key(name)
            if key is not None:
                yield key

    def _note(self, text: str) -> None:
        logger.warning("%s", text)
        self.notes.append(text)


def design(
    transcripts: str | os.PathLike[str] | Mapping[str, str],
    options: DesignOptions | None = None,
    *,
    model: Any = None,
    transcriptome: str | os.PathLike[str] | Transcriptome | None = None,
    utr3: str | os.PathLike[str] | Transcriptome | None = None,
    conserved_in: str | os.PathLike[str] | Transcriptome | None = None,
    annotations: Annotations | None = None,
    execution: Execution | None = None,
) -> Design:
    """Design siRNAs of 21 nt against transcripts.

    Parameters
    ----------
    transcripts : path-like or mapping of str to str
        A FASTA file, or sequences by name: DNA or RNA.
    options : DesignOptions, optional
        How many, how far apart, which rules are required, and more.
    model : object, optional
        Predicts the efficacy of guides of 21 nt; that of ``models.load("sirna-huesken")`` if not given.
    transcriptome : path-like or Transcriptome, optional
        FASTA of what guides should spare. It is read once and kept in the cache folder: see :class:`Transcriptome`.
    utr3 : path-like or Transcriptome, optional
        FASTA of 3' UTRs: seeds are counted in these, and near-perfect matches in the transcriptome.
    conserved_in : path-like or Transcriptome, optional
        FASTA of another species' transcripts: which of them have the whole site.
    annotations : Annotations, optional
        Coding sequences, variants, genes and places, where names and headers do not tell.
    execution : Execution, optional
        Where sites are judged; in this process by default. The result does not depend on it.

    Returns
    -------
    Design
        Every site with its values, and the chosen ones.

    Raises
    ------
    EmptyInputError
        If no record has a site's length.
    UnknownBaseError, AlphabetMismatchError, DuplicateIdError, BadValueError, OutOfBoundsError
        If the input is not what it should be.
    MissingExtraError
        If a package is needed and not installed.

    Examples
    --------
    >>> found = design({"toy": "GGCAUUGACGAUUCAGGCAUGGAUCUUAACGAUCCA"}, DesignOptions(top=2, spacing=5, fold="no"))
    >>> len(found.sites), found.selected["rank"].iloc[0].item(), found.intake.kept
    (16, 1, 1)
    """
    options = DesignOptions() if options is None else options
    jobs = 1 if execution is None else execution.jobs
    searched, counted, other = (
        Transcriptome(Path(each), index=index, jobs=jobs) if isinstance(each, str | os.PathLike) else each
        for each, index in ((transcriptome, options.mismatches >= 0), (utr3, False), (conserved_in, True))
    )
    designer = Designer(options, model, searched, counted, other, annotations)
    intake = Intake()
    parts = list(designer.batches(read_transcripts(transcripts, intake), intake, execution))
    require_sites(intake)
    sites, selected, off_targets = (
        _joined([getattr(part, name) for part in parts]) for name in ("sites", "selected", "off_targets")
    )
    return Design(sites, selected, off_targets, intake, designer.label, designer.notes)


def _labeled(transcript: Transcript, labels: set[str]) -> Transcript:
    """Return a label for a transcript that no other has."""
    label = next(text for text in _labels(transcript.gene.symbol, transcript.name) if text not in labels)
    labels.add(label)
    return transcript._replace(label=label)


def _labels(symbol: str, name: str) -> Iterator[str]:
    """Yield labels for a transcript, the best first: its gene, its name, and its name with a number."""
    if symbol:
        yield symbol
    yield name
    yield from (f"{name}-{number}" for number in itertools.count(2))


def require_sites(intake: Intake) -> None:
    """Raise an error if no window was a site."""
    if intake.windows == intake.unknown_windows:
        raise EmptyInputError(
            f"every one of {intake.windows} windows of {SITE} nt has a base that is not known; give sequences of A, C, "
            "G and U or T"
        )


def _joined(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [table for table in tables if len(table)]
    return pd.concat(filled, ignore_index=True) if filled else tables[0]
