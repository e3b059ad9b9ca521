"""siRNAs for transcripts: every site judged, the best chosen."""

import itertools
import logging
import os
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.chemistry import molecular_weight, smiles
from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import RunFolder, kept_map
from deepchem_genomics.runs.frames import arrays_of_frame, frame_of_arrays
from deepchem_genomics.sirna import annotations, folding, site_efficacy
from deepchem_genomics.sirna.headers import Gene, Versioned
from deepchem_genomics.sirna.mirnas import mirna_seeds
from deepchem_genomics.sirna.off_targets import (
    OFF_TARGET_COLUMNS,
    NearMatchSearch,
    add_seed_matches,
    clear,
    given_isoforms,
)
from deepchem_genomics.sirna.orders import OrderOptions, add_controls, add_pool
from deepchem_genomics.sirna.ranking import (
    PENALTIES,
    REQUIRED,
    add_rank,
    add_score,
    choose_spaced,
    waiting_sites,
    why_none,
)
from deepchem_genomics.sirna.site_rules import LIMITS, SITE_RULES, add_failed, judge_sequences, require_rules
from deepchem_genomics.sirna.sites import OVERHANGS, Sites, find_sites, letters_of
from deepchem_genomics.sirna.transcriptome import Transcriptome
from deepchem_genomics.sirna.transcripts import SITE, Intake, Transcript, batches, one_a_gene, read_transcripts

__all__ = ["Design", "DesignBatch", "DesignOptions", "Designer", "design", "require_sites"]

logger = logging.getLogger(__name__)

_BATCH = 1 << 15  # bases
_SHOWN = 5  # records without a chosen site that are named
_FIRST_SEARCHED = 200  # sites of a record; twice as many each time after
_FOLD = ("auto", "no")


@dataclass(frozen=True)
class DesignOptions:
    """How siRNAs are designed.

    Parameters
    ----------
    top : int, default 10
        Sites to choose of each record, at most.
    spacing : int, default 21
        Bases between the starts of two chosen sites, at least: at 21 they do not overlap.
    overhang : str, default "UU"
        The passenger's last two bases; "transcript" for those that follow the site.
    required : tuple of str, default ()
        Rules of :data:`SITE_RULES` that a chosen site passes, besides those of
        :data:`~deepchem_genomics.sirna.ranking.REQUIRED`. Rules for which nothing was given are passed over.
    not_required : tuple of str, default ()
        Rules of ``REQUIRED`` that a chosen site may fail.
    penalties : mapping of str to float
        What failing a rule takes off the score; by default :data:`~deepchem_genomics.sirna.ranking.PENALTIES`.
    mismatches : int, default 2
        Of near-perfect matches in the transcriptome, 0 to 3; -1 to look up seeds alone.
    max_searched : int, optional
        Sites of each record that near-perfect matches are searched for, at most. From the best down, sites are searched
        until those to choose are found; sites that were not searched are not chosen.
    regions : tuple of str, default ()
        Parts of transcripts that chosen sites are in: "5'UTR", "CDS", "3'UTR"; all if there are none. The rule
        ``region`` is required then.
    common : bool, default False
        Whether there is one list a gene: sites of its first record that pair with all its isoforms, which are the other
        records of the gene and its transcripts in the transcriptome. The rule ``isoforms`` is required then.
    mirnas : mapping of str to str, default {}
        Known miRNAs by name, as :func:`~deepchem_genomics.sirna.mirnas.read_mirnas` gives them: guides with the seed of
        one fail the rule ``mirna``.
    min_af : float, default 0
        Variants of a lower allele frequency are left out; those without one are not.
    fold : {"auto", "no"}, default "auto"
        Whether ViennaRNA folds guides, where it is installed.
    accessibility : bool, default False
        Whether ViennaRNA folds transcripts: how likely the seed's part of each site is unpaired.
    order : OrderOptions, optional
        Overhangs, pools and controls of what is ordered.
    """

    top: int = 10
    spacing: int = SITE
    overhang: str = OVERHANGS
    required: tuple[str, ...] = ()
    not_required: tuple[str, ...] = ()
    penalties: Mapping[str, float] = field(default_factory=lambda: dict(PENALTIES))
    mismatches: int = 2
    max_searched: int | None = None
    regions: tuple[str, ...] = ()
    common: bool = False
    mirnas: Mapping[str, str] = field(default_factory=dict)
    min_af: float = 0.0
    fold: str = "auto"
    accessibility: bool = False
    order: OrderOptions = field(default_factory=OrderOptions)

    def __post_init__(self) -> None:
        """Raise an error if a value is impossible."""
        for name, lowest in (("top", 1), ("spacing", 1), ("max_searched", 1), ("mismatches", -1)):
            value = getattr(self, name)
            if name == "max_searched" and value is None:
                continue
            if not isinstance(value, int) or value < lowest:
                raise BadValueError(f"{name} is {value!r}; it must be a whole number, {lowest} or more")
        if self.mismatches > 3:
            raise BadValueError(f"mismatches is {self.mismatches}; more than 3 take long and are found by chance")
        unknown = [name for name in self.regions if name not in annotations.REGIONS]
        if unknown:
            raise BadValueError(f"{unknown[0]!r} is not a region; regions are {', '.join(annotations.REGIONS)}")
        if not 0 <= self.min_af <= 1:
            raise BadValueError(f"min_af is {self.min_af}; an allele frequency is 0 to 1")
        if self.fold not in _FOLD:
            raise BadValueError(f"fold is {self.fold!r}; it must be one of {', '.join(map(repr, _FOLD))}")
        require_rules(self.required, "required")
        require_rules(self.not_required, "not_required")
        require_rules(self.penalties, "penalties")
        both = [name for name in self.required if name in self.not_required]
        if both:
            raise BadValueError(f"{', '.join(both)}: a rule is either in required or in not_required, not in both")
        wrong = {name: taken for name, taken in self.penalties.items() if not 0 <= taken < np.inf}
        if wrong:
            raise BadValueError(f"penalties are {wrong}; they are taken off the score and must be 0 or more")

    @property
    def required_rules(self) -> tuple[str, ...]:
        """All rules that a chosen site passes, in the order of their columns."""
        asked = [name for name, wanted in (("isoforms", self.common), ("region", self.regions)) if wanted]
        wanted = {*REQUIRED, *self.required, *asked} - {*self.not_required}
        return tuple(name for name in SITE_RULES if name in wanted)


class DesignBatch(NamedTuple):
    """What was found of some transcripts.

    Parameters
    ----------
    transcripts : list of Transcript
        In order.
    sites : DataFrame
        A row a site; docs/sirna_design.md has the columns.
    selected : DataFrame
        The chosen ones, by record and rank, with SMILES.
    off_targets : DataFrame
        A row for each near-perfect match of a searched site in another gene.
    """

    transcripts: list[Transcript]
    sites: pd.DataFrame
    selected: pd.DataFrame
    off_targets: pd.DataFrame


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
        A row for each near-perfect match of a searched site in another gene.
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
    coding : mapping of str to tuple of int, optional
        Start and end of the coding sequence, by record, where headers do not tell, or not right.
    variants : mapping of str to sequence of Variant, optional
        By record.
    genes : mapping of str to str, optional
        Gene of records and transcripts: matches in the target's own gene do not count as off-targets. Here and above, a
        name with a version (``.2``) is that of a record without one, and the reverse, if there is only one.
    """

    def __init__(
        self,
        options: DesignOptions | None = None,
        model: Any = None,
        transcriptome: Transcriptome | None = None,
        coding: Mapping[str, tuple[int, int]] | None = None,
        variants: Mapping[str, list[annotations.Variant]] | None = None,
        genes: Mapping[str, str] | None = None,
    ) -> None:
        self.options = DesignOptions() if options is None else options
        self.model = site_efficacy.pretrained() if model is None else model
        self.label = site_efficacy.label_of(self.model)
        self.transcriptome = transcriptome
        self.coding, self.genes = Versioned(coding or {}), Versioned(genes or {})
        self.notes = list[str]()
        self.variants = Versioned(self._frequent(variants or {}))
        dropped = [name for name in self.options.not_required if name in REQUIRED]
        if dropped:
            self._note(f"chosen sites may fail {', '.join(dropped)}, which are required otherwise")
        if transcriptome is not None and transcriptome.n_unknown:
            self._note(
                f"{transcriptome.path}: {transcriptome.n_unknown} of {transcriptome.n_bases} bases are not known (N); "
                "nothing is matched there"
            )
        self.folds = self.options.fold == "auto" and folding.can_fold()
        if self.options.fold == "auto" and not self.folds:
            self._note(
                "ViennaRNA is not installed, so guides were not folded; the rules hairpin and palindrome stand in "
                "(pip install 'deepchem_genomics[sirna]')"
            )

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
            Keeps finished batches, for an interrupted call to go on.

        Yields
        ------
        DesignBatch
            Whole transcripts, as many as have some ten thousand sites together.
        """
        met, labels = set[str](), set[str]()
        misfits = Counter[str]()
        without_choice = dict[str, str]()
        waiting: deque[list[Transcript]] = deque()

        def noted() -> Iterator[list[Transcript]]:
            known = (self._known(transcript) for transcript in transcripts)
            targets = one_a_gene(known, intake) if self.options.common else known
            for batch in batches((_labelled(transcript, labels) for transcript in targets), _BATCH):
                for transcript in batch:
                    met.update((transcript.name, *self._names_of(transcript)))
                    if variants := self.variants.get(transcript.name):
                        fitting = annotations.fitting(variants, transcript.sequence)
                        misfits.update(all=len(variants), past=fitting.n_past, other=fitting.n_other)
                waiting.append(batch)
                yield batch

        with closing(kept_map(run, execution or Execution(), self._judged, noted())) as judged:
            for arrays in judged:
                batch = waiting.popleft()
                intake.windows += int(arrays["windows"])
                intake.unknown_windows += int(arrays["unknown windows"])
                for note in arrays["notes"].tolist():
                    self._note(note)
                if "sites:columns" in arrays:
                    found = DesignBatch(batch, *(frame_of_arrays(arrays, name) for name in _TABLES))
                    without_choice |= why_none(found.sites, found.selected, self.options.required_rules)
                    yield found
        for what, given in (("coding sequences", self.coding), ("variants", self.variants)):
            unknown = annotations.unknown_names(what, given, met)
            if unknown:
                self._note(unknown)
        if intake.coding_of_other:
            self._note(
                f"{intake.coding_of_other} headers have the coding sequence of a transcript of another length; it is "
                "not used"
            )
        self._note_misfits(misfits)
        self._note_without_choice(without_choice, intake.kept)

    def _known(self, transcript: Transcript) -> Transcript:
        """Add what is known of a transcript from elsewhere than its header."""
        named = self.genes.get(transcript.name, other_version=True)
        gene = Gene("", named) if named else transcript.gene
        if not gene.name and self.transcriptome is not None:
            gene = self.transcriptome.gene_of(transcript.name)
        coding = self.coding.get(transcript.name) or transcript.coding
        return transcript._replace(gene=gene, coding=coding)

    def _names_of(self, transcript: Transcript) -> Iterator[str]:
        """Yield what a transcript is called in the annotations."""
        for given in (self.coding, self.variants):
            key = given.key(transcript.name)
            if key is not None:
                yield key

    def _note_without_choice(self, reasons: Mapping[str, str], n_records: int) -> None:
        if reasons:
            first = "; ".join(f"{record}: {reason}" for record, reason in itertools.islice(reasons.items(), _SHOWN))
            self._note(
                f"no site is chosen for {len(reasons)} of {n_records} records: {first}"
                f"{'; and others' if len(reasons) > _SHOWN else ''}"
            )

    def _frequent(self, variants: Mapping[str, list[annotations.Variant]]) -> Mapping[str, list[annotations.Variant]]:
        """Leave out rare variants; log how many, and how many have no frequency."""
        least = self.options.min_af
        if not least:
            return variants
        kept = {
            name: [each for each in found if each.frequency is None or each.frequency >= least]
            for name, found in variants.items()
        }
        n_all, n_kept = (sum(map(len, each.values())) for each in (variants, kept))
        n_unknown = sum(each.frequency is None for found in kept.values() for each in found)
        self._note(
            f"{n_all - n_kept} of {n_all} variants have an allele frequency (AF) below {least:g} and are left out; "
            f"{n_unknown} have none and are kept"
        )
        return kept

    def _note_misfits(self, counts: Mapping[str, int]) -> None:
        """Log variants that are left out; BadValueError if they are most."""
        what = (
            f"{counts['other']} of {counts['all']} variants have another REF than the transcript, and {counts['past']} "
            "reach past its end"
        )
        if 2 * (counts["other"] + counts["past"]) > counts["all"]:
            raise BadValueError(f"{what}; give variants in coordinates of these transcripts, from 1, on their strand")
        if counts["other"] or counts["past"]:
            self._note(f"{what}; they are left out")

    def __getstate__(self) -> dict[str, Any]:
        """Return what other processes need."""
        model = PortableModel(self.model) if isinstance(self.model, SequenceModel) else self.model
        return {**self.__dict__, "model": model, "notes": []}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the model."""
        self.__dict__.update(state)
        if isinstance(self.model, PortableModel):
            self.model = self.model.model

    def _note(self, text: str) -> None:
        logger.warning("%s", text)
        self.notes.append(text)

    def _judged(self, batch: list[Transcript]) -> dict[str, NDArray[Any]]:
        """Judge the sites of some transcripts; return the tables of a :class:`DesignBatch`, notes and counts."""
        sites = find_sites(batch, self.options.overhang)
        n_windows = int(sites.n_windows.sum())
        arrays = {
            "windows": np.asarray(n_windows),
            "unknown windows": np.asarray(n_windows - len(sites.start)),
            "notes": np.array([], dtype=str),
        }
        if len(sites.start):
            tables, notes = self._judge(batch, sites)
            arrays["notes"] = np.array(notes, dtype=str)
            for name, table in zip(_TABLES, tables, strict=True):
                arrays |= arrays_of_frame(table, name)
        return arrays

    def _judge(
        self, batch: list[Transcript], sites: Sites
    ) -> tuple[tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], list[str]]:
        with site_efficacy.predicting(self.model, batch, sites) as predicted:  # meanwhile:
            strands = self._strands(batch, sites)
            rules = judge_sequences(sites)
            if self.folds:
                _insert_after(rules, "hairpin_pass", self._folded(strands["guide"]))
            annotated = list(self._annotated(batch, sites))
            efficacy = pd.DataFrame(
                {f"efficacy{end}": values.round(4) for end, values in zip(_ENDS, predicted(), strict=True)}
            )
        seeds = add_seed_matches(self.transcriptome, sites)
        table = pd.concat([strands, efficacy, rules, *annotated, seeds], axis=1)
        searched = self.transcriptome if self.options.mismatches >= 0 else None
        has_isoforms = searched is not None or self.options.common
        isoforms = given_isoforms(batch if has_isoforms else [], sites, searched)
        if not has_isoforms:  # none but the record itself is known
            clear(isoforms, isoforms.columns.tolist())
        table = pd.concat([table, isoforms], axis=1)
        table["off_target"] = pd.Series(pd.NA, table.index, "Int64")
        table["off_target_pass"] = pd.Series(pd.NA, table.index, "boolean")
        add_score(table, self.options.required_rules, self.options.penalties)
        off_targets, notes = self._search(batch, table)
        add_rank(table)
        add_failed(table)
        table = table[_LEADING + [name for name in table.columns if name not in _LEADING]]
        selected = table.iloc[choose_spaced(table, self.options.top, self.options.spacing)].reset_index(drop=True)
        if self.options.order.pool:
            add_pool(selected, self.options.order.pool)
        if self.options.order.controls:
            add_controls(selected, self.transcriptome if self.options.mismatches >= 0 else None)
        for strand in ("guide", "passenger"):
            selected[f"{strand}_smiles"] = smiles(selected[strand].tolist()) if len(selected) else []
        return (table, selected, off_targets), notes

    def _strands(self, batch: list[Transcript], sites: Sites) -> pd.DataFrame:
        names, genes, labels = (
            np.array(texts, dtype=object)
            for texts in zip(*((each.name, each.gene.name, each.label) for each in batch), strict=True)
        )
        guide, passenger = letters_of(sites.guide), letters_of(sites.passenger)
        table = pd.DataFrame(
            {
                "id": [f"{label}_{start:04d}" for label, start in zip(labels[sites.record], sites.start, strict=True)],
                "record": names[sites.record],
                "gene": genes[sites.record],
                "start": sites.start,
                "end": sites.start + SITE,
                "target": letters_of(sites.target),
                "guide": guide,
                "passenger": passenger,
                "guide_weight": molecular_weight(guide).round(2),
                "passenger_weight": molecular_weight(passenger).round(2),
            }
        )
        table["copies"] = table.groupby(["record", "target"], sort=False)["start"].transform("size").astype(np.int64)
        return table

    def _folded(self, guides: pd.Series) -> pd.DataFrame:
        energy = folding.folding_energies(guides.tolist())
        return pd.DataFrame({"fold": energy, "fold_pass": energy >= LIMITS["fold"]})

    def _annotated(self, batch: list[Transcript], sites: Sites) -> Iterator[pd.DataFrame]:
        rows_of = np.split(np.arange(len(sites.start)), np.searchsorted(sites.record, np.arange(1, len(batch))))
        position, names = (np.full(len(sites.start), "", dtype=object) for _ in range(2))
        position_passes, snp_passes = (np.full(len(sites.start), pd.NA, dtype=object) for _ in range(2))
        for transcript, rows in zip(batch, rows_of, strict=True):
            name, starts = transcript.name, sites.start[rows]
            if transcript.coding is not None:
                position[rows], position_passes[rows] = annotations.regions_of(
                    starts, SITE, len(transcript.sequence), transcript.coding, name
                )
            variants = self.variants.get(name)
            if variants is not None:
                fitting = annotations.fitting(variants, transcript.sequence).variants
                if fitting or not variants:  # else all are of another sequence
                    names[rows] = annotations.variants_in(starts, SITE, fitting)
                    snp_passes[rows] = names[rows] == ""
        yield pd.DataFrame({"position": position, "position_pass": pd.array(position_passes, dtype="boolean")})
        yield self._region(position)
        yield pd.DataFrame({"snp": names, "snp_pass": pd.array(snp_passes, dtype="boolean")})
        shared = mirna_seeds(sites.guide, self.options.mirnas)
        if not self.options.mirnas:
            clear(shared, ["mirna_pass"])
        yield shared
        if self.options.accessibility:
            openness = np.full(len(sites.start), np.nan)
            for transcript, rows in zip(batch, rows_of, strict=True):
                openness[rows] = folding.seed_site_openness(transcript.sequence)[sites.start[rows] + SITE - 1]
            yield pd.DataFrame({"seed_site_open": openness.round(4)})

    def _region(self, position: NDArray[np.object_]) -> pd.DataFrame:
        """Say whether sites are in a region that is asked for; without a coding sequence they are not."""
        regions = self.options.regions
        if not regions:
            return pd.DataFrame({"region": "", "region_pass": pd.array([pd.NA] * len(position), dtype="boolean")})
        within = pd.array(np.isin(position, regions), dtype="boolean")
        return pd.DataFrame({"region": np.where(position == "", "unknown", position), "region_pass": within})

    def _search(self, batch: list[Transcript], table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """Search sites for near-perfect matches, the best first, until no other could be chosen; score them again."""
        options = self.options
        if self.transcriptome is None or options.mismatches < 0:
            return pd.DataFrame(columns=OFF_TARGET_COLUMNS), []
        add_rank(table)
        queues = waiting_sites(table, options.max_searched)
        search = NearMatchSearch(self.transcriptome, batch, table, options.mismatches, self.genes)
        add_score(table, options.required_rules, options.penalties)
        size = _FIRST_SEARCHED
        while queues:
            search.search(np.sort(np.concatenate([rows[:size] for rows in queues.values()])))
            add_score(table, options.required_rules, options.penalties)
            add_rank(table)
            chosen = table.iloc[choose_spaced(table, options.top, options.spacing)].groupby("record")["score"]
            lowest = chosen.min()[chosen.size() == options.top].to_dict()
            rest = {record: rows[size:] for record, rows in queues.items()}
            queues = {
                record: rows
                for record, rows in rest.items()
                if len(rows) and table["score"].iat[rows[0]] >= lowest.get(record, -np.inf)
            }
            size *= 2
        return search.places(), search.suspects()


_TABLES = ("sites", "selected", "off_targets")

_ENDS = ("", "_sd", "_low", "_high")

_LEADING = [
    "id",
    "record",
    "gene",
    "start",
    "end",
    "rank",
    "eligible",
    "score",
    "rank_reason",
    "poor",
    "efficacy",
    "efficacy_sd",
]
_LEADING += ["efficacy_low", "efficacy_high", "target", "guide", "passenger", "guide_weight", "passenger_weight"]


def design(
    transcripts: str | os.PathLike[str] | Mapping[str, str],
    options: DesignOptions | None = None,
    *,
    model: Any = None,
    transcriptome: str | os.PathLike[str] | Transcriptome | None = None,
    coding: Mapping[str, tuple[int, int]] | None = None,
    variants: Mapping[str, list[annotations.Variant]] | None = None,
    genes: Mapping[str, str] | None = None,
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
    coding : mapping of str to tuple of int, optional
        Start and end of the coding sequence, by record, 0-based and half-open.
    variants : mapping of str to list of Variant, optional
        By record.
    genes : mapping of str to str, optional
        Gene of records and transcripts, where names and headers do not tell.
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
    if transcriptome is not None and not isinstance(transcriptome, Transcriptome):
        transcriptome = Transcriptome(Path(transcriptome), index=options.mismatches >= 0)
    designer = Designer(options, model, transcriptome, coding, variants, genes)
    intake = Intake()
    parts = list(designer.batches(read_transcripts(transcripts, intake), intake, execution))
    require_sites(intake)
    sites, selected, off_targets = (
        _joined([getattr(part, name) for part in parts]) for name in ("sites", "selected", "off_targets")
    )
    return Design(sites, selected, off_targets, intake, designer.label, designer.notes)


def _labelled(transcript: Transcript, labels: set[str]) -> Transcript:
    """Give a transcript a label that no other has."""
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


def _insert_after(table: pd.DataFrame, name: str, columns: pd.DataFrame) -> None:
    place = table.columns.tolist().index(name)
    for offset, column in enumerate(columns, 1):
        table.insert(place + offset, column, columns[column])
