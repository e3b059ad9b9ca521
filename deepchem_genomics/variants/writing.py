"""Scores to files: a table, or the file of variants itself with what was found written into it."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.table_writers import TableWriter, text_stream, writing_table
from deepchem_genomics.io.tables import PARQUET
from deepchem_genomics.variants.info_fields import InfoWriter
from deepchem_genomics.variants.scoring import Scored

__all__ = ["Summary", "require_kind", "write_scores"]

TABLES = (".tsv", ".txt", ".tsv.gz", ".txt.gz")
VCF = (".vcf", ".vcf.gz", ".vcf.bgz")
SKIPPED = ["record", "chrom", "pos", "id", "ref", "alt", "reason", "detail"]

PathLike = str | os.PathLike[str]


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
    chunks: Iterable[Scored],
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
        If Parquet is asked for and pyarrow is not installed.
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
    """Tell from its name what a file of scores is to be.

    Parameters
    ----------
    out : path-like
        As for :func:`write_scores`.

    Returns
    -------
    str
        "table", "parquet" or "vcf".

    Raises
    ------
    BadValueError
        If the name ends in another way.
    """
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
