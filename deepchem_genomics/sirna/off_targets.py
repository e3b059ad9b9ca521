"""Other transcripts that a guide may act on: by its seed, or by nearly all of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.sirna.design_options import DesignOptions
from deepchem_genomics.sirna.headers import Gene, Versioned, same_gene
from deepchem_genomics.sirna.seed_counts import kmers_of, numbers_of
from deepchem_genomics.sirna.site_rules import LIMITS
from deepchem_genomics.sirna.sites import Sites
from deepchem_genomics.sirna.transcriptome import DUPLEX, PAIRED, Transcriptome
from deepchem_genomics.sirna.transcripts import Transcript
from deepchem_genomics.wording import listed

__all__ = ["OFF_TARGET_COLUMNS", "NearMatchSearch", "add_seed_matches", "clear", "given_isoforms", "require_genes"]

_ITS_OWN = 0.5
"""Share of a record's searched sites that a transcript has, and it looks like the record under another name."""

_CLOSEST_ALLOWED = 2

INTACT = 12
"""Base of a strand from which mismatches leave seed and center, bases 2 to 11, intact."""

_SPARE = 100  # places above the most that are kept, before they are sorted

OFF_TARGET_COLUMNS = [
    "id",
    "record",
    "start",
    "end",
    "guide",
    "transcript",
    "gene",
    "position",
    "strand",
    "mismatches",
    "mismatched",
    "places",
]
"""Of the table of places."""


_NUMBERS = ("start", "end", "position", "mismatches", "places")

_Place = tuple[int, bool, str, str, int, str, tuple[int, ...]]
"""Mismatches, whether one touches seed or center, strand, transcript, position, gene, bases: the worst come first."""


class _Worst:
    """Counts the places of a site, and keeps so many: closest first, then those that leave seed and center intact."""

    def __init__(self, most: int) -> None:
        self.n, self._most, self._kept = 0, most, list[_Place]()

    def add(self, place: _Place) -> None:
        self.n += 1
        self._kept.append(place)
        if len(self._kept) >= 2 * self._most + _SPARE:
            self._kept = self.listed()

    def listed(self) -> list[_Place]:
        return sorted(self._kept)[: self._most]


def add_seed_matches(transcriptome: Transcriptome | None, sites: Sites) -> pd.DataFrame:
    """Look up how often the seed of each guide has a match; the rule is not evaluated if nothing was counted."""
    if transcriptome is None or not transcriptome.seeds.kmers.any():
        n = len(sites.start)
        return pd.DataFrame({"seed": np.full(n, np.nan), "seed_pass": pd.Series(pd.NA, range(n), "boolean")})
    counts = transcriptome.seeds.of(sites.target)
    return pd.DataFrame(
        {
            "seed_matches": counts.matches,
            "seed_transcripts": counts.transcripts,
            "seed_transcripts_8mer": counts.transcripts_8mer,
            "seed": counts.rank.round(4),
            "seed_pass": counts.rank < LIMITS["seed"],
        }
    )


def transcripts_of(gene: str, transcriptome: Transcriptome, genes: Versioned[str]) -> set[int]:
    """Return the transcripts of a gene, given by its symbol or accession."""
    named = {transcriptome.number_of(name) for name, of in genes.values.items() if of == gene}
    headed = {
        number
        for number in transcriptome.of_gene(Gene("", gene))
        if genes.get(transcriptome.names[number], other_version=True) is None
    }
    return headed | {number for number in named if number is not None}


def require_genes(names: Sequence[str], transcriptome: Transcriptome | None, genes: Versioned[str]) -> None:
    """Raise BadValueError if a gene has no transcript to look for it in."""
    if transcriptome is None:
        raise BadValueError(
            f"also_targets are {', '.join(names)}, and near-perfect matches are not searched for; give a transcriptome "
            "and 0 mismatches or more"
        )
    for name in names:
        if not transcripts_of(name, transcriptome, genes):
            raise BadValueError(
                f"also_targets: {transcriptome.path} has no transcript of the gene {name!r}; give its symbol or "
                "accession as headers have it, or name its transcripts in the table of genes"
            )


def given_isoforms(batch: Sequence[Transcript], sites: Sites, transcriptome: Transcriptome | None) -> pd.DataFrame:
    """Count the isoforms that are given as records, the target among them, and those of them that guides pair with.

    Those that the transcriptome has as well are left to the search in it.
    """
    hit, n_isoforms = (np.zeros(len(sites.start), dtype=np.int64) for _ in range(2))
    for number, transcript in enumerate(batch):
        rows = np.flatnonzero(sites.record == number)
        paired = numbers_of(sites.target[rows, PAIRED["guide"]])
        for name, sequence in ((transcript.name, transcript.sequence), *transcript.isoforms):
            if transcriptome is None or transcriptome.number_of(name) is None:
                n_isoforms[rows] += 1
                hit[rows] += np.isin(paired, kmers_of(sequence, DUPLEX).numbers)
    return pd.DataFrame(
        {
            "isoforms": pd.array(hit, dtype="Int64"),
            "isoforms_pass": pd.array(hit == n_isoforms, dtype="boolean"),
            "isoforms_of": pd.array(n_isoforms, dtype="Int64"),
        }
    )


def clear(table: pd.DataFrame, names: Sequence[str]) -> None:
    """Empty columns, which keep their kind."""
    for name in names:
        table[name] = pd.Series(pd.NA, table.index, table[name].dtype)


class NearMatchSearch:
    """Near-perfect matches of sites in transcripts of other genes than their own, searched for some sites at a time.

    What counts is what either strand pairs with by its bases 2 to 19. Each gene counts once for a site, by its closest
    place; a transcript whose gene is not known counts as a gene.

    Parameters
    ----------
    transcriptome : Transcriptome
        Where to search.
    batch : sequence of Transcript
        The records that sites are of.
    table : DataFrame
        The sites; gets the columns of off-targets, which are missing until a site is searched.
    options : DesignOptions
        Up to how many mismatches are near, how many places are listed, and which genes are targets, too.
    genes : Versioned
        Gene of transcripts, where names and headers do not tell.
    """

    def __init__(
        self,
        transcriptome: Transcriptome,
        batch: Sequence[Transcript],
        table: pd.DataFrame,
        options: DesignOptions,
        genes: Versioned[str],
    ) -> None:
        also_targets, mismatches = options.also_targets, options.mismatches
        self._also = {number: name for name in also_targets for number in transcripts_of(name, transcriptome, genes)}
        self._n_also = len(also_targets)
        self._transcriptome, self._table, self._mismatches, self._genes = transcriptome, table, mismatches, genes
        self._most_listed = options.off_target_rows
        self._own = {transcript.name: transcriptome.number_of(transcript.name) for transcript in batch}
        self._own_gene = {transcript.name: transcript.gene for transcript in batch}
        self._gene_of: dict[int, Gene] = {}
        self._isoforms = self._transcripts_of_genes(batch)
        self._given = table[["isoforms", "isoforms_of"]].to_numpy(dtype=np.int64)
        clear(table, ["isoforms", "isoforms_pass", "isoforms_of"])
        self._listed = list[tuple[object, ...]]()
        self._perfect: dict[tuple[str, int], int] = defaultdict(int)
        self._n_searched: Counter[str] = Counter()
        names = [f"off_target_{number}" for number in range(mismatches + 1)]
        names += ["off_target_2_intact"] if mismatches >= _CLOSEST_ALLOWED else []
        for name in (*names, "passenger_matches", "off_target_places"):
            table[name] = pd.Series(pd.NA, table.index, "Int64")
        table["off_target_searched"] = False

    def search(self, rows: NDArray[np.int64]) -> None:
        """Search sites, given as rows of the table, and fill in what was found."""
        sites = self._table.iloc[rows]
        records = sites["record"].tolist()
        places = list(zip(sites["id"], records, sites["start"], sites["end"], sites["guide"], strict=True))
        closest: dict[tuple[int, str], tuple[int, bool]] = {}  # mismatches, and whether seed or center has one
        passenger: dict[int, set[str]] = defaultdict(set)
        isoforms: dict[int, set[int]] = defaultdict(set)
        also: dict[int, set[str]] = defaultdict(set)
        worst = [_Worst(self._most_listed) for _ in places]
        for match in self._transcriptome.near_matches(sites["target"].tolist(), self._mismatches):
            name, record = self._transcriptome.names[match.transcript], records[match.site]
            gene = self._gene(match.transcript)
            is_own = match.transcript == self._own[record] or same_gene(gene, self._own_gene[record])
            pairs = match.strand == "guide" and match.mismatches == 0
            if is_own and pairs:
                isoforms[match.site].add(match.transcript)
            if match.transcript in self._also and pairs:
                also[match.site].add(self._also[match.transcript])
            if is_own or match.transcript in self._also:
                continue
            key = match.site, gene.accession or gene.symbol or name
            found = match.mismatches, any(base < INTACT for base in match.mismatched)
            worst[match.site].add((*found, match.strand, name, match.start, gene.name, match.mismatched))
            closest[key] = min(found, closest.get(key, found))
            if match.strand == "passenger":
                passenger[match.site].add(key[1])
            else:
                self._perfect[record, match.transcript] += match.mismatches == 0
        self._n_searched.update(records)
        for place, each in zip(places, worst, strict=True):
            for mismatches, _, strand, name, start, gene_name, mismatched in each.listed():
                written = " ".join(map(str, mismatched))
                self._listed.append((*place, name, gene_name, start, strand, mismatches, written, each.n))
        self._table.loc[self._table.index[rows], "off_target_places"] = [each.n for each in worst]
        self._fill(rows, closest, passenger)
        self._fill_isoforms(rows, records, isoforms)
        if self._n_also:
            index = self._table.index[rows]
            self._table.loc[index, "also_targets"] = [", ".join(sorted(also[site])) for site in range(len(rows))]
            self._table.loc[index, "also_targets_pass"] = [len(also[site]) == self._n_also for site in range(len(rows))]

    def _transcripts_of_genes(self, batch: Sequence[Transcript]) -> dict[str, set[int]]:
        """Return the transcripts of the gene of each record, by number, itself among them."""
        wanted = {name for transcript in batch for name in transcript.gene} - {""}
        named = [name for name, gene in self._genes.values.items() if gene in wanted]
        more = {self._transcriptome.number_of(name) for name in named} - {None}
        found = {}
        for transcript in batch:
            near = self._transcriptome.of_gene(transcript.gene) | more
            found[transcript.name] = {n for n in near if n is not None and same_gene(self._gene(n), transcript.gene)}
            if (own := self._own[transcript.name]) is not None:
                found[transcript.name].add(own)
        return found

    def _fill_isoforms(self, rows: NDArray[np.int64], records: list[str], hit: Mapping[int, set[int]]) -> None:
        found = np.array([len(hit.get(site, ())) for site in range(len(rows))], dtype=np.int64) + self._given[rows, 0]
        of = np.array([len(self._isoforms[record]) for record in records], dtype=np.int64) + self._given[rows, 1]
        index = self._table.index[rows]
        self._table.loc[index, "isoforms"] = found
        self._table.loc[index, "isoforms_of"] = of
        self._table.loc[index, "isoforms_pass"] = found == of

    def _gene(self, transcript: int) -> Gene:
        if transcript not in self._gene_of:
            named = self._genes.get(self._transcriptome.names[transcript], other_version=True)
            self._gene_of[transcript] = Gene("", named) if named else self._transcriptome.genes[transcript]
        return self._gene_of[transcript]

    def places(self) -> pd.DataFrame:
        """Return a row for each place that is listed."""
        table = pd.DataFrame(self._listed, columns=OFF_TARGET_COLUMNS).astype(dict.fromkeys(_NUMBERS, np.int64))
        return table.sort_values(
            ["record", "start", "mismatches", "transcript", "position"], ignore_index=True, kind="stable"
        )

    def _fill(
        self,
        rows: NDArray[np.int64],
        closest: Mapping[tuple[int, str], tuple[int, bool]],
        passenger: Mapping[int, set[str]],
    ) -> None:
        counts = np.zeros((len(rows), self._mismatches + 1), dtype=np.int64)
        intact = np.zeros(len(rows), dtype=np.int64)
        for (site, _), (fewest, touched) in closest.items():
            counts[site, fewest] += 1
            intact[site] += fewest == _CLOSEST_ALLOWED and not touched
        closest_of = pd.Series(np.where(counts.any(axis=1), (counts > 0).argmax(axis=1), -1), dtype="Int64")
        fails = closest_of.between(0, _CLOSEST_ALLOWED - 1)
        passes = (~fails).astype("boolean")
        if self._mismatches < _CLOSEST_ALLOWED - 1:  # closer ones were not looked for
            passes = passes.where(fails)
        found = {f"off_target_{number}": counts[:, number] for number in range(self._mismatches + 1)}
        if "off_target_2_intact" in self._table:
            found["off_target_2_intact"] = intact
        found["passenger_matches"] = np.array([len(passenger.get(i, ())) for i in range(len(rows))], dtype=np.int64)
        filled = {"off_target": closest_of.replace(-1, pd.NA).array, "off_target_pass": passes.array, **found}
        index = self._table.index[rows]
        for name, values in filled.items():
            self._table.loc[index, name] = values
        self._table.loc[index, "off_target_searched"] = True

    def suspects(self) -> list[str]:
        """Name transcripts that are, by their sequence, the target itself."""
        alike: dict[str, list[str]] = defaultdict(list)
        for (record, transcript), n_perfect in self._perfect.items():
            if n_perfect >= _ITS_OWN * self._n_searched[record]:
                gene = self._gene(transcript).name
                alike[record].append(self._transcriptome.names[transcript] + (f" ({gene})" if gene else ""))
        return [
            f"{listed(names, 5)} of the transcriptome look like {record} "
            "under another name, and count as off-targets; if they are the same gene, say so in the file of genes"
            for record, names in alike.items()
        ]
