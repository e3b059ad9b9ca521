"""Tables and files of sequences, read some rows at a time."""

import os
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.data.parts import label_values
from deepchem_genomics.errors import BadValueError, DataFolderError, EmptyInputError, LabelError
from deepchem_genomics.io.fasta import read_record_blocks
from deepchem_genomics.io.opening import ending, opened
from deepchem_genomics.io.tables import column_positions, decimal_comma, is_parquet, require_file, table_chunks

__all__ = ["SharedNames", "checked_sequences", "is_fastx", "read_sequence_chunks"]

FASTX = (".fa", ".fasta", ".fna", ".ffn", ".frn", ".fas", ".fq", ".fastq")
TABLES = (".csv", ".tsv", ".tab", ".txt")


def read_sequence_chunks(
    path: str | os.PathLike[str],
    chunk_size: int,
    sequence_column: str = "sequence",
    label_columns: Sequence[str] = (),
    id_column: str | None = None,
) -> Iterator[pd.DataFrame]:
    r"""Read sequences with their ids and labels, ``chunk_size`` at a time.

    By its name a file is FASTA, FASTQ, Parquet, or a table with a header (see :func:`table_chunks`); under any other
    name, FASTA and FASTQ are recognized by the first byte. FASTA and FASTQ have no labels, and the id of a record is
    the first word of its header. The id of a row of a table is that of its ``id_column``, else ``<file name>:<row>``,
    counted from 1 without the header.

    Yields
    ------
    DataFrame
        Columns sequence and id (text), then the labels (float64, NaN where one is missing). The index says where each
        row is from, for messages.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "guides.csv"
    >>> _ = path.write_text("sequence,efficacy\nACGU,0.5\n")
    >>> next(read_sequence_chunks(path, 10, label_columns=["efficacy"])).to_dict("records")
    [{'sequence': 'ACGU', 'id': 'guides.csv:1', 'efficacy': 0.5}]
    """
    path = Path(path)
    require_file(path, "sequences")
    if is_fastx(path):
        if label_columns:
            raise DataFolderError(
                f"{path} is FASTA or FASTQ, which has no column {label_columns[0]!r}",
                "give a table, or one label for each file, such as labels=[1, 0]",
            )
        chunks = _fastx_chunks(path, chunk_size)
    else:
        wanted = list(dict.fromkeys([sequence_column, *label_columns, *([] if id_column is None else [id_column])]))
        tables = table_chunks(path, chunk_size, wanted)
        chunks = (checked_sequences(table, str(path), sequence_column, label_columns, id_column) for table in tables)
    empty = True
    for chunk in chunks:
        empty = False
        yield chunk
    if empty:
        raise EmptyInputError(f"{path} has no rows; expected sequences")


def is_fastx(path: str | os.PathLike[str]) -> bool:
    """Return whether a file is FASTA or FASTQ, whose records have names of their own, by its name or its first byte."""
    if ending(path) in FASTX:
        return True
    return ending(path) not in TABLES and not is_parquet(path) and _begins_like_fastx(Path(path))


class SharedNames:
    """Names of records that occur in several files, to keep their ids apart: each gets the name of its file before it.

    Parameters
    ----------
    files : sequence
        The inputs; only the names in FASTA and FASTQ files are read. If two files have one name up to the first dot,
        their number is part of the prefix.
    """

    def __init__(self, files: Sequence[Any]) -> None:
        named = {i: Path(file) for i, file in enumerate(files) if not isinstance(file, pd.DataFrame) and is_fastx(file)}
        twice = [path for path, count in Counter(path.resolve() for path in named.values()).items() if count > 1]
        if twice:
            raise BadValueError(f"{twice[0]} is given twice, and all its records would be; give it once")
        stems = {i: path.name.split(".")[0] for i, path in named.items()}
        often = Counter(stems.values())
        self._prefixes = {i: stem if often[stem] == 1 else f"{stem}_{i + 1}" for i, stem in stems.items()}
        self.prefixes = list(self._prefixes.values())
        self._hashes = np.empty(0, dtype=np.uint64)
        if len(named) > 1:
            of_files = [_hashes_of_names(path) for path in named.values()]
            hashes, n_files = np.unique(np.concatenate(of_files), return_counts=True)
            self._hashes = hashes[n_files > 1]

    def __len__(self) -> int:
        """Count the names that occur in several files."""
        return len(self._hashes)

    def apart(self, ids: NDArray[np.object_], number: int) -> NDArray[np.object_]:
        """Return the ids of records of file ``number``, with the file's name before those that others have, too."""
        if number not in self._prefixes or not len(self):
            return ids
        shared = np.isin(pd.util.hash_array(ids), self._hashes)
        return np.where(shared, f"{self._prefixes[number]}:" + ids, ids)


def _hashes_of_names(path: Path) -> NDArray[np.uint64]:
    """Return 8 bytes for each name of a file, none twice."""
    blocks = [pd.util.hash_array(np.array(block.names, dtype=object)) for block in read_record_blocks(path)]
    return np.unique(np.concatenate(blocks or [np.empty(0, np.uint64)]))


def _begins_like_fastx(path: Path) -> bool:
    with opened(path) as file:
        return file.peek(4).removeprefix(BOM_UTF8)[:1] in (b">", b"@")


def checked_sequences(
    table: pd.DataFrame, path: str, sequence: str, labels: Sequence[str], ids: str | None
) -> pd.DataFrame:
    """Return the columns of a table, whose index counts rows from 1, as :func:`read_sequence_chunks` yields them."""
    column_positions(path, list(map(str, table.columns)), [sequence, *labels, *([] if ids is None else [ids])])
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
                f"(empty, '.', NA){decimal_comma(text)}; correct it"
            )
    result.index = pd.Index([f"{path}: row {row}" for row in table.index])
    return result


def _fastx_chunks(path: Path, chunk_size: int) -> Iterator[pd.DataFrame]:
    names: list[str] = []
    sequences: list[str] = []
    for block in read_record_blocks(path):
        names += block.names
        sequences += block.sequences
        if not all(block.sequences):
            empty = block.sequences.index("") - len(block.sequences)
            raise EmptyInputError(f"{path}:{block.lines[empty]}: record {names[empty]!r} has no sequence; remove it")
        while len(names) >= chunk_size:
            yield _fastx_table(names[:chunk_size], sequences[:chunk_size], str(path))
            del names[:chunk_size], sequences[:chunk_size]
    if names:
        yield _fastx_table(names, sequences, str(path))


def _fastx_table(names: list[str], sequences: list[str], path: str) -> pd.DataFrame:
    index = pd.Index([f"{path}: record {name!r}" for name in names])
    return pd.DataFrame({"sequence": sequences, "id": names}, index=index, dtype=object)
