"""The predicted efficacy of sites, with how sure that is."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from deepchem_genomics.errors import ModelFolderError
from deepchem_genomics.feat import RNA
from deepchem_genomics.sirna.sites import Sites, one_hot_of
from deepchem_genomics.sirna.transcripts import SITE, Transcript

__all__ = ["COVERAGE", "Efficacy", "interval_of", "label_of", "predicting", "pretrained"]

COVERAGE = 0.90
"""Share of measurements that the interval of a prediction is to hold."""

_SHIPPED = "sirna-huesken"
_FLANK = 20
_CHUNK = 512  # guides: what a Gaussian process makes of them fits in a cache

Float = NDArray[np.float64]


class Efficacy(NamedTuple):
    """Predictions for N guides."""

    mean: Float
    sd: Float  # NaN if the model does not tell
    low: Float  # of the interval of 90%
    high: Float


def pretrained() -> Any:
    """Return the model that is shipped."""
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics import models

    return models.load(_SHIPPED)


def label_of(model: Any) -> str:
    """Describe the scale that a model predicts on."""
    return getattr(model, "label", None) or "the scale of the labels that the model was trained on"


def interval_of(model: Any) -> str:
    """Describe the measurements that the interval of a prediction holds for."""
    from deepchem_genomics.models import SequenceModel
    from deepchem_genomics.models.saving import fingerprint

    own = "measurements of the kind that the model was trained on, on their scale"
    if getattr(model, "other_studies", False):
        own = "measurements of other studies on the scale of those that the model was trained on"
    if not isinstance(model, SequenceModel) or fingerprint(model) != fingerprint(pretrained()):
        return f"made to contain 90% of {own}; not checked here"
    return (
        f"made to contain 90% of {own}, as far as studies differ as the model assumes; not checked on any. Without "
        "that allowance, it contained 90.7% of the measurements of Huesken et al. (2005) on mRNAs that the model had "
        "not seen, and 46 to 79% of those of other studies"
    )


@contextmanager
def predicting(model: Any, transcripts: Sequence[Transcript], sites: Sites) -> Iterator[Callable[[], Efficacy]]:
    """Begin to predict the efficacy of every site; what does not need it can be done meanwhile."""
    from deepchem_genomics.models import SiRNAGaussianProcess

    _require_guides(model)
    ids = np.arange(len(sites.start)).astype(str)
    chunks = [slice(start, start + _CHUNK) for start in range(0, len(ids), _CHUNK)]

    def predict(rows: slice) -> tuple[Float, Float]:
        return _predict(model, one_hot_of(sites.guide[rows]), ids[rows])

    with _told(model, dict(zip(ids.tolist(), _contexts(transcripts, sites), strict=True))):
        if isinstance(model, SiRNAGaussianProcess):
            with ThreadPoolExecutor(os.cpu_count()) as pool, threadpool_limits(1, "blas"):
                started = [pool.submit(predict, rows) for rows in chunks]
                yield lambda: _joined([future.result() for future in started])
        else:
            yield lambda: _joined([predict(rows) for rows in chunks])


@contextmanager
def _told(model: Any, contexts: dict[str, str]) -> Iterator[None]:
    """Attach the surroundings of sites to a model, or its members, if they take any, and detach them afterward."""
    from deepchem_genomics.models import SequenceModel

    parts = model.parts() if isinstance(model, SequenceModel) else [model]
    before = [(part, part.contexts) for part in parts if hasattr(part, "contexts")]
    try:
        for part, _ in before:
            part.contexts = contexts
        yield
    finally:
        for part, own in before:
            part.contexts = own


def _require_guides(model: Any) -> None:
    """Raise if a model says that it takes anything but guides of RNA that are as long as sites."""
    alphabet, length = getattr(model, "alphabet", RNA), getattr(model, "length", SITE)
    if alphabet != RNA:
        raise ModelFolderError(f"the model takes {alphabet.name}; guides are RNA; train one on guides")
    if length != SITE:
        raise ModelFolderError(f"the model takes guides of {length} nt; sites have {SITE}; train one on those")
    n_tasks = model.get_num_tasks() if hasattr(model, "get_num_tasks") else 1
    if n_tasks != 1:
        raise ModelFolderError(f"the model has {n_tasks} tasks; train one on efficacy alone")


def _predict(model: Any, guides: NDArray[np.int8], ids: NDArray[Any]) -> tuple[Float, Float]:
    from deepchem.data import NumpyDataset

    dataset = NumpyDataset(guides, ids=ids)
    from deepchem_genomics.models import SequenceModel

    knows_spread = model.has_uncertainty if isinstance(model, SequenceModel) else hasattr(model, "predict_uncertainty")
    if not knows_spread:
        mean = np.asarray(model.predict(dataset), dtype=np.float64).reshape(-1)
        return mean, np.full(len(mean), np.nan)
    mean, sd = (np.asarray(values, dtype=np.float64).reshape(-1) for values in model.predict_uncertainty(dataset))
    return mean, sd


def _joined(parts: list[tuple[Float, Float]]) -> Efficacy:
    mean, sd = (np.concatenate([part[column] for part in parts]) for column in (0, 1))
    reach = norm.ppf(0.5 + COVERAGE / 2) * sd
    return Efficacy(mean, sd, mean - reach, mean + reach)


def _contexts(transcripts: Sequence[Transcript], sites: Sites) -> list[str]:
    return [
        transcripts[record].sequence[max(0, start - _FLANK) : start + SITE + _FLANK]
        for record, start in zip(sites.record.tolist(), sites.start.tolist(), strict=True)
    ]
