"""DeepChem's grid and random search, with keys that tell every combination from every other.

``dc.hyper`` writes a float into the key of a combination with ``%f``, six digits after the point. So the learning rates
1e-7 and 2e-7 have one key: one of the two scores is lost from the results and, with ``logdir``, both models are trained
in one folder, where the second overwrites the first or, as ours, refuses to. The classes here write floats in full.
They have DeepChem's parameters and return what DeepChem's return. Mended besides:

- ``RandomHyperparamOpt`` lists all combinations before it draws some: five continuous parameters and a hundred
  iterations are ten thousand million. :class:`RandomSearch` draws them one by one.
- It draws with NumPy's global generator; :class:`RandomSearch` takes a ``seed``.
- A ``TypeError`` within ``fit`` is not mistaken for a model without ``nb_epoch``, which hides it and trains twice.
- If no score is a number, DeepChem returns the last model as the best; here that is an error.
"""

import inspect
import itertools
import json
import logging
import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from deepchem.data import Dataset
from deepchem.hyper import GridHyperparamOpt, RandomHyperparamOpt
from deepchem.metrics import Metric
from deepchem.models import Model
from deepchem.trans import Transformer

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.recipes.settings import Choice, Range

__all__ = ["GridSearch", "RandomSearch", "key_of"]

logger = logging.getLogger(__name__)

_FEW = 2**62  # combinations
_LONGEST_NAME = 180  # bytes of a folder's name, of which a file system takes 255

Combination = dict[str, Any]
Found = tuple[Model, Combination, dict[str, float]]


class _Search:
    """Searches the combinations that a subclass names: mixed into a ``dc.hyper.HyperparamOpt``."""

    model_builder: Callable[..., Model]

    def hyperparam_search(
        self,
        params_dict: dict[str, Any],
        train_dataset: Dataset,
        valid_dataset: Dataset,
        metric: Metric,
        output_transformers: list[Transformer] = [],
        nb_epoch: int = 10,
        use_max: bool = True,
        logfile: str = "results.txt",
        logdir: str | None = None,
        **kwargs: Any,
    ) -> Found:
        """Train and score a model with each combination, or each of those that are drawn.

        Parameters
        ----------
        params_dict : dict
            By parameter, a list of values, a ``Choice`` or a ``Range``; for :class:`RandomSearch` also a function
            without arguments that draws one.
        train_dataset, valid_dataset : dc.data.Dataset
            What is learned from, and what is scored.
        metric : dc.metrics.Metric
            The score.
        output_transformers : list of dc.trans.Transformer, default []
            Undone before scoring.
        nb_epoch : int, default 10
            Passes through the training data, for models whose ``fit`` has this parameter.
        use_max : bool, default True
            Whether a higher score is better.
        logfile : str, default "results.txt"
            Name, within ``logdir``, of the file that names the best.
        logdir : str, optional
            Where each model gets a folder of its own; temporary folders if not given.
        **kwargs
            Ignored, as DeepChem does.

        Returns
        -------
        best_model : dc.models.Model
            Trained.
        best_hyperparams : dict
            Its parameters, without the ``model_dir`` that DeepChem's random search puts among them.
        all_scores : dict of str to float
            Score by combination.

        Raises
        ------
        EmptyInputError
            If a parameter has no values.
        BadValueError
            If no score is a number, or a parameter has a value where a list of them belongs.
        """
        scoring = _Scoring(train_dataset, valid_dataset, metric, output_transformers, nb_epoch, use_max)
        return _search(self.model_builder, self._combinations(params_dict), scoring, logfile, logdir)

    def _combinations(self, params_dict: Mapping[str, Any]) -> Iterator[Combination]:
        raise NotImplementedError


class GridSearch(_Search, GridHyperparamOpt):
    """``dc.hyper.GridHyperparamOpt`` whose results and model folders are never mixed up.

    Parameters
    ----------
    model_builder : callable
        Takes the parameters and ``model_dir`` by keyword, and returns a model.

    Examples
    --------
    >>> from deepchem_genomics import metrics, models, simulate
    >>> train, valid = simulate.simulated_sirna_datasets(200, 100)
    >>> search = GridSearch(lambda **p: models.SiRNAEfficacyModel(seed=0, **p))
    >>> rates = {"learning_rate": [1e-7, 2e-7]}
    >>> _, best, scores = search.hyperparam_search(rates, train, valid, metrics.pearson, nb_epoch=1)
    >>> list(scores)
    ['_learning_rate_1e-07', '_learning_rate_2e-07']
    """

    def _combinations(self, params_dict: Mapping[str, Any]) -> Iterator[Combination]:
        return _product({name: _values(name, entry) for name, entry in params_dict.items()})


class RandomSearch(_Search, RandomHyperparamOpt):
    """``dc.hyper.RandomHyperparamOpt`` whose results and model folders are never mixed up.

    Parameters
    ----------
    model_builder : callable
        Takes the parameters and ``model_dir`` by keyword, and returns a model.
    max_iter : int
        Combinations to try; fewer if there are only lists, and no more combinations of their values.
    seed : int, default 0
        Decides what is drawn, but from functions of yours.

    Examples
    --------
    >>> from deepchem_genomics import metrics, models, recipes, simulate
    >>> train, valid = simulate.simulated_sirna_datasets(200, 100)
    >>> search = RandomSearch(lambda **p: models.SiRNAEfficacyModel(seed=0, **p), max_iter=2)
    >>> space = {"learning_rate": recipes.Range(1e-4, 1e-2, log=True), "filters": [5, 10]}
    >>> _, best, scores = search.hyperparam_search(space, train, valid, metrics.pearson, nb_epoch=1)
    >>> len(scores), sorted(best)
    (2, ['filters', 'learning_rate'])
    """

    def __init__(self, model_builder: Callable[..., Model], max_iter: int, seed: int = 0) -> None:
        super().__init__(model_builder, max_iter)
        self.seed = seed

    def _combinations(self, params_dict: Mapping[str, Any]) -> Iterator[Combination]:
        rng = np.random.default_rng(self.seed)
        drawn = {name: e for name, e in params_dict.items() if isinstance(e, Range) or callable(e)}
        lists = {name: _values(name, e) for name, e in params_dict.items() if name not in drawn}
        if not drawn:  # no combination twice
            shape = [len(values) for values in lists.values()]
            size = math.prod(shape)
            if size < _FEW:
                found = [np.unravel_index(index, shape) for index in rng.choice(size, min(size, self.max_iter), False)]
            else:  # whose numbers do not fit into an integer of NumPy
                found = list(_distinct(lambda: tuple(rng.integers(shape).tolist()), self.max_iter))
            for places in found:
                yield {name: lists[name][place] for name, place in zip(lists, places, strict=True)}
            return
        for _ in range(self.max_iter):
            yield {
                name: lists[name][rng.integers(len(lists[name]))]
                if name in lists
                else (entry.draw(rng) if isinstance(entry, Range) else entry())
                for name, entry in params_dict.items()
            }


def key_of(combination: Mapping[str, Any]) -> str:
    """Name a combination, as DeepChem does but with floats in full.

    Examples
    --------
    >>> key_of({"learning_rate": 2e-7, "filters": 15})
    '_filters_15_learning_rate_2e-07'
    """
    values = {name: value.item() if isinstance(value, np.generic) else value for name, value in combination.items()}
    return "".join(f"_{name}_{str(values[name]).replace('/', '-')}" for name in sorted(values))


def _product(lists: dict[str, list[Any]]) -> Iterator[Combination]:
    return (dict(zip(lists, values, strict=True)) for values in itertools.product(*lists.values()))


def _distinct(draw: Callable[[], tuple[int, ...]], n: int) -> Iterator[tuple[int, ...]]:
    drawn: set[tuple[int, ...]] = set()
    while len(drawn) < n:
        places = draw()
        if places not in drawn:
            drawn.add(places)
            yield places


def _values(name: str, entry: Any) -> list[Any]:
    if isinstance(entry, str) or not isinstance(entry, Iterable | Choice | Range):
        raise BadValueError(f"{name} is {entry!r}; give a list of its values, such as [{entry!r}], a Choice or a Range")
    values = list(entry.grid()) if isinstance(entry, Choice | Range) else list(entry)
    if not values:
        raise EmptyInputError(f"{name} has no values to search; give a list of one or more")
    return values


class _Scoring(NamedTuple):
    """On what a model is trained and scored, and how."""

    train: Dataset
    valid: Dataset
    metric: Metric
    transformers: list[Transformer]
    nb_epoch: int
    use_max: bool


def _search(
    model_builder: Callable[..., Model],
    combinations: Iterable[Combination],
    scoring: _Scoring,
    logfile: str,
    logdir: str | None,
) -> Found:
    metric = scoring.metric.name
    all_scores: dict[str, float] = {}
    best: tuple[float, Model, Combination] | None = None
    for combination in combinations:
        key = key_of(combination)
        model = model_builder(**combination, model_dir=_folder_of_its_own(logdir, key))
        _fit_and_save(model, scoring.train, scoring.nb_epoch)
        score = float(model.evaluate(scoring.valid, [scoring.metric], scoring.transformers)[metric])
        logger.info("%s: %s %g", combination, metric, score)
        all_scores[key] = score
        # As in DeepChem, the last of equals.
        if not math.isnan(score) and (best is None or (score >= best[0] if scoring.use_max else score <= best[0])):
            best = score, model, combination
    if best is None:
        raise BadValueError(
            f"none of {len(all_scores)} combinations has a {metric} that is a number; look at the ranges of the "
            "parameters, and whether the validation labels vary"
        )
    if logdir is not None:
        lines = json.dumps(best[2], default=str), f"{metric} on validation data: {best[0]}"
        (Path(logdir) / logfile).write_text("\n".join(lines) + "\n")
    return best[1], best[2], all_scores


def _folder_of_its_own(logdir: str | None, key: str) -> str:
    """Make a folder; another one than those of earlier searches, and of the same combination drawn twice.

    The key is its name, cut short where a file system would refuse it.
    """
    if logdir is None:
        return tempfile.mkdtemp()
    if len(key.encode()) > _LONGEST_NAME:
        key = f"{key.encode()[:_LONGEST_NAME].decode(errors='ignore')}_{sha256(key.encode()).hexdigest()[:16]}"
    for name in itertools.chain([key], (f"{key}_{again}" for again in itertools.count(2))):
        folder = Path(logdir) / name
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        return str(folder)
    raise AssertionError("itertools.count ends")


def _fit_and_save(model: Model, train: Dataset, nb_epoch: int) -> None:
    takes_epochs = "nb_epoch" in inspect.signature(model.fit).parameters
    model.fit(train, **({"nb_epoch": nb_epoch} if takes_epochs else {}))
    try:
        model.save()
    except NotImplementedError:
        logger.debug("%s saves itself", type(model).__name__)
