"""Tables of guides: their measured efficacy, and what else is known of each."""

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import BadValueError, DataFolderError, DuplicateIdError, EmptyInputError
from deepchem_genomics.feat.guides import completed
from deepchem_genomics.feat.records import read_records
from deepchem_genomics.io.tables import require_file, table_chunks
from deepchem_genomics.paths import PathLike

__all__ = ["MeasuredGuides", "read_guide_notes", "read_measured_guides"]

_SEQUENCE, _EFFICACY = "sequence", "efficacy"
_MOST = 5000  # guides: a model is adapted to them in some seconds and some hundred megabytes


_ID, _ROWS_AT_ONCE = "id", 65_536
_NOTES = {"study": "studies", "target": "targets", "context": "contexts"}


class MeasuredGuides(NamedTuple):
    """N guides, 5' to 3', all of one length; efficacies float64 (N,), NaN where one is missing; ids (N,)."""

    guides: list[str]
    efficacies: NDArray[np.float64]
    ids: NDArray[np.object_]


def read_measured_guides(table: PathLike, length: int = 21) -> MeasuredGuides:
    r"""Read the columns ``sequence``, guides of 19 to 23 nt brought to one length, and ``efficacy``, on any scale.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "guides.csv"
    >>> _ = path.write_text("sequence,efficacy\nUUCUCCGAACGUGUCACGU,85\n")
    >>> read_measured_guides(path)[:2]
    (['UUCUCCGAACGUGUCACGUUU'], array([85.]))
    """
    try:
        rows = next(read_sequence_chunks(table, _MOST + 1, _SEQUENCE, [_EFFICACY]))
    except DataFolderError as error:  # its advice is to name other columns, and these two have fixed names
        raise DataFolderError(
            error.problem,
            f"give a table with one column called {_SEQUENCE!r} and one called {_EFFICACY!r}: rename yours",
        ) from error
    if len(rows) > _MOST:
        raise BadValueError(f"{table} has more than {_MOST:,} rows; train a model on it instead")
    guides = completed(read_records(rows[_SEQUENCE]), length).texts
    return MeasuredGuides(guides, rows[_EFFICACY].to_numpy(np.float64), rows["id"].to_numpy(object))


def read_guide_notes(table: PathLike) -> dict[str, dict[str, str]]:
    r"""Read what is known of guides: the column ``id``, and one or more of ``study``, ``target`` and ``context``.

    Returns what :class:`~deepchem_genomics.models.SiRNAGaussianProcess` is given, by the names of its arguments, each
    by id; without the guides whose cell is blank. DataFolderError if a column is missing, EmptyInputError if there are
    no rows or a row has no id, DuplicateIdError if an id comes twice.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "guides.csv"
    >>> _ = path.write_text("id,study,target\ng1,Huesken,CDH2\ng2,ours,\n")
    >>> read_guide_notes(path)
    {'studies': {'g1': 'Huesken', 'g2': 'ours'}, 'targets': {'g1': 'CDH2'}}
    """
    path = Path(table)
    require_file(path, "a table of guides")
    chunks = list(table_chunks(path, _ROWS_AT_ONCE))
    if not chunks:
        raise EmptyInputError(f"{path} has no rows; expected guides")
    rows = pd.concat(chunks)
    there = [column for column in _NOTES if column in rows]
    if _ID not in rows or not there:
        found = ", ".join(map(str, rows.columns)) or "none"
        raise DataFolderError(
            f"{path} has the columns {found}; give a table with a column called {_ID!r}, as in the dataset, and one "
            f"or more called {', '.join(map(repr, _NOTES))}"
        )
    texts = rows[[_ID, *there]].astype(object).fillna("").astype(str)
    if (blank := texts[_ID] == "").any():
        raise EmptyInputError(f"{path}: row {blank.idxmax()} has no id; fill it in or remove the row")
    if (again := texts[_ID].duplicated()).any():
        name = texts[_ID][again].iloc[0]
        raise DuplicateIdError(f"{path} has the id {name!r} more than once ({int(again.sum())} such); keep one of each")
    ids = texts[_ID].tolist()
    return {
        _NOTES[column]: {name: text for name, text in zip(ids, texts[column], strict=True) if text} for column in there
    }
