"""A second input of a model, looked up by sample id."""

import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deepchem_genomics.data import side_files
from deepchem_genomics.data.id_index import IdIndex
from deepchem_genomics.data.scaling import Scaling, ScalingMethod, require_not_negative
from deepchem_genomics.data.side_values import finite_table, has_rows, number_rows, rows_of, track_names
from deepchem_genomics.errors import BadValueError, ShapeMismatchError
from deepchem_genomics.io.tables import is_parquet, read_parquet, require_file
from deepchem_genomics.typing import Ids, SideValues
from deepchem_genomics.wording import listed

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SideInput"]

logger = logging.getLogger(__name__)

TEXT = {".tsv", ".txt"}


class SideInput:
    """An immutable table of K numbers an id: chromatin accessibility of windows, conservation, expression.

    Ids are text; an id of another type is taken as ``str(id)``. A model keeps the table and asks it for each batch.

    Parameters
    ----------
    ids : sequence of str, (N,)
        Each once.
    values : array-like, (N, K) or (N,)
        Finite numbers; kept as float32.
    names : sequence of str, optional
        Names of the K tracks; ``track_0``, ``track_1`` and so on by default.
    scaling : Scaling, optional
        What :meth:`lookup` does to the values; nothing by default. See :meth:`scaled`.

    Raises
    ------
    DuplicateIdError
        If an id is there twice.
    BadValueError
        If a value is not a finite number within float32, is negative where the scaling takes a logarithm, or an id or
        a name is empty.
    EmptyInputError
        If there are no ids.
    ShapeMismatchError
        If the numbers of ids, values, names and scaled tracks do not agree.

    Examples
    --------
    >>> accessibility = SideInput(["chr22:100-201", "chr22:201-302"], [0.25, 0.5], names=["DNase"])
    >>> accessibility.lookup(["chr22:201-302", "chr22:100-201", "chr22:201-302"]).tolist()
    [[0.5], [0.25], [0.5]]
    >>> "chr22:302-403" in accessibility
    False
    """

    __slots__ = ("_names", "_neighbors", "_rows", "_scaling", "_values")
    _rows: IdIndex  # measured against a dictionary and pandas.Index, see benchmarks/side_input.py
    _values: SideValues
    _names: tuple[str, ...]
    _scaling: Scaling
    _neighbors: int

    def __init__(
        self, ids: Ids, values: ArrayLike, names: Sequence[str] | None = None, scaling: Scaling | None = None
    ) -> None:
        self._fill(ids, values, names, scaling, "row {}".format)

    def _fill(
        self,
        ids: Any,
        values: ArrayLike,
        names: Sequence[str] | None,
        scaling: Scaling | None,
        place: Callable[[int], str],
    ) -> "SideInput":
        """Check everything and keep it; ``place`` says where a row came from."""
        rows = number_rows(ids, place)
        table = finite_table(values, rows.texts, place)
        return self._keep(rows, table, track_names(names, table.shape[1]), scaling)

    def _keep(
        self,
        rows: IdIndex,
        values: SideValues,
        names: tuple[str, ...],
        scaling: Scaling | None,
        neighbors: int = 0,
    ) -> "SideInput":
        n_tracks = values.shape[1]
        scaling = Scaling.none(n_tracks) if scaling is None else scaling
        if scaling.n_tracks != n_tracks:
            raise ShapeMismatchError(f"the scaling is for {scaling.n_tracks} tracks, the table has {n_tracks}")
        if scaling.method == "log-standard":
            require_not_negative(values, rows.texts, names, fitted=True)
        self._rows, self._values, self._names, self._scaling = rows, values, names, scaling
        self._neighbors = neighbors
        return self

    @classmethod
    def from_dict(
        cls,
        values: Mapping[str, float | Sequence[float]],
        names: Sequence[str] | None = None,
        scaling: Scaling | None = None,
    ) -> "SideInput":
        """Make a table from a dictionary.

        Parameters
        ----------
        values : mapping of str to float or to K floats
            The value or values of each id.
        names, scaling
            As for the class.

        Returns
        -------
        SideInput
            In the order of the dictionary.

        Raises
        ------
        ShapeMismatchError
            If an id has more or fewer values than the first; otherwise as for the class.

        Examples
        --------
        >>> SideInput.from_dict({"a": [1, 2], "b": [3, 4]}, names=["DNase", "CpG"])
        SideInput(2 ids, tracks DNase, CpG, scaling none)
        """
        return cls(list(values), list(values.values()), names, scaling)

    @classmethod
    def from_frame(
        cls,
        frame: "pd.DataFrame",
        id_column: str | None = None,
        columns: Sequence[str] | None = None,
        scaling: Scaling | None = None,
    ) -> "SideInput":
        """Make a table from a data frame.

        Parameters
        ----------
        frame : pandas.DataFrame
            One row an id.
        id_column : str, optional
            Column of the ids; by default the index if it holds text, else the first column.
        columns : sequence of str, optional
            Columns of the values, which also name the tracks; by default all others.
        scaling : Scaling, optional
            As for the class.

        Returns
        -------
        SideInput
            In the order of the frame.

        Raises
        ------
        BadValueError
            If there is no such column, or a column is not of numbers; otherwise as for the class.

        Examples
        --------
        >>> import pandas as pd
        >>> SideInput.from_frame(pd.DataFrame({"window": ["a", "b"], "DNase": [0.25, 0.5]}))
        SideInput(2 ids, track DNase, scaling none)
        """
        table = side_files.read_frame(frame, id_column, columns)
        return cls(table.ids, table.values, table.names, scaling)

    @classmethod
    def from_file(
        cls,
        path: str | os.PathLike[str],
        id_column: str | int | None = None,
        columns: Sequence[str | int] | None = None,
        names: Sequence[str] | None = None,
        separator: str | None = None,
        header: bool | None = None,
        scaling: Scaling | None = None,
    ) -> "SideInput":
        r"""Read a table from text or Parquet.

        Text is one line per id, compressed or not: the ``accessibility.txt`` of *Deep Learning for the Life Sciences*
        (id, tab, value, no header), TSV, CSV, or columns set apart by blanks. The layout that was found is logged.

        Parameters
        ----------
        path : path-like
            Parquet if it ends in ``.parquet`` or ``.pq``, else text.
        id_column : str or int, optional
            Column of the ids, by name or by number from 0; the first by default. In Parquet by name, and by default
            as in :meth:`from_frame`.
        columns : sequence of str or int, optional
            Columns of the values; all others by default.
        names : sequence of str, optional
            Names of the tracks; the names of the columns by default, or ``track_0`` and so on without a header.
        separator : str, optional
            One character, a blank for any run of blanks. By default the tab if the first lines have one, else the
            comma, else blanks.
        header : bool, optional
            Whether the first line is column names. By default it is if its first cell is ``id``, or if it holds
            neither a number nor an interval such as ``chr22:100-201``.
        scaling : Scaling, optional
            As for the class.

        Returns
        -------
        SideInput
            In the order of the file.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        DataFolderError
            If ``path`` is a folder.
        EmptyInputError
            If the file holds no rows.
        BadValueError
            If a value is not a finite number, a line has a column too many or too few, or the file is damaged or not
            text; with the number of the line.
        DuplicateIdError
            If an id is on two lines; with both numbers.
        MissingExtraError
            If the file is Parquet and pyarrow is not installed.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "accessibility.txt"
        >>> _ = path.write_text("chr22:100-201\t0.25\nchr22:201-302\t0.5\n")
        >>> SideInput.from_file(path, names=["DNase"])
        SideInput(2 ids, track DNase, scaling none)
        """
        path = Path(path)
        require_file(path, "an id and its values on each line")
        made = cls.__new__(cls)
        if is_parquet(path):
            frame = side_files.read_frame(read_parquet(path), id_column, columns)
            return made._fill(frame.ids, frame.values, names or frame.names, scaling, f"{path}: row {{}}".format)
        text = side_files.read_text(path, id_column, columns, separator, header)
        made._fill(
            text.ids,
            text.values,
            names or text.names,
            scaling,
            lambda row: f"{path}:{side_files.line_of(text.layout, row)}",
        )
        logger.info("%s: %d ids, tracks %s; read as %s", path, len(made), ", ".join(made.names), text.layout)
        return made

    @property
    def ids(self) -> NDArray[np.object_]:
        """The ids, (N,) of str in an object array; a new array each time."""
        return np.array(list(self._rows.texts), dtype=object)

    @property
    def values(self) -> SideValues:
        """The raw values, (N, K) float32, not writable."""
        view = self._values.view()
        view.setflags(write=False)  # here, because pickling forgets it
        return view

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the K tracks."""
        return self._names

    @property
    def n_tracks(self) -> int:
        """Number of tracks, K."""
        return len(self._names)

    @property
    def neighbors(self) -> int:
        """How many windows on either side have columns of their own; see :func:`with_neighbors`."""
        return self._neighbors

    @property
    def scaling(self) -> Scaling:
        """What :meth:`lookup` does to the raw values; its method is ``"none"`` if nothing."""
        return self._scaling

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        return name in self._rows

    def __repr__(self) -> str:
        tracks = ("track " if self.n_tracks == 1 else "tracks ") + listed(self._names, 5)
        return f"SideInput({len(self)} ids, {tracks}, scaling {self._scaling.method})"

    def has(self, ids: Ids) -> NDArray[np.bool_]:
        """Find which ids of a batch have values.

        Parameters
        ----------
        ids : sequence or array of str, (n,)
            In any order.

        Returns
        -------
        ndarray of bool, (n,)
            Whether each is in the table.

        Examples
        --------
        >>> SideInput(["a"], [1.0]).has(["b", "a"]).tolist()
        [False, True]
        """
        return has_rows(ids, self._rows)

    def lookup(self, ids: Ids) -> SideValues:
        """Return the scaled values of a batch.

        Parameters
        ----------
        ids : sequence or array of str, (n,)
            In any order, with or without repeats; none gives an array of shape (0, K).

        Returns
        -------
        ndarray, (n, K) float32
            A new array, one row for each id, in their order.

        Raises
        ------
        MissingIdError
            If an id is not in the table: names the first, counts them, and tells a likely cause.
        """
        raw = self.raw(ids)
        return raw if self._scaling.method == "none" else self._scaling.apply(raw)

    def raw(self, ids: Ids) -> SideValues:
        """Return the values of a batch before their scaling.

        Parameters
        ----------
        ids : sequence or array of str, (n,)
            As for :meth:`lookup`.

        Returns
        -------
        ndarray, (n, K) float32
            As of :meth:`lookup`.

        Raises
        ------
        MissingIdError
            As for :meth:`lookup`.
        """
        return self._values[rows_of(ids, self._rows)]

    def scaled(self, method: ScalingMethod, ids: Iterable[str]) -> "SideInput":
        """Fit a scaling on the raw values of some ids, and use it for all.

        Parameters
        ----------
        method : {"none", "standard", "log-standard"}
            See :class:`Scaling`.
        ids : iterable of str
            The training ids, and no others: a scaling fitted on validation or test samples has seen them.

        Returns
        -------
        SideInput
            The same ids and raw values, with the new scaling in place of the present one.

        Raises
        ------
        MissingIdError
            If an id is not in the table.
        EmptyInputError
            If there are no ids to fit on.
        BadValueError
            If the method is unknown; or any value of the table, fitted on or not, is negative where the method takes
            a logarithm.

        Examples
        --------
        >>> table = SideInput(["a", "b", "c"], [1.0, 3.0, 5.0])
        >>> table.scaled("standard", ids=["a", "b"]).lookup(["a", "b", "c"]).tolist()
        [[-1.0], [1.0], [3.0]]
        """
        if method == "log-standard":
            require_not_negative(self._values, self._rows.texts, self._names)
        return self.with_scaling(Scaling.fit(method, self._values[rows_of(ids, self._rows)], self._names))

    def with_scaling(self, scaling: Scaling, names: Sequence[str] | None = None) -> "SideInput":
        """Use a scaling fitted before, such as the one saved with a model.

        Parameters
        ----------
        scaling : Scaling
            For K tracks.
        names : sequence of str, optional
            Names of the K tracks, where those of the table are only numbers.

        Returns
        -------
        SideInput
            The same ids and raw values, shared with this table, not copied.

        Raises
        ------
        ShapeMismatchError
            If the scaling is for another number of tracks, or there are more or fewer names.
        BadValueError
            If a value is negative where the scaling takes a logarithm.
        """
        kept = self._names if names is None else track_names(names, self.n_tracks)
        return type(self).__new__(type(self))._keep(self._rows, self._values, kept, scaling, self._neighbors)

    def select(self, names: Sequence[str]) -> "SideInput":
        """Keep some tracks, in the order given.

        Parameters
        ----------
        names : sequence of str
            Names of tracks, each once.

        Returns
        -------
        SideInput
            The same ids; raw values, without a scaling.

        Raises
        ------
        BadValueError
            If there is no track of a name.

        Examples
        --------
        >>> table = SideInput(["a"], [[1.0, 2.0]], names=["DNase", "phyloP"])
        >>> table.select(["phyloP", "DNase"]).lookup(["a"]).tolist()
        [[2.0, 1.0]]
        """
        unknown = [name for name in names if name not in self._names]
        if unknown:
            raise BadValueError(f"there is no track {unknown[0]!r}; there are {', '.join(self._names)}")
        columns = [self._names.index(name) for name in names]
        values = np.ascontiguousarray(self._values[:, columns])
        return type(self).__new__(type(self))._keep(self._rows, values, tuple(names), None)

    def subset(self, ids: Ids) -> "SideInput":
        """Keep the rows of some ids, in their order.

        Parameters
        ----------
        ids : sequence or array of str
            Each once.

        Returns
        -------
        SideInput
            With the same tracks and scaling.

        Raises
        ------
        MissingIdError
            If an id is not in the table.
        DuplicateIdError
            If an id is requested twice.
        EmptyInputError
            If there are no ids.
        """
        made = type(self)(ids, self._values[rows_of(ids, self._rows)], self._names, self._scaling)
        made._neighbors = self._neighbors
        return made

    def wider(self, neighbors: int, ids: Ids, values: ArrayLike, names: Sequence[str]) -> "SideInput":
        """Make the table of a window and its neighbors; what :func:`with_neighbors` calls.

        Parameters
        ----------
        neighbors : int
            Windows on either side.
        ids, values, names
            As for the class.

        Returns
        -------
        SideInput
            Raw values, without a scaling.
        """
        made = type(self)(ids, values, names)
        made._neighbors = neighbors
        return made

    def to_file(self, path: str | os.PathLike[str]) -> None:
        r"""Write ids, raw values and track names; :meth:`from_file` gives the same bits back.

        The scaling is not written: it belongs to a model, and is saved with it.

        Parameters
        ----------
        path : path-like
            Ends in ``.tsv`` or ``.txt`` (tabs, with a header), either with ``.gz`` behind it, or in ``.parquet`` or
            ``.pq``. An existing file is replaced in one step.

        Raises
        ------
        BadValueError
            If the name ends otherwise.
        MissingExtraError
            If Parquet is requested and pyarrow is not installed.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "side.tsv"
        >>> SideInput(["a", "b"], [0.1, 0.2], names=["DNase"]).to_file(path)
        >>> path.read_text()
        'id\tDNase\na\t0.1\nb\t0.2\n'
        """
        path = Path(path)
        ending = Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
        if is_parquet(path):
            side_files.write_parquet(path, list(self._rows.texts), self._values, self._names)
        elif ending in TEXT:
            side_files.write_text(path, self._names, [(list(self._rows.texts), self._values)])
        else:
            raise BadValueError(f"{path} ends in {path.suffix!r}; choose .tsv, .txt, .tsv.gz, .txt.gz or .parquet")
