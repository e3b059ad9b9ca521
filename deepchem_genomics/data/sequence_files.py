"""Tables and files of sequences, read some rows at a time."""

import csv
import gzip
import os
import zlib
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd

from deepchem_genomics.data.labels import label_values
from deepchem_genomics.data.text_layout import open_text
from deepchem_genomics.errors import BadValueError, DataFolderError, EmptyInputError, LabelError, MissingExtraError
from deepchem_genomics.io.parquet import telling_parquet_damage

__all__ = ["checked_sequences", "is_fastx", "read_sequence_chunks"]

FASTX = (".fa", ".fasta", ".fna", ".ffn", ".frn", ".fas", ".fq", ".fastq")
PARQUET = (".parquet", ".pq")
PACKED = (".gz", ".bgz")


def read_sequence_chunks(
    path: str | os.PathLike[str],
    chunk_size: int,
    sequence_column: str = "sequence",
    label_columns: Sequence[str] = (),
    id_column: str | None = None,
) -> Iterator[pd.DataFrame]:
    r"""Read sequences with their ids and labels.

    Parameters
    ----------
    path : path-like
        By its name: FASTA, FASTQ, Parquet, CSV (``.csv``), or TSV (anything else), with a header. Text may be
        compressed with gzip.
    chunk_size : int
        How many are held at a time.
    sequence_column : str, default "sequence"
        Of a table.
    label_columns : sequence of str
        Of a table: one a task. FASTA and FASTQ have no labels.
    id_column : str, optional
        Of a table. By default the id of a row is ``<file name>:<row>``, counted from 1 without the header. A record of
        FASTA or FASTQ is named by the first word of its header.

    Yields
    ------
    DataFrame
        Columns sequence and id (text), then the labels (float64, NaN where one is missing). The index says where each
        row is from, for messages.

    Raises
    ------
    EmptyInputError
        If there are no rows, or a sequence is empty.
    DataFolderError
        If the path is a folder, or a column is not there.
    LabelError
        If a label is not a number.
    BadValueError
        If the file is damaged.
    MissingExtraError
        If the file is Parquet and pyarrow, or FASTA or FASTQ and pysam, is not installed.
    FileNotFoundError
        If there is no such file.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "guides.csv"
    >>> _ = path.write_text("sequence,efficacy\nACGU,0.5\n")
    >>> next(read_sequence_chunks(path, 10, label_columns=["efficacy"])).to_dict("records")
    [{'sequence': 'ACGU', 'id': 'guides.csv:1', 'efficacy': 0.5}]
    """
    path = Path(path)
    if path.is_dir():
        raise DataFolderError(f"{path} is a folder; give the file of sequences in it")
    if path.stat().st_size == 0:
        raise EmptyInputError(f"{path} is empty; expected sequences")
    if is_fastx(path):
        if label_columns:
            raise DataFolderError(f"{path} is FASTA or FASTQ, which has no labels; give a table, or no label columns")
        chunks = _fastx_chunks(path, chunk_size)
    else:
        wanted = list(dict.fromkeys([sequence_column, *label_columns, *([] if id_column is None else [id_column])]))
        read = _parquet_chunks if _suffix(path) in PARQUET else _text_chunks
        tables = read(path, chunk_size, wanted)
        chunks = (checked_sequences(table, str(path), sequence_column, label_columns, id_column) for table in tables)
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise EmptyInputError(f"{path} has no rows; expected sequences")


def is_fastx(path: str | os.PathLike[str]) -> bool:
    """Tell whether a file is FASTA or FASTQ, by its name.

    Parameters
    ----------
    path : path-like
        The file; ``.gz`` at the end of its name is passed over.

    Returns
    -------
    bool
        Whether its records have names of their own.
    """
    return _suffix(Path(path)) in FASTX


def _suffix(path: Path) -> str:
    return (Path(path.stem).suffix if path.suffix.lower() in PACKED else path.suffix).lower()


def checked_sequences(
    table: pd.DataFrame, path: str, sequence: str, labels: Sequence[str], ids: str | None
) -> pd.DataFrame:
    """Take the columns of a table in their roles, and check each value.

    Parameters
    ----------
    table : DataFrame
        Some rows; the index is the number of each, from 1.
    path : str
        What messages call the table.
    sequence, labels, ids
        Its columns, as :func:`read_sequence_chunks` takes them.

    Returns
    -------
    DataFrame
        As :func:`read_sequence_chunks` yields it.

    Raises
    ------
    EmptyInputError, DataFolderError, LabelError
        As there.
    """
    _positions(path, list(map(str, table.columns)), [sequence, *labels, *([] if ids is None else [ids])])
    result = pd.DataFrame({"sequence": table[sequence].astype(object).to_numpy()})
    names = [f"{Path(path).name}:{row}" for row in table.index] if ids is None else table[ids].astype(str).to_numpy()
    result["id"] = np.asarray(names, dtype=object)
    for column, values in (("sequence", result["sequence"]), ("id", result["id"])):
        blank = [i for i, text in enumerate(values) if not isinstance(text, str) or not text]
        if blank:
            raise EmptyInputError(f"{path}: row {table.index[blank[0]]} has no {column}; fill it in or remove the row")
    for column in labels:
        result[column], wrong = label_values(table[column])
        if len(wrong):
            text = str(table[column].iloc[wrong[0]])
            raise LabelError(
                f"{path}: row {table.index[wrong[0]]} has {text!r} as {column}; a label is a number, or missing "
                "(empty, '.', NA); correct it"
            )
    result.index = pd.Index([f"{path}: row {row}" for row in table.index])
    return result


def _positions(path: Path | str, there: Sequence[str], wanted: Sequence[str]) -> list[int]:
    for column in wanted:
        if column not in there:
            shown = ", ".join(there[:8])
            raise DataFolderError(f"{path} has no column {column!r}, only {shown}; name one of these")
        if there.count(column) > 1:
            raise DataFolderError(f"{path} has {there.count(column)} columns {column!r}; rename all but one")
    return [there.index(column) for column in wanted]


def _text_chunks(path: Path, chunk_size: int, wanted: Sequence[str]) -> Iterator[pd.DataFrame]:
    """Read text as it is; numbers are converted where they are labels, with the row named if that fails."""
    row = 0
    try:
        with open_text(path) as text:
            lines = csv.reader(text, delimiter="," if _suffix(path) == ".csv" else "\t")
            rows = (cells for cells in lines if any(cell.strip() for cell in cells))  # blank lines are none
            header = [name.strip() for name in next(rows, [])]
            if not header:
                raise EmptyInputError(f"{path} has no header; expected a line that names the columns")
            positions = _positions(path, header, wanted)
            while chunk := list(islice(rows, chunk_size)):
                for i, cells in enumerate(chunk, row + 1):
                    if len(cells) != len(header):
                        raise BadValueError(
                            f"{path}: row {i} has {len(cells)} columns and the header {len(header)}; all must have the "
                            "same number; correct the row"
                        )
                index = pd.RangeIndex(row + 1, row + 1 + len(chunk))
                columns = {
                    name: [cells[at].strip() for cells in chunk] for name, at in zip(wanted, positions, strict=True)
                }
                yield pd.DataFrame(columns, index=index, dtype=object)
                row += len(chunk)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadValueError(f"{path} is damaged after row {row} or so ({error}); copy or download it again") from None
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadValueError(f"{path} cannot be read as a table after row {row} or so ({error}); is it text?") from None


def _parquet_chunks(path: Path, chunk_size: int, wanted: Sequence[str]) -> Iterator[pd.DataFrame]:
    try:
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise MissingExtraError(f"{path}: Parquet needs pyarrow; pip install 'deepchem_genomics[parquet]'") from error

    def damaged(reason: str) -> BadValueError:
        return BadValueError(f"{path} is not a whole Parquet file ({reason}); copy or make it again")

    row = 0
    with telling_parquet_damage(damaged), ParquetFile(path) as file:
        _positions(path, file.schema_arrow.names, wanted)
        for batch in file.iter_batches(chunk_size, columns=list(wanted)):
            batch.validate(full=True)  # else text that is not text is found out later, or not at all
            table = batch.to_pandas()
            table.index = pd.RangeIndex(row + 1, row + 1 + len(table))
            yield table
            row += len(table)


def _fastx_chunks(path: Path, chunk_size: int) -> Iterator[pd.DataFrame]:
    try:
        import pysam
    except ImportError as error:
        raise MissingExtraError(
            f"{path}: FASTA and FASTQ need pysam; pip install 'deepchem_genomics[genome]'"
        ) from error
    _require_fastx(path)
    last, is_fastq = None, None
    with pysam.FastxFile(os.fspath(path)) as records:
        while True:
            verbosity = pysam.set_verbosity(0)  # htslib would write to stderr what is raised below
            try:
                chunk = [(record.name, record.sequence, record.quality) for record in islice(records, chunk_size)]
            except (OSError, ValueError) as error:
                after = f"its first {chunk_size} records or before" if last is None else f"record {last!r}"
                raise BadValueError(f"{path} is damaged after {after} ({error}); copy or download it again") from None
            finally:
                pysam.set_verbosity(verbosity)
            if not chunk:
                return
            is_fastq = chunk[0][2] is not None if is_fastq is None else is_fastq
            for name, sequence, quality in chunk:
                if not name:
                    raise EmptyInputError(f"{path}: the record after {last!r} has no name; write one after the '>'")
                if not sequence:
                    raise EmptyInputError(f"{path}: record {name!r} has no sequence; remove it")
                if (quality is not None) != is_fastq:
                    raise BadValueError(
                        f"{path}: record {name!r} has {'a' if quality else 'no'} quality, unlike the first record; is "
                        "the file cut short, or joined of FASTA and FASTQ?"
                    )
                last = name
            names, sequences, _ = zip(*chunk, strict=True)
            index = pd.Index([f"{path}: record {name!r}" for name in names])
            yield pd.DataFrame({"sequence": sequences, "id": names}, index=index, dtype=object)


def _require_fastx(path: Path) -> None:
    try:
        with open_text(path) as text:
            first = next((line for line in text if line.strip()), "")
    except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError) as error:
        raise BadValueError(f"{path} is neither text nor whole gzip ({error}); copy or download it again") from None
    if not first.startswith((">", "@")):
        raise BadValueError(
            f"{path} begins with {first[:20].strip()!r}; FASTA begins with '>' and FASTQ with '@'; a table must not "
            "have the ending of either"
        )
