"""Tables of guides whose efficacy was measured."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data.sequence_files import read_sequence_chunks
from deepchem_genomics.errors import BadValueError, DataFolderError
from deepchem_genomics.feat.guides import completed
from deepchem_genomics.feat.records import read_records
from deepchem_genomics.paths import PathLike

__all__ = ["MeasuredGuides", "read_measured_guides"]

_SEQUENCE, _EFFICACY = "sequence", "efficacy"
_MOST = 5000  # guides: a model is adapted to them in some seconds and some hundred megabytes


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
        problem, _, _ = str(error).partition(";")
        raise DataFolderError(
            f"{problem}; give a table with one column called {_SEQUENCE!r} and one called {_EFFICACY!r}: rename yours"
        ) from error
    if len(rows) > _MOST:
        raise BadValueError(f"{table} has more than {_MOST:,} rows; train a model on it instead")
    guides = completed(read_records(rows[_SEQUENCE]), length).texts
    return MeasuredGuides(guides, rows[_EFFICACY].to_numpy(np.float64), rows["id"].to_numpy(object))
