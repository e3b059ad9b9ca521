"""Recipes, and the one registry of them.

Neither DeepChem nor TensorFlow is imported here, so that recipes can be listed at once.
"""

import importlib.util
import inspect
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from deepchem_genomics.arguments import nearest, require_choice
from deepchem_genomics.errors import BadValueError, LabelError, MissingExtraError, NameTakenError, SideInputError
from deepchem_genomics.recipes.settings import Space, Value, checked_value

if TYPE_CHECKING:
    from deepchem.data import Dataset

__all__ = [
    "BALANCED",
    "KINDS",
    "KNOWN_FACTOR",
    "MANY_BOUND",
    "MEASURED",
    "RECIPES",
    "SIMULATED",
    "Fitted",
    "Progress",
    "Recipe",
    "auto_recipe",
    "default_recipe",
    "find_recipe",
    "recipe",
]

logger = logging.getLogger(__name__)

KINDS = {"binding": "DNA with labels 0 and 1", "efficacy": "RNA with measured values"}
"""Kinds of data that recipes are made for."""

# Groups of named data sets that recipes are made for; "own" stands for dataset folders of the user's own.
BALANCED = (*(f"gue-tf{task}" for task in range(5)), "own")
"""Some ten thousand windows of either class."""

MEASURED = ("jund", *BALANCED)
"""All but simulated ones."""

KNOWN_FACTOR = ("jund", "simulated-tf")
"""Of JUND, whose motif is known."""

SIMULATED = ("simulated-tf",)

_OF_EXTRA = {"motifs": "pyjaspar"}
_NO_LOGARITHM = (
    "give a track without any, or take a recipe that takes no logarithm: network-raw-accessibility, or "
    "network-accessibility with the setting scale=standard"
)
"""A package that each extra brings."""


class Fitted(NamedTuple):
    """A model that has been trained.

    Parameters
    ----------
    model : SequenceModel
        Anything with ``predict(dataset) -> (N, T)``; for ``train``, which saves it, a model of this package.
    history : list of dict
        ``epoch`` and ``score`` on held-out rows, in order; empty for what is not trained in epochs.
    parameters : int or None
        Trainable parameters of a network.
    """

    model: Any
    history: list[dict[str, Any]] = []
    parameters: int | None = None

    @classmethod
    def of(cls, model: Any, train: "Dataset") -> "Fitted":
        """Fit a model that is not trained in epochs.

        Parameters
        ----------
        model : dc.models.Model
            With ``fit(dataset)``.
        train : dc.data.Dataset
            What it is fitted on.

        Returns
        -------
        Fitted
            The model.
        """
        model.fit(train)
        return cls(model)


@dataclass
class Progress:
    """Where training reports, and where it continues from.

    Parameters
    ----------
    report : callable
        Takes a line of text; the log by default.
    on_epoch : callable, optional
        Called with a network and the number of the epoch, from 1, after each epoch.
    checkpoints : Path, optional
        Folder for a checkpoint an epoch.
    resume : bool, default False
        Whether training continues from the newest of them.
    """

    report: Callable[[str], None] = logger.info
    on_epoch: Callable[[Any, int], None] | None = None
    checkpoints: Path | None = None
    resume: bool = False

    def __post_init__(self) -> None:
        """Take the folder as text, too."""
        self.checkpoints = None if self.checkpoints is None else Path(self.checkpoints)

    def __call__(self, line: str) -> None:
        """Report a line."""
        self.report(line)


Fit = Callable[["Dataset", "Dataset | None", Mapping[str, Any], Mapping[str, Any], int, Progress], Fitted]


@dataclass(frozen=True)
class Recipe:
    """A named way to build and train a model.

    Parameters
    ----------
    name : str
        As on the command line and in folders.
    kind : {"binding", "efficacy"}
        The data it is made for; see :data:`KINDS`.
    description : str
        What it does and how it is trained, in a sentence or two; the first is shown in lists.
    fit : callable
        ``(train, valid, side_inputs, settings, seed, progress) -> Fitted``. ``valid`` may be None; ``side_inputs`` has
        raw values by name, of those that the recipe names; ``settings`` has all of ``defaults``.
    side_inputs : tuple of str, default ()
        Names of the side inputs it needs; it is offered only where there are such.
    may_take : tuple of str, default ()
        Names of further side inputs that it takes where there are such.
    extras : tuple of str, default ()
        Extras of this package that it needs.
    fewest_positives : int, default 1
        Training rows with the label 1 that it needs at least.
    defaults : mapping of str to value
        Its settings.
    space : mapping of str to Choice or Range
        What a random search draws from; what is not in it has its default.
    grid : mapping of str to Choice or Range
        What a grid search goes through by default: fewer, since it goes through all combinations.
    is_baseline : bool, default False
        Whether others are compared with it.
    uses_seed : bool, default True
        Whether the seed changes anything.
    only : tuple of str, default ()
        The data sets on which a benchmark runs it by default; all of its kind if there are none.
    """

    name: str
    kind: str
    description: str
    fit: Fit
    side_inputs: tuple[str, ...] = ()
    may_take: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    fewest_positives: int = 1
    defaults: Mapping[str, Value] = field(default_factory=dict)
    space: Space = field(default_factory=dict)
    grid: Space = field(default_factory=dict)
    is_baseline: bool = False
    uses_seed: bool = True
    only: tuple[str, ...] = ()

    def __call__(
        self,
        train: "Dataset",
        valid: "Dataset | None" = None,
        side_inputs: Mapping[str, Any] | None = None,
        settings: Mapping[str, Any] | None = None,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Fitted:
        """Check what is given, then build and train a model.

        Parameters
        ----------
        train : dc.data.Dataset
            X (N, L, 4), y and w (N, T), ids (N,).
        valid : dc.data.Dataset, optional
            What epochs are chosen on; a recipe that needs such rows holds a tenth of ``train`` out if there are none.
        side_inputs : mapping of str to SideInput, optional
            Raw values by name; those that the recipe does not need are ignored.
        settings : mapping of str to value, optional
            Other settings than the defaults.
        seed : int, default 0
            Decides all that is drawn.
        progress : Progress, optional
            Where to report.

        Returns
        -------
        Fitted
            The model.

        Raises
        ------
        BadValueError
            If a setting does not exist, a value is out of its range, or the recipe does not return a :class:`Fitted`.
        SideInputError
            If a side input is missing.
        LabelError
            If there are too few positives; a label of binding is neither 0 nor 1; or an efficacy is above 2, as
            percentages are.
        MissingExtraError
            If an extra is not installed.
        """
        chosen = self.checked_settings(settings or {})
        self.require_extras()
        given = self.chosen_side_inputs(side_inputs or {})
        self.require_labels(train)
        self.require_positives(train)
        try:
            found = self.fit(train, valid, given, chosen, seed, progress or Progress())
        except BadValueError as error:
            from deepchem_genomics.data.scaling import TO_FIT  # NumPy is not needed to list recipes

            if error.remedy != TO_FIT:
                raise
            raise BadValueError(error.problem, _NO_LOGARITHM) from error
        if not isinstance(found, Fitted):
            raise BadValueError(
                f"the recipe {self.name!r} returned a {type(found).__name__}; return recipes.Fitted(model)"
            )
        return found

    def suits(self, kind: str, side_inputs: Iterable[str], dataset: str | None = None) -> bool:
        """Return whether the recipe can be run on data.

        Parameters
        ----------
        kind : str
            Of the data.
        side_inputs : iterable of str
            Names of those at hand.
        dataset : str, optional
            Name of a data set of a benchmark: then ``only`` counts, too.

        Returns
        -------
        bool
            Whether it can.
        """
        fits = self.kind == kind and set(self.side_inputs) <= set(side_inputs)
        return fits and (dataset is None or not self.only or dataset in self.only)

    def checked_settings(self, given: Mapping[str, Any], where: str = "settings") -> dict[str, Any]:
        """Return all settings, those given checked.

        Parameters
        ----------
        given : mapping of str to value
            Some of them; text is read as the kind of value that the setting has.
        where : str, default "settings"
            What they are called in messages.

        Returns
        -------
        dict of str to value
            In the order of the defaults.

        Raises
        ------
        BadValueError
            If there is no such setting, or a value is out of its range.
        """
        for name in given:
            self.require_setting(name, where)
        return {
            name: checked_value(name, given[name], default, where) if name in given else default
            for name, default in self.defaults.items()
        }

    def require_setting(self, name: str, where: str) -> None:
        """Raise unless there is a setting of a name.

        Parameters
        ----------
        name : str
            The name.
        where : str
            Where it is from, for the message.

        Raises
        ------
        BadValueError
            If there is none; the message names the nearest.
        """
        if name in self.defaults:
            return
        if not self.defaults:
            raise BadValueError(f"{where}: {self.name} has no settings; leave {name!r} out")
        hint = f"{nearest(name, self.defaults)}it has {', '.join(self.defaults)}"
        raise BadValueError(f"{where}: {self.name} has no setting {name!r}; {hint}")

    def require_extras(self) -> None:
        """Raise unless all extras that the recipe needs are installed.

        Raises
        ------
        MissingExtraError
            If one is not: which to install.
        """
        for extra in self.extras:
            if importlib.util.find_spec(_OF_EXTRA[extra]) is None:
                raise MissingExtraError(
                    f"{self.name} needs the extra {extra}; pip install 'deepchem_genomics[{extra}]'"
                )

    def chosen_side_inputs(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the side inputs that the recipe takes, of those at hand.

        Parameters
        ----------
        given : mapping of str to SideInput
            Those at hand.

        Returns
        -------
        dict of str to SideInput
            In the recipe's order.

        Raises
        ------
        SideInputError
            If one is missing.
        """
        missing = [name for name in self.side_inputs if given.get(name) is None]
        if missing:
            there = ", ".join(given) or "none"
            if self.kind == "efficacy":
                remedy = "give a table of guides that has them (guides=...)"
            else:
                remedy = "build the data with a track of that name"
            raise SideInputError(
                f"{self.name} needs the side input {missing[0]}, and there is {there}; {remedy}, or choose a recipe "
                "without"
            )
        return {name: given[name] for name in self.taken_of(given)}

    def taken_of(self, names: Iterable[str]) -> list[str]:
        """Return the names of the side inputs that the recipe takes, of those at hand.

        Parameters
        ----------
        names : iterable of str
            Of those at hand.

        Returns
        -------
        list of str
            In the recipe's order.
        """
        there = set(names)
        return [name for name in (*self.side_inputs, *self.may_take) if name in there]

    def require_labels(self, train: "Dataset") -> None:
        """Raise if a label is not of the recipe's kind; those of weight 0 are not looked at.

        Parameters
        ----------
        train : dc.data.Dataset
            The rows.

        Raises
        ------
        LabelError
            If one of binding is neither 0 nor 1, or an efficacy is above 2.
        """
        from deepchem_genomics.io.ids import each_id
        from deepchem_genomics.models.batches import require_classes, require_efficacies

        check = require_classes if self.kind == "binding" else require_efficacies
        check(train.y, train.w, each_id(train))

    def require_positives(self, train: "Dataset") -> None:
        """Raise if there are too few training rows with the label 1.

        Parameters
        ----------
        train : dc.data.Dataset
            The rows.

        Raises
        ------
        LabelError
            If there are fewer than ``fewest_positives``.
        """
        if self.kind != "binding":
            return
        n = int(((train.y > 0) & (train.w != 0)).sum())
        if n < self.fewest_positives:
            raise LabelError(
                f"{self.name} needs {self.fewest_positives} training rows with the label 1 and there are {n}; add "
                "more, or choose a simpler recipe"
            )

    @property
    def summary(self) -> str:
        """The first sentence of the description."""
        return self.description.split(". ")[0].rstrip(".") + "."


RECIPES: dict[str, Recipe] = {}
"""Recipes by name: those of this package, and those that were registered since."""


def recipe(name: str, kind: str, **fields: Any) -> Callable[[Fit], Fit]:
    """Register a function as a recipe; its docstring is the description.

    Parameters
    ----------
    name : str
        As on the command line: ``dcgenomics train --model NAME``.
    kind : {"binding", "efficacy"}
        The data it is made for.
    **fields
        Others of :class:`Recipe`, such as ``side_inputs``, ``defaults`` and ``is_baseline``.

    Returns
    -------
    callable
        Takes ``fit(train, valid, side_inputs, settings, seed, progress)`` and returns it.

    Raises
    ------
    BadValueError
        If the kind is unknown, or the function has no docstring.
    TypeError
        If a recipe has no such field.
    NameTakenError
        If there is a recipe of that name, from another function.

    Examples
    --------
    >>> from deepchem_genomics import recipes
    >>> @recipes.recipe("coin", "binding", is_baseline=True, uses_seed=False)
    ... def coin(train, valid, side_inputs, settings, seed, progress):
    ...     '''Predict the share of bound rows for every row.'''
    ...     from deepchem_genomics.models import AlwaysPrevalence
    ...
    ...     model = AlwaysPrevalence()
    ...     model.fit(train)
    ...     return recipes.Fitted(model)
    >>> recipes.RECIPES.pop("coin").summary
    'Predict the share of bound rows for every row.'
    """
    require_choice("kind", kind, KINDS)

    def register(fit: Fit) -> Fit:
        described = " ".join((inspect.getdoc(fit) or "").split())
        if not described:
            raise BadValueError(f"the recipe {name!r} has no description; give {fit.__name__} a docstring")
        known = RECIPES.get(name)
        if known is not None and (known.fit.__module__, known.fit.__qualname__) != (fit.__module__, fit.__qualname__):
            raise NameTakenError(f"there is a recipe {name!r} already, {known.fit.__module__}.{known.fit.__qualname__}")
        RECIPES[name] = Recipe(name, kind, described, fit, **fields)
        return fit

    return register


def find_recipe(name: str, kind: str | None = None, side_inputs: Iterable[str] = (), where: str = "the data") -> Recipe:
    """Look up a recipe by name, and check that it suits data.

    Parameters
    ----------
    name : str
        Its name.
    kind : str, optional
        Of the data; not checked without.
    side_inputs : iterable of str
        Names of those that the data have.
    where : str
        What the data are called, for the message.

    Returns
    -------
    Recipe
        The recipe.

    Raises
    ------
    BadValueError
        If there is none of that name, or it does not suit the data; with the names of those that do.
    """
    there = tuple(side_inputs)
    suited = [one.name for one in RECIPES.values() if kind is None or one.suits(kind, there)]
    if name not in RECIPES:
        raise BadValueError(f"there is no recipe {name!r}; {nearest(name, RECIPES)}choose from {', '.join(suited)}")
    found = RECIPES[name]
    if kind is not None and found.kind != kind:
        raise BadValueError(
            f"{name} is made for {KINDS[found.kind]}, and {where} has {KINDS[kind]}; choose from {', '.join(suited)}"
        )
    if kind is not None:
        found.chosen_side_inputs(dict.fromkeys(there, True))
    return found


def default_recipe(kind: str, side_inputs: Iterable[str]) -> str:
    """Name the chapter's network for data.

    Parameters
    ----------
    kind : str
        "binding" or "efficacy".
    side_inputs : iterable of str
        Names of those at hand.

    Returns
    -------
    str
        "network", "network-accessibility" or "sirna-network".
    """
    if kind == "efficacy":
        return "sirna-network"
    return "network-accessibility" if "accessibility" in side_inputs else "network"


MANY_BOUND = 2000
"""Bound training windows from which on networks learn all from them."""
MANY_GUIDES = 5000
"""Training guides from which on a Gaussian process takes too long."""


def auto_recipe(kind: str, side_inputs: Iterable[str], n_rows: int, n_bound: int) -> str:
    """Choose a recipe by the kind and the number of training rows; docs/models.md has the measurements.

    Parameters
    ----------
    kind : str
        "binding" or "efficacy".
    side_inputs : iterable of str
        Names of those at hand.
    n_rows : int
        Training rows.
    n_bound : int
        Training rows with the label 1.

    Returns
    -------
    str
        For binding "kmer-blend" with fewer than 2,000 bound windows and "blend" with more, both with "-accessibility"
        if there is such a side input; for efficacy "sirna-boosting" from 5,000 guides on, else
        "sirna-gaussian-process", with "-studies" or "-targets" if there is such a side input.

    Examples
    --------
    >>> auto_recipe("binding", ["accessibility"], 2000, 500)
    'kmer-blend-accessibility'
    """
    if kind == "efficacy":
        if n_rows >= MANY_GUIDES:
            return "sirna-boosting"
        known = [f"-{name}" for name in ("studies", "targets") if name in side_inputs]
        return f"sirna-gaussian-process{''.join(known[:1])}"
    name = "kmer-blend" if n_bound < MANY_BOUND else "blend"
    return f"{name}-accessibility" if "accessibility" in side_inputs else name
