"""Scores to files: a table, or the file of variants itself with what was found written into it."""

import math
import os
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.genome.variant_files import line_of
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.table_writers import TableWriter, text_stream, writing_table
from deepchem_genomics.io.tables import PARQUET
from deepchem_genomics.paths import PathLike

if TYPE_CHECKING:
    from deepchem_genomics.variants.scoring import Scored

__all__ = ["InfoWriter", "Summary", "require_kind", "write_scores"]

FIELDS = {
    "prediction_ref": ("DCG_REF", "Prediction for the reference allele, mean of both strands"),
    "prediction_alt": ("DCG_ALT", "Prediction for the alternative allele, mean of both strands"),
    "difference": ("DCG_DIFF", "DCG_ALT less DCG_REF"),
    "logit_difference": ("DCG_LOGIT_DIFF", "Difference of the logits of DCG_ALT and DCG_REF"),
    "z": ("DCG_Z", "DCG_DIFF less the mean of a background, in standard deviations of it"),
}
SKIPPED_FIELD = "DCG_SKIPPED"


class InfoWriter:
    """Writes every record of a file again, in order, with its scores.

    Numbers have six digits, as htslib writes them. Fields of the same names from an earlier run are replaced.
    """

    def __init__(self, stream: Any, background: str = "") -> None:
        self.stream = stream
        self.background = background
        self.fields: dict[str, str] = {}  # by column of the scores, known from the first chunk on

    def write(self, scored: "Scored") -> None:
        """Write some records."""
        if not self.fields:
            self._write_header(scored)
        values = _by_allele(scored.scores, list(self.fields))
        reasons = _by_allele(scored.skipped, ["reason"])
        first = min((number for number, _ in (*values, *reasons)), default=1)
        for number, record in enumerate(scored.records, start=first):
            alleles = [(number, allele) for allele in range(1, len(record.alts or ()) + 1)]
            for column, field in enumerate(self.fields.values()):
                found = [values[allele][column] if allele in values else None for allele in alleles]
                _set(record, field, [None if value is None or math.isnan(value) else value for value in found], None)
            _set(record, SKIPPED_FIELD, [reasons[allele][0] if allele in reasons else "." for allele in alleles], ".")
            self.stream.write(line_of(record, number, "the input"))

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()

    def _write_header(self, scored: "Scored") -> None:
        """Write the header of the records, and a line for each field."""
        header = scored.records[0].header
        suffixes: dict[str, str] = {}  # of fields by task
        for column in scored.scores.columns:
            kind = next((kind for kind in reversed(FIELDS) if column == kind or column.startswith(f"{kind}_")), None)
            if kind is None:
                continue
            task = column[len(kind) + 1 :]
            name, description = FIELDS[kind]
            if task not in suffixes:
                suffixes[task] = _suffix(task, suffixes.values())
            field = self.fields[column] = name + suffixes[task]
            about = description + (f", task {task}" if task else "")
            if kind == "z" and self.background:
                about += f" ({self.background})"
            _describe(header, field, "Float", about)
        _describe(header, SKIPPED_FIELD, "String", "Why the allele has no score; . if it has one")
        self.stream.write(str(header))


def _suffix(task: str, taken: Collection[str]) -> str:
    """Return what the fields of a task end in: its name in letters that VCF allows, numbered where another has it."""
    plain = "_" + re.sub(r"[^A-Za-z0-9_.]", "_", task) if task else ""
    candidates = (plain, *(f"{plain}_{number}" for number in range(2, len(taken) + 2)))
    return next(each for each in candidates if each not in taken)


def _describe(header: Any, field: str, kind: str, about: str) -> None:
    """Add the line of a field to a header, in place of the one of an earlier run: htslib keeps the first otherwise."""
    if field in header.info:
        header.info.remove_header(field)
    header.add_line(f'##INFO=<ID={field},Number=A,Type={kind},Description="{_quoted(about)}">')


def _by_allele(table: pd.DataFrame, columns: list[str]) -> dict[tuple[int, int], tuple[Any, ...]]:
    keys = zip(table["record"].tolist(), table["allele"].tolist(), strict=True)
    return dict(zip(keys, zip(*(table[column].tolist() for column in columns), strict=True), strict=True))


def _set(record: Any, field: str, values: list[Any], missing: Any) -> None:
    """Set a field of one value per allele; leave it out where all are missing."""
    if any(value != missing for value in values):
        record.info[field] = tuple(values)
    elif field in record.info:
        del record.info[field]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


TABLES = (".tsv", ".txt", ".tsv.gz", ".txt.gz")
VCF = (".vcf", ".vcf.gz", ".vcf.bgz")
SKIPPED = ["record", "chrom", "pos", "id", "ref", "alt", "reason", "detail"]


class Summary(NamedTuple):
    """What was written.

    Parameters
    ----------
    n_records : int
        Records read.
    n_scored : int
        Alleles scored.
    skipped : dict of str to int
        How many alleles were not, by reason, the most frequent first.
    """

    n_records: int
    n_scored: int
    skipped: dict[str, int]


def write_scores(
    chunks: "Iterable[Scored]",
    out: PathLike,
    skipped: PathLike | None = None,
    *,
    background: str = "",
    on_chunk: Any = None,
) -> Summary:
    """Write scores, and a table of what was skipped.

    Parameters
    ----------
    chunks : iterable of Scored
        As :func:`score_variants` gives them; with ``keep_samples`` for VCF. Taken one at a time.
    out : path-like
        ``.tsv`` or ``.tsv.gz`` (bgzip); ``.parquet``; ``.vcf`` or ``.vcf.gz`` (bgzip), which has all records of the
        input with the fields DCG_REF, DCG_ALT, DCG_DIFF, DCG_LOGIT_DIFF, DCG_Z and DCG_SKIPPED in INFO; ``-`` for TSV
        on stdout. It appears under its name only when whole.
    skipped : path-like, optional
        TSV of the alleles that were not scored, with the reason for each. Not written if not given.
    background : str, default ""
        What z compares with, for the header of a VCF file.
    on_chunk : callable, optional
        Called with each chunk when it is written.

    Returns
    -------
    Summary
        Numbers of records, of alleles scored and of alleles skipped.

    Raises
    ------
    BadValueError
        If ``out`` ends otherwise.
    MissingExtraError
        If Parquet is requested and pyarrow is not installed.
    """
    n_records, n_scored, reasons = 0, 0, Counter[str]()
    with _writer(out, background) as writer, nullcontext() if skipped is None else writing_table(skipped) as listed:
        for scored in chunks:
            if isinstance(writer, InfoWriter):
                writer.write(scored)
            else:
                writer.write(_narrow(scored.scores))
            if listed is not None:
                listed.write(scored.skipped[SKIPPED])
            n_records += len(scored.records)
            n_scored += len(scored.scores)
            reasons.update(scored.skipped["reason"])
            if on_chunk is not None:
                on_chunk(scored)
        for each in (writer, listed):  # before either gets its name: if one does not fit, the other is not left alone
            if each is not None:
                each.close()
    return Summary(n_records, n_scored, dict(reasons.most_common()))


def require_kind(out: PathLike) -> str:
    """Return from its name what a file of scores is to be, "table", "parquet" or "vcf"; else BadValueError."""
    name = os.fspath(out).lower()
    for kind, endings in (("table", ("-", *TABLES)), ("parquet", PARQUET), ("vcf", VCF)):
        if name.endswith(endings):
            return kind
    raise BadValueError(
        f"{out} is to be a file of scores; name it .tsv, .tsv.gz, .parquet, .vcf or .vcf.gz, or - for stdout"
    )


@contextmanager
def _writer(out: PathLike, background: str) -> Iterator[InfoWriter | TableWriter]:
    if require_kind(out) == "vcf":
        with atomic_file(out) as partial:
            writer = InfoWriter(text_stream(partial, blocks=True), background)
            try:
                yield writer
            finally:
                writer.close()
    else:
        with writing_table(out, blocks=True) as table:
            yield table


def _narrow(scores: pd.DataFrame) -> pd.DataFrame:
    """Leave out the numbers of record and allele, and digits that the model does not have."""
    numbers = scores.select_dtypes("float64").columns
    return scores.drop(columns=["record", "allele"]).astype(dict.fromkeys(numbers, np.float32))
