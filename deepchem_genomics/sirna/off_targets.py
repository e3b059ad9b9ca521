"""Other transcripts that a guide may act on: by its seed, or by nearly all of it."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.sirna.site_rules import LIMITS
from deepchem_genomics.sirna.sites import Sites
from deepchem_genomics.sirna.transcriptome import OffTarget, Transcriptome, without_version
from deepchem_genomics.sirna.transcripts import Transcript

__all__ = ["add_near_matches", "add_seed_matches"]

_ITS_OWN = 0.5
"""Share of a record's searched sites that a transcript has, and it looks like the record under another name."""

_CLOSEST_ALLOWED = 2


def add_seed_matches(transcriptome: Transcriptome | None, sites: Sites) -> pd.DataFrame:
    """Look up how often the seed of each guide has a match; the rule is not evaluated if nothing was counted."""
    if transcriptome is None or not transcriptome.seeds.words.any():
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


def add_near_matches(
    transcriptome: Transcriptome,
    batch: Sequence[Transcript],
    table: pd.DataFrame,
    searched: NDArray[np.int64],
    mismatches: int,
    genes: Mapping[str, str],
) -> tuple[pd.DataFrame, list[str]]:
    """Search sites for near-perfect matches in transcripts of other genes than their own.

    Returns
    -------
    off_targets : DataFrame
        A row a place.
    notes : list of str
        Transcripts that look like a record under another name.
    """
    own_gene = {
        transcript.name: genes.get(transcript.name) or transcript.gene or transcriptome.gene_of(transcript.name)
        for transcript in batch
    }
    rows = table.iloc[searched]
    records, starts, guides = rows["record"].tolist(), rows["start"].tolist(), rows["guide"].tolist()
    closest: dict[tuple[int, int], int] = {}
    passenger: dict[int, set[int]] = defaultdict(set)
    perfect: dict[tuple[str, int], int] = defaultdict(int)
    listed = []
    for match in transcriptome.near_matches(rows["target"].tolist(), mismatches):
        name, record = transcriptome.names[match.transcript], records[match.site]
        gene = genes.get(name) or transcriptome.genes[match.transcript]
        if _is_its_own(name, gene, record, own_gene[record]):
            continue
        listed.append(_row(match, record, starts[match.site], guides[match.site], name, gene))
        if match.strand == "passenger":
            passenger[match.site].add(match.transcript)
            continue
        key = match.site, match.transcript
        closest[key] = min(match.mismatches, closest.get(key, mismatches))
        perfect[record, match.transcript] += match.mismatches == 0
    _fill(table, searched, mismatches, closest, passenger)
    off_targets = pd.DataFrame(listed, columns=list(_COLUMNS)).sort_values(
        ["record", "start", "mismatches", "transcript", "position"], ignore_index=True, kind="stable"
    )
    return off_targets, _suspects(perfect, Counter(records), transcriptome)


_COLUMNS = ("record", "start", "end", "guide", "transcript", "gene", "position", "strand", "mismatches")


def _row(match: OffTarget, record: str, start: int, guide: str, name: str, gene: str) -> tuple[object, ...]:
    return record, start, start + len(guide), guide, name, gene, match.start, match.strand, match.mismatches


def _is_its_own(name: str, gene: str, record: str, own_gene: str) -> bool:
    return without_version(name) == without_version(record) or bool(gene and gene == own_gene)


def _fill(
    table: pd.DataFrame,
    searched: NDArray[np.int64],
    mismatches: int,
    closest: Mapping[tuple[int, int], int],
    passenger: Mapping[int, set[int]],
) -> None:
    counts = np.zeros((len(searched), mismatches + 1), dtype=np.int64)
    for (site, _), fewest in closest.items():
        counts[site, fewest] += 1
    looked = np.zeros(len(table), dtype=bool)
    looked[searched] = True
    for number in range(mismatches + 1):
        table[f"off_target_{number}"] = _spread(len(table), searched, counts[:, number], "Int64")
    closest_of = np.where(counts.any(axis=1), (counts > 0).argmax(axis=1), -1)
    fails = (closest_of >= 0) & (closest_of < _CLOSEST_ALLOWED)
    passes = pd.Series(~fails, dtype="boolean")
    if mismatches < _CLOSEST_ALLOWED - 1:  # closer ones were not looked for
        passes[~fails] = pd.NA
    table["off_target"] = _spread(len(table), searched, closest_of, "Int64").replace(-1, pd.NA)
    table["off_target_pass"] = _spread(len(table), searched, passes.array, "boolean")
    table["passenger_matches"] = _spread(
        len(table), searched, np.array([len(passenger.get(i, ())) for i in range(len(searched))], dtype=int), "Int64"
    )
    table["off_target_searched"] = looked


def _spread(n: int, rows: NDArray[np.int64], values: Any, dtype: str) -> pd.Series:
    column = pd.Series(pd.NA, index=range(n), dtype=dtype)
    column.iloc[rows] = values
    return column


def _suspects(
    perfect: Mapping[tuple[str, int], int], n_searched: Mapping[str, int], transcriptome: Transcriptome
) -> list[str]:
    """Name transcripts that are, by their sequence, the target itself."""
    alike: dict[str, list[str]] = defaultdict(list)
    for (record, transcript), n_perfect in perfect.items():
        if n_perfect >= _ITS_OWN * n_searched[record]:
            alike[record].append(transcriptome.names[transcript])
    return [
        f"{', '.join(names[:5])}{' and more' if len(names) > 5 else ''} of the transcriptome look like {record} under "
        "another name, and count as off-targets; if they are the same gene, say so in the file of genes"
        for record, names in alike.items()
    ]
