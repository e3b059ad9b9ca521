"""Tables written as they come, a chunk of rows at a time: TSV, plain or compressed, and Parquet."""

import gzip
import io
import os
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.io.opening import htslib_silent, import_for
from deepchem_genomics.io.outputs import atomic_file
from deepchem_genomics.io.tables import is_parquet
from deepchem_genomics.paths import PathLike

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["TableWriter", "TsvWriter", "require_table_name", "text_stream", "writing_table"]

_OTHERS = re.compile(r"\.(csv|xlsx?|ods|json)(\.gz)?$", re.IGNORECASE)
_TO_QUOTE = re.compile('[\t\r\n"]')


class TableWriter(Protocol):
    """What :func:`writing_table` yields."""

    def begin(self, table: "pd.DataFrame") -> None:
        """Write the names of the columns, where there may be no rows."""

    def write(self, table: "pd.DataFrame") -> None:
        """Write some rows; the columns are those of the first table."""

    def close(self) -> None:
        """Write what is left; may be called again."""


def require_table_name(path: PathLike) -> None:
    """Raise BadValueError if the name of a table to be written is that of a format that it would not have."""
    if other := _OTHERS.search(os.fspath(path)):
        raise BadValueError(f"{path} would not be {other[1]}, but a table with tabs; name it .tsv, .tsv.gz or .parquet")


@contextmanager
def writing_table(path: PathLike, blocks: bool = False) -> Iterator[TableWriter]:
    """Open a file for writing a table, by its name Parquet, else TSV; ``-`` is TSV on stdout.

    The file appears under its name only when the block ends well. ``blocks`` is as for :func:`text_stream`.
    BadValueError if the name is that of another format.
    """
    require_table_name(path)
    if os.fspath(path) == "-":
        yield TsvWriter(_Stdout())
        sys.stdout.flush()
        return
    with atomic_file(path) as partial:
        writer = _ParquetWriter(partial) if is_parquet(path) else TsvWriter(text_stream(partial, blocks))
        try:
            yield writer
        finally:
            writer.close()


def text_stream(path: Path, blocks: bool = False) -> Any:
    """Open a file for writing text, in gzip if its name ends so; with ``blocks`` in bgzip, which tabix can index.

    Equal text gives equal bytes.
    """
    ending = path.suffix.lower()
    if ending not in (".gz", ".bgz"):
        if ending in (".bz2", ".xz", ".zst"):
            raise BadValueError(f"{path.suffix} is read, but not written; give a name that ends in .gz")
        return path.open("w", newline="", encoding="utf-8")
    if blocks or ending == ".bgz":
        return _BlockText(import_for("pysam", path).BGZFile(str(path), "w"))
    raw = path.open("wb", buffering=0)
    packed = gzip.GzipFile("", "wb", 6, raw, mtime=0)  # without the name and the time that gzip would put in
    packed.myfileobj = raw  # closed with it
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


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


class TsvWriter:
    """A header and rows; what is missing is NA, and a number has as many digits as make it again, and no more.

    Text with a tab, a line end or a quotation mark is quoted as in csv files, which is how pandas, R and Python's csv
    read tables. Python's own writer leaves out carriage returns, at which they would end the line.
    """

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.has_header = False

    def begin(self, table: "pd.DataFrame") -> None:
        """Write the names of the columns, where there may be no rows."""
        self.write_texts(list(map(str, table.columns)), [])

    def write(self, table: "pd.DataFrame") -> None:
        """Write some rows; the columns are those of the first table."""
        self.write_texts(list(map(str, table.columns)), [_texts(table.iloc[:, i]) for i in range(table.shape[1])])

    def write_texts(self, names: Sequence[str], columns: Sequence[list[str]]) -> None:
        """Write some rows, given by column."""
        if not self.has_header:
            self.stream.write("\t".join(_quoted(list(names))) + "\n")
            self.has_header = True
        self.stream.write("".join("\t".join(row) + "\n" for row in zip(*map(_quoted, columns), strict=True)))

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()


def _texts(column: "pd.Series[Any]") -> list[str]:
    missing = column.isna().to_numpy()
    values = column.to_numpy()
    texts = (values if column.dtype.kind in "iufb" else values.astype(object)).astype(str).astype(object)
    texts[missing] = "NA"
    return texts.tolist()


def _quoted(texts: list[str]) -> list[str]:
    if not _TO_QUOTE.search("".join(texts)):
        return texts
    doubled = [text.replace('"', '""') for text in texts]
    return [f'"{twice}"' if _TO_QUOTE.search(text) else text for text, twice in zip(texts, doubled, strict=True)]


class _ParquetWriter:
    """Text, int64 and float32."""

    def __init__(self, path: Path) -> None:
        self.pyarrow = import_for("pyarrow", path, "parquet")
        self.parquet = import_for("pyarrow.parquet", path, "parquet")
        self.path = path
        self.writer: Any = None

    def begin(self, table: "pd.DataFrame") -> None:
        kinds = {"f": self.pyarrow.float32(), "i": self.pyarrow.int64()}
        fields = [(name, kinds.get(table[name].dtype.kind, self.pyarrow.string())) for name in table]
        self.writer = self.parquet.ParquetWriter(self.path, self.pyarrow.schema(fields))

    def write(self, table: "pd.DataFrame") -> None:
        if self.writer is None:
            self.begin(table)
        content = self.pyarrow.Table.from_pandas(table, schema=self.writer.schema, preserve_index=False)
        self.writer.write_table(content)

    def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
