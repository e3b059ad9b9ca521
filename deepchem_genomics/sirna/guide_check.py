"""Checks of guides: whether they are antisense to a target, and not copies of each other."""

import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import EmptyInputError, UnknownBaseError
from deepchem_genomics.feat.guides import PAIRED, written_guides
from deepchem_genomics.feat.records import read_records
from deepchem_genomics.sirna.seed_counts import kmers_of, numbers_of
from deepchem_genomics.sirna.sites import CODES
from deepchem_genomics.sirna.transcriptome import DUPLEX
from deepchem_genomics.sirna.transcripts import Transcript, read_transcripts

__all__ = ["VERDICTS", "check_guides", "guide_verdicts"]

VERDICTS = ("antisense", "sense", "reversed", "complement-only", "not found")
"""What a guide can be, the best first."""

_PAIRED = slice(1, 1 + DUPLEX)  # bases 2 to 19: what pairs for certain
_MOST_MISMATCHES = 2
_SHIFTS = (1, 2)
_NO_BASE = re.compile("[^ACGU]")
_NAMED = 5
_ROWS = 1 << 16  # of a table at a time
_BLOCK = 2048  # guides compared at a time
_Place = tuple[str, int]  # target and position


class _Strand(NamedTuple):
    """A way of reading a guide, and the bases that a target has if it is the right one."""

    verdict: str
    kmers: NDArray[np.int64]  # (N,)


def check_guides(
    guides: str | os.PathLike[str] | Mapping[str, str],
    targets: str | os.PathLike[str] | Mapping[str, str],
    against: str | os.PathLike[str] | Mapping[str, str] | None = None,
    *,
    sequence_column: str = "sequence",
    id_column: str | None = None,
) -> pd.DataFrame:
    """Check that guides are antisense to a target, and which are copies of each other.

    Bases 2 to 19 are looked for in the targets without a mismatch: base 1 hardly pairs, and what follows 19 may be any
    overhang. Tables of guides are known to hold other strands by mistake; each has its verdict.

    ===================  ==============================================================================
    ``antisense``        pairs with a target, as a guide should
    ``sense``            has the sequence of a target: the passenger
    ``reversed``         has the sequence of a target when read backwards
    ``complement-only``  pairs with a target when read backwards: complemented, not reverse-complemented
    ``not found``        none of these
    ===================  ==============================================================================

    Parameters
    ----------
    guides : path-like or mapping of str to str
        A table, FASTA or FASTQ file, or guides by id: 19 to 23 nt, RNA or DNA letters, ``dT`` for a deoxynucleotide.
    targets : path-like or mapping of str to str
        A FASTA file, or sequences by name: what the guides should bind, sense strand.
    against : path-like or mapping of str to str, optional
        More guides, such as those of a test set, among which copies are looked for as well.
    sequence_column, id_column : str, optional
        Columns of the tables; without ``id_column`` guides are called by file and row.

    Returns
    -------
    DataFrame
        A row a guide: id, guide, verdict; target and position, 0-based, of the first place that gives the verdict, and
        ``n_targets`` with one; ``same`` and ``near``, ids of the guides with the same bases 1 to 19, and of those that
        differ in one or two of these or are shifted by one or two; ``against_same`` and ``against_near`` likewise.
        Five ids are named; a number in brackets says how many more there are.

    Raises
    ------
    SequenceLengthError, UnknownBaseError
        If a guide has another length, or a letter other than A, C, G, T and U.
    EmptyInputError, GenomeFileError, DuplicateIdError, AlphabetMismatchError
        If the targets cannot be read.

    Examples
    --------
    >>> target = {"t": "GGCAUGGCGCGAUCGAUCGAUUAAGCC"}
    >>> guide = "UUAAUCGAUCGAUCGCGCCAU"
    >>> table = check_guides({"a": guide, "b": guide[::-1], "c": guide[:19] + "dTdT"}, target)
    >>> table[["id", "verdict", "target", "same"]].to_numpy().tolist()
    [['a', 'antisense', 't', 'c'], ['b', 'complement-only', 't', ''], ['c', 'antisense', 't', 'a']]
    """
    table = guide_verdicts(guides, targets, sequence_column, id_column)
    ids, own = table["id"].tolist(), _cores(table["guide"])
    table["same"], table["near"] = _copies(own, own, ids, is_one_table=True)
    if against is not None:
        other_ids, other_texts = _read(against, sequence_column, id_column)
        table["against_same"], table["against_near"] = _copies(own, _cores(other_texts), other_ids)
    return table


def guide_verdicts(
    guides: str | os.PathLike[str] | Mapping[str, str],
    targets: str | os.PathLike[str] | Mapping[str, str],
    sequence_column: str = "sequence",
    id_column: str | None = None,
) -> pd.DataFrame:
    """Return the first columns of :func:`check_guides`: id, guide, verdict, target, position and n_targets."""
    ids, texts = _read(guides, sequence_column, id_column)
    return pd.concat([pd.DataFrame({"id": ids, "guide": texts}), _verdicts(texts, read_transcripts(targets))], axis=1)


def _read(source: Any, sequence_column: str, id_column: str | None) -> tuple[list[str], list[str]]:
    if isinstance(source, Mapping):
        if not source:
            raise EmptyInputError("there are no guides; give one or more")
        found = pd.DataFrame({"id": list(source), "sequence": list(source.values())}, index=list(source))
    else:
        found = pd.concat(read_sequence_chunks(source, _ROWS, sequence_column, id_column=id_column))
    texts = written_guides(read_records(found["sequence"]))
    for where, text in zip(found.index, texts, strict=True):
        if wrong := _NO_BASE.search(text):
            raise UnknownBaseError(
                f"sequence {where} has {wrong[0]!r} at position {wrong.start() + 1}; guides to check have the letters "
                "A, C, G and U or T, and dT; correct the letter, or drop the record"
            )
    return found["id"].astype(str).tolist(), texts


def _cores(texts: Iterable[str]) -> NDArray[np.uint8]:
    return CODES[np.frombuffer("".join(text[:PAIRED] for text in texts).encode("ascii"), np.uint8)].reshape(-1, PAIRED)


def _verdicts(texts: list[str], targets: Iterator[Transcript]) -> pd.DataFrame:
    strands = _strands(texts)
    rows_of: dict[int, list[tuple[int, int]]] = defaultdict(list)  # k-mer: strand and guide
    for number, strand in enumerate(strands):
        for row, kmer in enumerate(strand.kmers.tolist()):
            rows_of[kmer].append((number, row))
    wanted = np.array(sorted(rows_of), dtype=np.int64)
    first: list[dict[int, _Place]] = [{} for _ in strands]
    counts = np.zeros((len(strands), len(texts)), dtype=np.int64)
    for target in targets:
        met = set[tuple[int, int]]()
        for position, kmer in _found_in(target.sequence, wanted):
            for number, row in rows_of[kmer]:
                first[number].setdefault(row, (target.name, position))
                met.add((number, row))
        for number, row in met:
            counts[number, row] += 1
    table = pd.DataFrame([_verdict(row, strands, first, counts) for row in range(len(texts))])
    return table.astype({"position": "Int64"})


def _strands(texts: list[str]) -> list[_Strand]:
    forward, backward = (_cores(texts)[:, _PAIRED], _cores(text[::-1] for text in texts)[:, _PAIRED])
    return [
        _Strand("antisense", numbers_of(3 - forward[:, ::-1])),
        _Strand("sense", numbers_of(forward)),
        _Strand("reversed", numbers_of(backward)),
        _Strand("complement-only", numbers_of(3 - backward[:, ::-1])),
    ]


def _found_in(sequence: str, wanted: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Yield where a sequence has one of some k-mers, and which."""
    starts, kmers = kmers_of(sequence, DUPLEX)
    places = np.minimum(np.searchsorted(wanted, kmers), len(wanted) - 1)
    for hit in np.flatnonzero(wanted[places] == kmers).tolist():
        yield int(starts[hit]), int(kmers[hit])


def _verdict(
    row: int, strands: list[_Strand], first: list[dict[int, _Place]], counts: NDArray[np.int64]
) -> dict[str, Any]:
    for number, strand in enumerate(strands):
        if row in first[number]:
            target, position = first[number][row]
            n_targets = int(counts[number, row])
            return {"verdict": strand.verdict, "target": target, "position": position, "n_targets": n_targets}
    return {"verdict": "not found", "target": "", "position": None, "n_targets": 0}


def _copies(
    guides: NDArray[np.uint8], others: NDArray[np.uint8], ids: list[str], is_one_table: bool = False
) -> tuple[list[str], list[str]]:
    """Name the others that are equal to each guide, and those that are nearly."""
    same, near = ([set[int]() for _ in guides] for _ in range(2))
    letters = _letters(others)
    for start in range(0, len(guides), _BLOCK):
        equal = _letters(guides[start : start + _BLOCK]) @ letters.T  # bases
        for row, other in np.argwhere(equal >= PAIRED - _MOST_MISMATCHES - 0.5).tolist():
            (same if equal[row, other] > PAIRED - 0.5 else near)[start + row].add(other)
    for shift in _SHIFTS:
        for one, two in ((slice(shift, None), slice(None, -shift)), (slice(None, -shift), slice(shift, None))):
            rows_of: dict[int, list[int]] = defaultdict(list)
            for other, kmer in enumerate(numbers_of(others[:, two]).tolist()):
                rows_of[kmer].append(other)
            for row, kmer in enumerate(numbers_of(guides[:, one]).tolist()):
                near[row].update(rows_of.get(kmer, ()))
    if is_one_table:
        for row, (equals, nearly) in enumerate(zip(same, near, strict=True)):
            equals.discard(row)
            nearly.discard(row)
    return [_listed(each, ids) for each in same], [
        _listed(each - equal, ids) for each, equal in zip(near, same, strict=True)
    ]


def _letters(codes: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.eye(4, dtype=np.float32)[codes].reshape(len(codes), -1)


def _listed(rows: set[int], ids: list[str]) -> str:
    named = ", ".join(ids[row] for row in sorted(rows)[:_NAMED])
    return f"{named} (+{len(rows) - _NAMED})" if len(rows) > _NAMED else named
