"""Judges all sites of some transcripts by every rule, and chooses the best."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.chemistry import molecular_weight, smiles
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.models.portable import PortableModel
from deepchem_genomics.runs.frames import arrays_of_frame
from deepchem_genomics.sirna import annotations, folding, site_efficacy
from deepchem_genomics.sirna.annotations import Known
from deepchem_genomics.sirna.design_options import DesignOptions
from deepchem_genomics.sirna.mirnas import MOST_NAMED, mirna_seeds
from deepchem_genomics.sirna.off_targets import (
    OFF_TARGET_COLUMNS,
    NearMatchSearch,
    add_seed_matches,
    clear,
    given_isoforms,
)
from deepchem_genomics.sirna.orders import add_controls, add_pool
from deepchem_genomics.sirna.ranking import add_rank, add_score, choose_spaced, waiting_sites
from deepchem_genomics.sirna.site_rules import LIMITS, add_failed, judge_sequences
from deepchem_genomics.sirna.sites import Sites, find_sites, letters_of
from deepchem_genomics.sirna.transcriptome import Transcriptome
from deepchem_genomics.sirna.transcripts import SITE, Transcript
from deepchem_genomics.wording import listed

__all__ = ["TABLES", "Judge", "References"]

TABLES = ("sites", "selected", "off_targets")
"""What is made of a batch, in order."""

_FIRST_SEARCHED = 200  # sites of a record; twice as many each time after

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


@dataclass(frozen=True)
class References:
    """Sequences that sites are compared with.

    Parameters
    ----------
    transcriptome : Transcriptome, optional
        What guides should spare.
    utr3 : Transcriptome, optional
        Its 3' UTRs, to count seeds in.
    conserved_in : Transcriptome, optional
        Transcripts of another species.
    """

    transcriptome: Transcriptome | None = None
    utr3: Transcriptome | None = None
    conserved_in: Transcriptome | None = None

    def named(self) -> dict[str, Transcriptome]:
        """Return those that are given, by what they are."""
        found = {"transcriptome": self.transcriptome, "3' UTRs": self.utr3, "other species": self.conserved_in}
        return {name: each for name, each in found.items() if each is not None}

    @property
    def counted(self) -> Transcriptome | None:
        """Where seeds are counted."""
        return self.transcriptome if self.utr3 is None else self.utr3

    @property
    def counted_in(self) -> str:
        """What that is, in words."""
        return "transcripts" if self.utr3 is None else "3' UTRs"


class Judge:
    """Judges the sites of some transcripts; other processes get a copy.

    Parameters
    ----------
    options : DesignOptions
        What is requested.
    model : object
        Predicts efficacy.
    references : References
        What sites are compared with.
    known : Known
        What is known of transcripts.
    folds : bool
        Whether guides are folded.
    """

    def __init__(self, options: DesignOptions, model: Any, references: References, known: Known, folds: bool) -> None:
        self.options, self.model, self.references, self.known = options, model, references, known
        self.folds = folds

    def __getstate__(self) -> dict[str, Any]:
        """Return what other processes need."""
        model = PortableModel(self.model) if isinstance(self.model, SequenceModel) else self.model
        return {**self.__dict__, "model": model}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the model."""
        self.__dict__.update(state)
        if isinstance(self.model, PortableModel):
            self.model = self.model.model

    def __call__(self, batch: list[Transcript]) -> dict[str, NDArray[Any]]:
        """Judge the sites of some transcripts; return the tables of a ``DesignBatch``, notes and counts."""
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
            for name, table in zip(TABLES, tables, strict=True):
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
        seeds = add_seed_matches(self.references.counted, sites)
        if self.references.counted is not None:
            seeds["seed_in"] = self.references.counted_in
        table = pd.concat([strands, efficacy, rules, *annotated, seeds], axis=1)
        searched = self.references.transcriptome if self.options.mismatches >= 0 else None
        has_isoforms = searched is not None or self.options.common
        isoforms = given_isoforms(batch if has_isoforms else [], sites, searched)
        if not has_isoforms:  # none but the record itself is known
            clear(isoforms, isoforms.columns.tolist())
        table = pd.concat([table, isoforms], axis=1)
        table["also_targets"], table["also_targets_pass"] = "", pd.Series(pd.NA, table.index, "boolean")
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
            add_controls(selected, searched)
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
            variants = self.known.variants.get(name)
            if variants is not None:
                fitting = annotations.fitting(variants, transcript.sequence).variants
                if fitting or not variants:  # else all are of another sequence
                    names[rows] = annotations.variants_in(starts, SITE, fitting)
                    snp_passes[rows] = names[rows] == ""
        yield pd.DataFrame({"position": position, "position_pass": pd.array(position_passes, dtype="boolean")})
        yield self._region(position)
        yield self._place(batch, sites, rows_of)
        yield pd.DataFrame({"snp": names, "snp_pass": pd.array(snp_passes, dtype="boolean")})
        shared = mirna_seeds(sites.guide, self.options.mirnas)
        if not self.options.mirnas:
            clear(shared, ["mirna_pass"])
        yield shared
        yield self._conserved(sites)
        if self.options.accessibility:
            openness = np.full(len(sites.start), np.nan)
            for transcript, rows in zip(batch, rows_of, strict=True):
                openness[rows] = folding.seed_site_openness(transcript.sequence)[sites.start[rows] + SITE - 1]
            yield pd.DataFrame({"seed_site_open": openness.round(4)})

    def _region(self, position: NDArray[np.object_]) -> pd.DataFrame:
        """Return whether sites are in a requested region; without a coding sequence they are not."""
        regions = self.options.regions
        if not regions:
            return pd.DataFrame({"region": "", "region_pass": pd.array([pd.NA] * len(position), dtype="boolean")})
        within = pd.array(np.isin(position, regions), dtype="boolean")
        return pd.DataFrame({"region": np.where(position == "", "unknown", position), "region_pass": within})

    def _place(self, batch: list[Transcript], sites: Sites, rows_of: list[NDArray[np.int64]]) -> pd.DataFrame:
        """Return whether sites are in wanted places and touch avoided ones."""
        wanted, avoided = self.known.wanted, self.known.avoided
        place = np.full(len(sites.start), "", dtype=object)
        passes = np.full(len(sites.start), pd.NA, dtype=object)
        for transcript, rows in zip(batch, rows_of, strict=True):
            name, n_bases, starts = transcript.name, len(transcript.sequence), sites.start[rows]
            within = annotations.within(starts, SITE, annotations.places_of(wanted, name, n_bases))
            touched = annotations.touched(starts, SITE, annotations.places_of(avoided, name, n_bases))
            place[rows] = np.where(touched, "avoided", np.where(within, "wanted", ""))
            if wanted.values or avoided.key(name) is not None:
                passes[rows] = ~touched & (within | (not wanted.values))
        return pd.DataFrame({"place": place, "place_pass": pd.array(passes, dtype="boolean")})

    def _conserved(self, sites: Sites) -> pd.DataFrame:
        """Name the genes of the other species that have whole sites."""
        there = self.references.conserved_in
        if there is None:
            found = pd.DataFrame({"conserved": "", "conserved_pass": pd.array([True] * len(sites.start), "boolean")})
            clear(found, ["conserved_pass"])
            return found
        names = np.array([there.genes[n].name or name for n, name in enumerate(there.names)], dtype=object)
        genes = [sorted({*names[each]}) for each in there.containing(letters_of(sites.target))]
        return pd.DataFrame(
            {
                "conserved": [listed(each, MOST_NAMED) for each in genes],
                "conserved_pass": pd.array([len(each) > 0 for each in genes], "boolean"),
            }
        )

    def _search(self, batch: list[Transcript], table: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
        """Search sites for near-perfect matches, the best first, until no other could be chosen; score them again."""
        options = self.options
        transcriptome = self.references.transcriptome
        if transcriptome is None or options.mismatches < 0:
            return pd.DataFrame(columns=OFF_TARGET_COLUMNS), []
        add_rank(table)
        queues = waiting_sites(table, options.max_searched)
        search = NearMatchSearch(transcriptome, batch, table, options, self.known.genes)
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


def _insert_after(table: pd.DataFrame, name: str, columns: pd.DataFrame) -> None:
    place = table.columns.tolist().index(name)
    for offset, column in enumerate(columns, 1):
        table.insert(place + offset, column, columns[column])
