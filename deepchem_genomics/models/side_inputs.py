"""Side inputs of models: declared, attached, scaled, saved and matched by the names of their tracks, for every caller.

A model may have any number of side inputs, each with a name ("accessibility", "conservation") and one or more tracks.
``model.side_inputs`` maps the name of each to whatever the values are looked up in: a
:class:`~deepchem_genomics.data.SideInput`, bigWig files, or, in a model that was loaded without them,
:class:`Declared`. A saved model has the names of its tracks and the scaling fitted in training; new values are matched
with them by name, and scaled alike.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.data import SideInput, with_neighbors
from deepchem_genomics.data.scaling import Scaling
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, MissingIdError, SideInputError
from deepchem_genomics.genome import Genome, Signal
from deepchem_genomics.genome.signal import begins_like_bigwig
from deepchem_genomics.io.ids import WithIds, id_chunks
from deepchem_genomics.paths import PathLike
from deepchem_genomics.typing import Ids, SideValues

__all__ = [
    "Declared",
    "Lookup",
    "Model",
    "Sources",
    "as_lookup",
    "attach",
    "attached",
    "declared",
    "describe",
    "held_in_memory",
    "is_bigwig",
    "lent",
    "medians",
    "of_table",
    "own_tracks",
    "require_side_inputs",
    "served_by",
    "track_names_of",
    "with_stand_ins",
]

_BIGWIG = (".bw", ".bigwig")


class Lookup(Protocol):
    """Where a model looks the values of a side input up."""

    @property
    def names(self) -> Sequence[str]:
        """Names of the K columns."""

    @property
    def n_tracks(self) -> int:
        """Number of columns, K."""

    @property
    def scaling(self) -> Scaling:
        """What is done to raw values."""

    @property
    def neighbors(self) -> int:
        """How many windows on either side have columns of their own; 0 for the window alone."""

    def lookup(self, ids: Ids) -> SideValues:
        """Return scaled values, (n, K) float32."""

    def raw(self, ids: Ids) -> SideValues:
        """Return the values before scaling, (n, K) float32."""


class Model(Protocol):
    """What a model has to have: side inputs by name, of itself or of the models that it consists of."""

    side_inputs: dict[str, Any]

    def parts(self) -> "Sequence[Model]":
        """List the models that look values up: this one, or those that it consists of."""


Sources: TypeAlias = Lookup | PathLike | Mapping[str, Any]
"""Values to attach: a table, the path of a table or of a bigWig file, or several of these by name.

The keys of a mapping are names of side inputs or of tracks.
"""


class Declared:
    """What a model needs of a side input that has no values yet: track names, scaling and neighbors, but no look-up."""

    def __init__(self, tracks: Sequence[str], scaling: Scaling, neighbors: int = 0) -> None:
        self.tracks = tuple(tracks)
        self.scaling = scaling
        self.neighbors = neighbors

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the K columns."""
        steps = range(-self.neighbors, self.neighbors + 1)
        return tuple(track + (f"{step:+d}" if step else "") for track in self.tracks for step in steps)

    @property
    def n_tracks(self) -> int:
        """Number of columns, K."""
        return len(self.tracks) * (2 * self.neighbors + 1)

    def lookup(self, ids: Ids) -> SideValues:
        """Raise MissingIdError: there are no values."""
        raise MissingIdError(
            f"no values for {str(next(iter(ids), ''))!r} or any other id: the model has its side input "
            f"({', '.join(self.tracks)}) declared, not attached; pass the values to models.load(folder, "
            "side_inputs=...) or model.attach(...)"
        )

    raw = lookup

    def scaled(self, method: str, ids: Ids) -> "Declared":
        """Raise MissingIdError: there are no values to fit a scaling on."""
        self.lookup(ids)
        return self


def as_lookup(name: str, values: Any) -> Any:
    """Return what a model looks the values of a side input up in; a dict becomes a table. SideInputError if it is none.

    >>> as_lookup("accessibility", {"chr22:0-101": 0.003})
    SideInput(1 ids, track accessibility, scaling none)
    """
    if isinstance(values, Mapping):
        table = SideInput.from_dict(values)
        return SideInput.from_dict(values, [name]) if table.n_tracks == 1 else table
    if hasattr(values, "lookup") and hasattr(values, "n_tracks"):
        return values
    raise SideInputError(
        f"{name} is a {type(values).__name__}; give a data.SideInput, such as SideInput.from_file(PATH), or a dict of "
        "values by id"
    )


def own_tracks(side_input: Lookup) -> tuple[str, ...]:
    """Name the tracks of a side input, without the columns of neighboring windows."""
    n = side_input.neighbors
    return tuple(side_input.names[n :: 2 * n + 1])


def describe(side_inputs: Mapping[str, Lookup]) -> dict[str, Any]:
    """Describe side inputs as JSON: ``tracks``, ``neighbors`` and ``scaling`` by name."""
    return {
        name: {"tracks": list(own_tracks(one)), "neighbors": one.neighbors, "scaling": one.scaling.to_json()}
        for name, one in side_inputs.items()
    }


def declared(record: Mapping[str, Any]) -> dict[str, Declared]:
    """Read what :func:`describe` returned, in the same order; BadValueError if it is not such a record."""
    try:
        return {
            name: Declared(list(map(str, one["tracks"])), Scaling.from_json(one["scaling"]), int(one["neighbors"]))
            for name, one in record.items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise BadValueError(f"side_inputs: not the record of side inputs ({error})") from error


def track_names_of(model: Model) -> list[str]:
    """Name all tracks that a model needs, each once."""
    names = (track for leaf in model.parts() for one in leaf.side_inputs.values() for track in own_tracks(one))
    return list(dict.fromkeys(names))


def is_bigwig(source: Any) -> bool:
    """Return whether a source is a path that ends in .bw or .bigWig, or to a file that begins as bigWig does."""
    if not isinstance(source, str | os.PathLike):
        return False
    return Path(source).suffix.lower() in _BIGWIG or begins_like_bigwig(source)


def of_table(table: SideInput | None) -> dict[str, SideInput]:
    """Return the side inputs that the tracks of a dataset can serve as, by name; see :func:`served_by`."""
    if table is None:
        return {}
    groups = served_by(table.names)
    return {name: table if len(own) == table.n_tracks else table.select(own) for name, own in groups.items()}


def served_by(tracks: Sequence[str]) -> dict[str, list[str]]:
    """Return which tracks of a dataset can serve as which side input.

    A side input gets the track of its own name, and those whose names begin with its name and a dot, such as
    ``conservation.phyloP``. The side input "accessibility" gets all tracks.
    """
    groups: dict[str, list[str]] = {}
    for track in tracks:
        groups.setdefault(track.split(".")[0], []).append(track)
    return {**groups, "accessibility": list(tracks)} if tracks else {}


def require_side_inputs(model: Model, where: str, remedy: str) -> None:
    """Raise SideInputError, with this place and remedy, if a model has a side input without values."""
    missing = [
        track
        for leaf in model.parts()
        for one in leaf.side_inputs.values()
        if isinstance(one, Declared)
        for track in one.tracks
    ]
    if missing:
        raise SideInputError(
            f"the model takes the tracks {', '.join(dict.fromkeys(missing))}, and {where} has none; {remedy}"
        )


def attach(
    model: Model, sources: Sources, genome: Genome | None = None, statistic: str = "mean", where: str = ""
) -> list[Signal]:
    """Attach the values of a model's side inputs, matched by track name and scaled as in training.

    The model, and all models that it consists of, are changed in place. Sources are a table of all tracks; a bigWig
    file for a model with one track; or several of these by the name of the side input or the track. Tables may have
    more tracks, in any order. bigWig files must be of the genome's assembly, if one is given, and their ``statistic``
    the one that the training data were built with. Return the bigWig files that were opened. SideInputError if the
    model takes no side inputs, or tracks other than those given.
    """
    leaves = [leaf for leaf in model.parts() if leaf.side_inputs]
    if not leaves:
        raise SideInputError("the model takes sequences alone; leave the side inputs out")
    pool = _Pool(sources, track_names_of(model), genome, statistic, where)
    matched = [{name: pool.take(name, wanted) for name, wanted in leaf.side_inputs.items()} for leaf in leaves]
    pool.require_all_used()
    for leaf, found in zip(leaves, matched, strict=True):
        leaf.side_inputs = found
    return list(pool.opened.values())


@contextmanager
def attached(
    model: Model, sources: Sources | None, genome: Genome | None = None, statistic: str = "mean"
) -> Iterator[None]:
    """Attach side inputs as :func:`attach` does while the block runs, then restore the former; None changes nothing."""
    with lent(model, {}), ExitStack() as opened:
        if sources is not None:
            for signal in attach(model, sources, genome, statistic):
                opened.enter_context(signal)
        yield


@contextmanager
def lent(model: Model, values: Mapping[str, Any]) -> Iterator[None]:
    """Replace side inputs by name while the block runs, neither matched nor scaled.

    ``values`` maps each name to a callable from the present side input to its stand-in.
    """
    before = [(leaf, leaf.side_inputs) for leaf in model.parts() if leaf.side_inputs]
    try:
        for leaf, own in before:
            leaf.side_inputs = {name: values[name](one) if name in values else one for name, one in own.items()}
        yield
    finally:
        for leaf, own in before:
            leaf.side_inputs = own


def with_stand_ins(model: Any, values: Mapping[str, Any]) -> Any:
    """Return the model as it would be with other side inputs, as of :func:`lent`, that shares all that was learned.

    The model is not changed, so that other threads may use it meanwhile.
    """
    clone = object.__new__(type(model))
    clone.__dict__.update(model.__dict__, model_dir_is_temp=False)
    if model.members:
        clone.members = [with_stand_ins(each, values) if hasattr(each, "parts") else each for each in model.members]
    else:
        clone.side_inputs = {
            name: values[name](one) if name in values else one for name, one in model.side_inputs.items()
        }
    return clone


@contextmanager
def held_in_memory(model: Model, ids: Iterable[Any]) -> Iterator[None]:
    """Hold the values of some rows of bigWig side inputs in memory while the block runs; no others can be looked up."""
    rows = np.unique(np.asarray(list(ids)).astype(str))

    def in_memory(side_input: Any) -> Any:
        if not isinstance(side_input, SignalLookup):
            return side_input
        return SideInput(rows, side_input.raw(rows), list(side_input.names)).with_scaling(side_input.scaling)

    names = {name for leaf in model.parts() for name in leaf.side_inputs}
    with lent(model, dict.fromkeys(names, in_memory)):
        yield


def medians(side_inputs: Mapping[str, Lookup], rows: WithIds) -> dict[str, NDArray[np.float64]]:
    """Return the median (K,) over some rows of each column before its scaling, by the name of the side input."""
    return {
        name: np.median(np.concatenate([one.raw(ids) for ids in id_chunks(rows)]).astype(np.float64), axis=0)
        for name, one in side_inputs.items()
    }


class _Pool:
    """The values at hand, from which each side input takes its tracks by name."""

    def __init__(self, sources: Any, tracks: list[str], genome: Genome | None, statistic: str, where: str) -> None:
        self.tracks, self.genome, self.statistic = tracks, genome, statistic
        self.where = where or (os.fspath(sources) if isinstance(sources, str | os.PathLike) else "what is given")
        self.opened: dict[str, Signal] = {}
        self._used: set[str] = set()
        self._tables: dict[str, Any] = {}
        self.sources = sources if isinstance(sources, Mapping) else None
        self.single = None if isinstance(sources, Mapping) else self._opened(sources)

    def take(self, name: str, wanted: Lookup) -> Any:
        """Return the values of a side input."""
        tracks = own_tracks(wanted)
        if self.sources is None:
            return self._from_one(self.single, self.tracks, tracks, wanted)
        if name in self.sources:
            self._used.add(name)
            source = self.sources[name]
            if isinstance(source, Mapping):
                self._require_known([track for track in source if track not in tracks], tracks)
                return self._from_signals(source, tracks, wanted)
            return self._from_one(self._opened(source), tracks, tracks, wanted)
        return self._from_signals(self.sources, tracks, wanted)

    def require_all_used(self) -> None:
        """Raise for names that stand for nothing in the model."""
        self._require_known([name for name in self.sources or () if name not in self._used], self.tracks)

    @staticmethod
    def _require_known(unknown: Sequence[str], tracks: Sequence[str]) -> None:
        if unknown:
            raise SideInputError(
                f"{', '.join(unknown)}: the model has no side input or track of that name; it takes the tracks "
                f"{', '.join(tracks)}"
            )

    def _opened(self, source: Any) -> Any:
        """Return a table, or the path of a bigWig file as it is."""
        if is_bigwig(source):
            return Path(source)
        if isinstance(source, str | os.PathLike):
            key = os.fspath(source)
            if key not in self._tables:
                self._tables[key] = SideInput.from_file(source)
            return self._tables[key]
        return source

    def _from_one(self, source: Any, served: Sequence[str], tracks: tuple[str, ...], wanted: Lookup) -> Any:
        if isinstance(source, Path):
            if len(served) != 1:
                raise SideInputError(
                    f"{source} is one track and the model takes {', '.join(served)}; pass a bigWig file for each, by "
                    "the name of the track"
                )
            return self._from_signals({tracks[0]: source}, tracks, wanted)
        if isinstance(source, SignalLookup):
            return self._from_signals({name: one.path for name, one in source.signals.items()}, tracks, wanted)
        return _from_table(source, tracks, wanted, self.where)

    def _from_signals(self, sources: Mapping[str, Any], tracks: tuple[str, ...], wanted: Lookup) -> SignalLookup:
        missing = [track for track in tracks if track not in sources]
        if missing:
            given = ", ".join(map(str, sources)) or "none"
            raise SideInputError(
                f"the model takes the tracks {', '.join(tracks)}, and {given} is given; pass a bigWig file for each "
                "by name"
            )
        self._used.update(tracks)
        tables = [track for track in tracks if not is_bigwig(sources[track])]
        if tables:
            if len(tracks) == 1:
                found: SignalLookup = _from_table(self._opened(sources[tracks[0]]), tracks, wanted, self.where)
                return found
            raise SideInputError(
                f"the track {tables[0]} is not a bigWig file (.bw, .bigWig); pass one for each track, or one table of "
                "all tracks"
            )
        signals = {track: self._signal(os.fspath(sources[track])) for track in tracks}
        return SignalLookup(signals, wanted.scaling, self.statistic, wanted.neighbors)

    def _signal(self, path: str) -> Signal:
        """Open a bigWig file, once."""
        if path not in self.opened:
            self.opened[path] = Signal(path, self.genome)
        return self.opened[path]


def _from_table(table: Any, tracks: tuple[str, ...], wanted: Lookup, where: str) -> Any:
    """Select the columns of some tracks, in the model's order and with its scaling."""
    n = wanted.neighbors
    if n and set(wanted.names) <= set(table.names):  # the columns of neighbors are there
        columns = table.select(wanted.names)
        return table.wider(n, columns.ids, columns.values, columns.names).with_scaling(wanted.scaling)
    is_numbered = _are_numbers(tracks) and _are_numbers(table.names)  # columns beyond the last are of another table
    if set(tracks) <= set(table.names) and not (is_numbered and len(table.names) != len(tracks)):
        chosen = table if tuple(table.names) == tracks else table.select(tracks)
    elif len(table.names) == len(tracks) and (_are_numbers(table.names) or _are_numbers(tracks)):
        # One of the two has no names, only an order; the model keeps its own, by which later tables are matched.
        chosen = table if _are_numbers(tracks) else table.with_scaling(table.scaling, tracks)
    else:
        raise SideInputError(
            f"the model takes the tracks {', '.join(tracks)}, and {where} has {', '.join(table.names)}; pass tracks of "
            "the same names"
        )
    if n:
        chosen = with_neighbors(chosen, n)
    elif chosen.scaling == wanted.scaling and chosen is table:
        return table
    return chosen.with_scaling(wanted.scaling)


def _are_numbers(names: Sequence[str]) -> bool:
    """Return whether tracks were not named, but numbered by the reader."""
    return all(name == f"track_{i}" for i, name in enumerate(names))
