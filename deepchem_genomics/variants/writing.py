"""Scores to files: a table, or the file of variants itself with what was found written into it."""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError, MissingExtraError
from deepchem_genomics.genome.random_access import import_for
from deepchem_genomics.genome.variant_files import htslib_silent
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.variants.info_fields import InfoWriter
from deepchem_genomics.variants.scoring import Scored

__all__ = ["Summary", "require_kind", "write_scores"]

TABLES = (".tsv", ".txt", ".tsv.gz", ".txt.gz")
PARQUET = (".parquet", ".pq")
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


class _Writer(Protocol):
    def write(self, scored: Scored) -> None: ...
    def close(self) -> None: ...


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
    with _writer(out, background) as writer, _listed(skipped) as listed:
        for scored in chunks:
            writer.write(scored)
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
def _writer(out: PathLike, background: str) -> Iterator[_Writer]:
    kind = require_kind(out)
    stdout = os.fspath(out) == "-"
    with nullcontext(Path("-")) if stdout else atomic_file(out) as partial:
        if kind == "parquet":
            writer: _Writer = _Parquet(partial)
        elif kind == "vcf":
            writer = InfoWriter(_opened(partial), background)
        else:
            writer = _ScoreTable(_Stdout() if stdout else _opened(partial))
        try:
            yield writer
        finally:
            writer.close()


@contextmanager
def _listed(path: PathLike | None) -> Iterator["_Tsv | None"]:
    if path is None:
        yield None
        return
    with atomic_file(path) as partial:
        listed = _Tsv(_opened(partial))
        try:
            yield listed
        finally:
            listed.close()


def _opened(path: Path) -> Any:
    """Open for text; a name that ends in gz is compressed in blocks, so that tabix can index it."""
    if path.suffix in (".gz", ".bgz"):
        return _BlockText(import_for("pysam", path).BGZFile(str(path), "w"))
    return path.open("w", newline="")


class _Stdout:
    def write(self, text: str) -> None:
        sys.stdout.write(text)

    def close(self) -> None:
        sys.stdout.flush()


class _BlockText:
    """Text in bgzip's blocks. A file that is not written to its end is an error, and one alone."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def write(self, text: str) -> None:
        with htslib_silent():  # which would write to stderr what is raised
            self.file.write(text.encode())

    def close(self) -> None:
        file, self.file = self.file, None
        if file is None:
            return
        try:
            with htslib_silent():
                file.close()
        except OSError:
            # pysam closes again what is forgotten, and prints what then fails in two ways.
            hooks = sys.unraisablehook, sys.excepthook
            sys.unraisablehook, sys.excepthook = (lambda _: None), (lambda *_: None)
            try:
                with htslib_silent():
                    del file
            finally:
                sys.unraisablehook, sys.excepthook = hooks
            raise


class _Tsv:
    """A header and rows; what is missing is NA."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.has_header = False

    def write(self, table: pd.DataFrame) -> None:
        text = table.to_csv(sep="\t", index=False, header=not self.has_header, na_rep="NA", lineterminator="\n")
        self.has_header = True
        self.stream.write(text)

    def close(self) -> None:
        self.stream.close()


class _ScoreTable:
    def __init__(self, stream: Any) -> None:
        self.table = _Tsv(stream)

    def write(self, scored: Scored) -> None:
        self.table.write(_narrow(scored.scores))

    def close(self) -> None:
        self.table.close()


class _Parquet:
    def __init__(self, path: Path) -> None:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as error:
            raise MissingExtraError(
                f"{path}: Parquet needs pyarrow; pip install 'deepchem_genomics[parquet]', or write .tsv"
            ) from error
        self.pyarrow, self.parquet = pyarrow, parquet
        self.path = path
        self.writer: Any = None

    def write(self, scored: Scored) -> None:
        table = _narrow(scored.scores)
        kinds = {"f": self.pyarrow.float32(), "i": self.pyarrow.int64()}
        fields = [(name, kinds.get(table[name].dtype.kind, self.pyarrow.string())) for name in table]
        schema = self.pyarrow.schema(fields)
        if self.writer is None:
            self.writer = self.parquet.ParquetWriter(self.path, schema)
        self.writer.write_table(self.pyarrow.Table.from_pandas(table, schema=schema, preserve_index=False))

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()


def _narrow(scores: pd.DataFrame) -> pd.DataFrame:
    """Leave out the numbers of record and allele, and digits that the model does not have."""
    numbers = scores.select_dtypes("float64").columns
    return scores.drop(columns=["record", "allele"]).astype(dict.fromkeys(numbers, np.float32))
