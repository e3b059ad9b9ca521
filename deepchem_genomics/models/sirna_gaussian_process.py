"""The efficacy of an siRNA with its uncertainty, by Gaussian process regression."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

import numpy as np
from deepchem.data import Dataset
from deepchem.trans import Transformer, undo_transforms
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from deepchem_genomics.errors import BadValueError, LabelError, NotFittedError, ShapeMismatchError
from deepchem_genomics.feat import RNA, kmer_counts
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.models import gaussian_process, saving
from deepchem_genomics.models.batches import check_labels, one_column
from deepchem_genomics.models.gaussian_process import Learned, OfStudy, Rows, Studies, Weights
from deepchem_genomics.models.guide_features import GuideParts, context_energies, group_rows, require_all
from deepchem_genomics.models.labeled_model import OneTaskModel

__all__ = ["SiRNAGaussianProcess"]

logger = logging.getLogger(__name__)

Float = NDArray[np.float64]

_OVERLAP = 8  # bases that two guides share by chance in one pair of 300
_OVERLAP_SHARE, _TARGET_SHARE, _CONTEXT_SHARE = 0.15, 0.135, 0.05
_CHUNK = 2048
_FEWEST = 10  # guides of another study


class _LearnedFrom(NamedTuple):
    """Guides learned from, columns beside theirs, the factor of the posterior, and studies, if several are known."""

    X: NDArray[Any]
    beside: Float
    factor: Float
    study_rows: NDArray[np.int64]
    difference: float


class SiRNAGaussianProcess(OneTaskModel):
    """Predict the efficacy of an siRNA from its guide (antisense) strand, read 5' to 3', and say how sure that is.

    Efficacy is regressed on which base stands where, blurred along the guide as a convolution does; on all pairs of
    bases, as trees do; on how often k-mers of 1 to 4 bases occur; on nearest-neighbor energies and their pairs. Besides
    these, three things explain what the guide itself does not: which other guides it overlaps (8-mers), which
    mRNA it targets, and how tightly the surroundings of the site fold. Each part has a share of the variance, fixed;
    the scale and the noise are the likeliest on the data. The output has no bounds.

    Parameters
    ----------
    length : int, default 21
        L: guide length in nt, at least 19.
    targets : dict of str to str, optional
        Name of the mRNA that each guide targets, by id. Where several are learned from, give it: effects of mRNAs are
        then separated from those of guides, and predictions for new mRNAs are better. A guide to predict for whose
        target is unknown or new gets what is expected of an average one.
    contexts : dict of str to str, optional
        The mRNA around each target site, by id: 5' to 3', as many bases on either side, such as 20. A guide to predict
        for without one gets what is expected in average surroundings.
    studies : dict of str to str, optional
        Name of the study that measured each guide, by id. What studies differ in, which is the scale of their labels,
        their noise and their preferences, is then separated from what they share. Predictions are on the scale of the
        guide's study; for a guide of an unknown or a new one, on a middle scale, and the standard deviation is as with
        ``other_studies``. See :meth:`for_study`.
    noise : float, optional
        Variance of the noise, in units of the variance explained a priori; by default the likeliest of
        :data:`~deepchem_genomics.models.gaussian_process.NOISE_SHARES`, for each study.
    label : str, default "efficacy"
        What the labels are and on which scale: kept with the model. Predictions are on that scale.
    other_studies : bool, default False
        Whether predictions are for guides that other studies measure. Standard deviations then also cover what
        :meth:`adapt` assumes that studies differ in, before it has seen a guide of one.
    seed : int, default 0
        Where the search for the directions of least uncertainty begins. Predictions do not depend on it.

    Notes
    -----
    The shares are the likeliest on the book's 2,187 training guides; which parts there are was chosen by
    cross-validation over folds of whole genes among them.

    What is saved is one weight per column; guides learned from cannot be read off them, but for those of k-mers of 8
    bases, which :meth:`drop_training_guides` removes.

    ``targets``, ``contexts`` and ``studies`` are attributes: set them again for other guides. They are not saved.

    References
    ----------
    C. E. Rasmussen and C. K. I. Williams. *Gaussian Processes for Machine Learning*, MIT Press, 2006.

    Examples
    --------
    >>> import deepchem as dc
    >>> from deepchem_genomics.simulate import simulate_sirna
    >>> from deepchem_genomics.feat import one_hot
    >>> train = simulate_sirna(400, seed=0)
    >>> model = SiRNAGaussianProcess()
    >>> model.fit(dc.data.NumpyDataset(train.X, train.y))
    >>> guide = "UUAUCAAUGGUGAUCAUGGCU"
    >>> efficacy, sd = model.predict_uncertainty(dc.data.NumpyDataset(one_hot([guide], RNA)))
    >>> bool(efficacy[0, 0] == model.predict_sequences([guide])[0, 0]), efficacy.shape, sd.shape
    (True, (1, 1), (1, 1))
    """

    mode: ClassVar[str] = "regression"
    has_uncertainty: ClassVar[bool] = True

    def __init__(
        self,
        length: int = 21,
        targets: Mapping[str, str] | None = None,
        contexts: Mapping[str, str] | None = None,
        studies: Mapping[str, str] | None = None,
        noise: float | None = None,
        label: str = "efficacy",
        other_studies: bool = False,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if length < PAIRED:
            raise BadValueError(f"length is {length!r}; guides have at least {PAIRED} nt, those that pair")
        self.length = length
        self.targets = targets
        self.contexts = contexts
        self.studies = studies
        self.noise = noise
        self.label = label
        self.other_studies = other_studies
        self.seed = seed
        self.alphabet = RNA
        self.side_inputs = {}
        self.arguments = {
            "length": length, "noise": noise, "label": label, "other_studies": other_studies, "seed": seed,
        }  # fmt: skip
        self.target_names: list[str] = []
        self.n_learned = 0
        self._fitted: tuple[GuideParts, Weights] | None = None
        self._learned_from: _LearnedFrom | None = None  # until directions are requested
        self._directions: NDArray[np.float16] = np.zeros((0, 0), dtype=np.float16)
        self._studies: dict[str, OfStudy] = {}
        self._context_scale: tuple[float, float] | None = None  # mean and standard deviation, kcal/mol
        self._overlap_share = _OVERLAP_SHARE
        self._target_share = 0.0

    def fit(self, dataset: Dataset) -> None:
        """Learn from the labeled guides of a dataset; rows of weight 0 are left out.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, 4), columns A, C, G, U; y and w (N, 1); ids (N,) if targets, contexts or studies are given.

        Raises
        ------
        ShapeMismatchError
            If X is not (N, L, 4), or the dataset has more than one task.
        LabelError
            If fewer than two rows have a label, or a label or weight is not a finite number; if a study has fewer than
            ten labels, or equal ones.
        MissingIdError
            If a guide has no target, context or study, and others have.
        """
        X, y, w, ids = self._labeled_rows(dataset)
        parts = GuideParts(X)
        self.target_names = []
        self._target_share, self._overlap_share = 0.0, _OVERLAP_SHARE + _TARGET_SHARE
        if self.targets is not None:
            require_all("target", self.targets, ids)
            self.target_names = sorted({self.targets[str(name)] for name in ids})
            self._target_share, self._overlap_share = _TARGET_SHARE, _OVERLAP_SHARE
        self._context_scale = None
        if self.contexts is not None:
            require_all("context", self.contexts, ids)
            energies = context_energies(self.contexts, ids)
            self._context_scale = float(energies.mean()), float(energies.std()) or 1.0
        study_names, rows = self._named_studies(ids, y)
        single, beside, overlaps = parts.single(X), self._beside(ids), self._overlaps(X)

        def column_weights(residuals: Float) -> Float:
            return np.append(parts.weights(single, residuals), beside.T @ residuals)

        with threadpool_limits(1, "blas"):  # sums of several threads would differ in the last bits with their number
            kernel = parts.kernel(single) + beside @ beside.T
            studies = Studies(rows, kernel * (rows[:, None] == rows)) if study_names else None
            kernel += (overlaps @ overlaps.T).toarray()
            learned = gaussian_process.learn(kernel, self._groups(ids), self._target_share, y, w, self.noise, studies)
            shared = column_weights(learned.residuals)
            self._studies = {
                name: learned.of_study(study, shared, column_weights(learned.residuals * (rows == study)))
                for study, name in enumerate(study_names)
            }
        self._fitted = (
            parts,
            Weights(
                offset=float(learned.offsets.mean()),
                scale=learned.scale,
                noise=float(learned.noises.mean()),
                weights=shared,
                sparse_weights=overlaps.T @ learned.residuals,
                group_effects=learned.group_effects,
                group_variances=learned.group_variances,
            ),
        )
        self._learned_from = _LearnedFrom(X, beside, learned.factor, rows, learned.difference)
        self.n_learned = len(y)

    def adapt(self, dataset: Dataset) -> "SiRNAGaussianProcess":
        """Learn how guides of another study differ from those learned from, from as few as 30 of its measurements.

        The study's scale, its noise, and, as far as its guides show them, its preferences are learned; what was learned
        before is kept as what is expected. See :func:`~deepchem_genomics.models.gaussian_process.adapted`.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, 4), y and w (N, 1): guides of the study and their efficacies, larger for the more active. Rows of
            weight 0 are left out. Some hundreds at most: memory grows with N squared, time with its cube.

        Returns
        -------
        SiRNAGaussianProcess
            Another model, which predicts for guides of the study, on its scale. Targets and studies that the model has
            learned from are new ones to it: what they did in the other study is left out.

        Raises
        ------
        NotFittedError
            If nothing has been learned before.
        ShapeMismatchError
            If X is not (N, L, 4), or the dataset has more than one task.
        LabelError
            If fewer than ten different guides have a label, all labels are equal, or a label or weight is not a finite
            number.

        Examples
        --------
        >>> import deepchem as dc
        >>> from deepchem_genomics.simulate import simulate_sirna
        >>> first, then = simulate_sirna(300, seed=0), simulate_sirna(60, seed=1)
        >>> model = SiRNAGaussianProcess()
        >>> model.fit(dc.data.NumpyDataset(first.X, first.y))
        >>> other_scale = dc.data.NumpyDataset(then.X, 0.1 + 0.5 * then.y)
        >>> adapted = model.adapt(other_scale.select(range(30)))
        >>> rest = other_scale.select(range(30, 60))
        >>> errors = [abs(one.predict(rest) - rest.y).mean() for one in (model, adapted)]
        >>> bool(errors[1] < errors[0])
        True
        """
        parts, weights = self._learned()
        X, y, w, ids = self._labeled_rows(dataset)
        n_guides = len(np.unique(X.reshape(len(X), -1), axis=0))
        if n_guides < _FEWEST or y.std() == 0:
            what = f"{n_guides} different guides have a label" if n_guides < _FEWEST else f"all labels are {y[0]:g}"
            raise LabelError(f"{what}; a study is known by {_FEWEST} guides or more, strong and weak ones; add some")
        new_targets = np.full(len(y), -1)
        rows = Rows(np.hstack([parts(X), self._beside(ids)]), self._overlaps(X), new_targets)
        with threadpool_limits(1, "blas"):
            found, directions = gaussian_process.adapted(weights, self._known(), rows, y, w)
        label = f"the scale of the {len(y)} guides that the model was adapted to"
        result = self._with(found, directions, label)
        result.n_learned += len(y)
        result._drop_targets()
        if (agreement := float(np.corrcoef(rows.expected(weights), y)[0, 1])) < 0:
            logger.warning(
                "the labels fall where the model expects more efficacy (r = %.2f over %d guides): are they what is "
                "left of the mRNA, or the guides passenger strands?", agreement, len(y),
            )  # fmt: skip
        return result

    def for_study(self, name: str) -> "SiRNAGaussianProcess":
        """Return a model of what one study measures, for guides whatever their ids.

        Parameters
        ----------
        name : str
            One of :attr:`study_names`.

        Returns
        -------
        SiRNAGaussianProcess
            Another model, which predicts what this one does for guides of the study.

        Raises
        ------
        BadValueError
            If the model was not given the study to learn from.

        Examples
        --------
        >>> import deepchem as dc
        >>> from deepchem_genomics.simulate import simulate_sirna
        >>> one, other = simulate_sirna(60, seed=0), simulate_sirna(60, seed=1)
        >>> both = dc.data.NumpyDataset(np.vstack([one.X, other.X]), np.vstack([one.y, 10 + 5 * other.y]))
        >>> model = SiRNAGaussianProcess(studies={str(i): "first" if i < 60 else "second" for i in range(120)})
        >>> model.fit(both)
        >>> new = dc.data.NumpyDataset(simulate_sirna(20, seed=2).X)
        >>> [int(model.for_study(name).predict(new).mean()) for name in model.study_names]
        [0, 13]
        """
        _, shared = self._learned()
        if name not in self._studies:
            known = f"it knows {', '.join(self._studies)}" if self._studies else "it was given none to learn from"
            raise BadValueError(f"the model does not know the study {name!r}; {known}")
        self._known()
        of_study = self._studies[name]
        return self._with(of_study.weights_from(shared), of_study.directions, f"the scale of the study {name}")

    def predict(self, dataset: Dataset, transformers: Sequence[Transformer] = ()) -> Float:
        """Predict efficacy for the guides of a dataset.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, 4), and ids (N,) if targets, contexts or studies are given by id.
        transformers : sequence of dc.trans.Transformer, default ()
            Undone on the predictions.

        Returns
        -------
        ndarray of float64, (N, 1)
            On the scale of the labels, unbounded.

        Raises
        ------
        NotFittedError
            If nothing has been learned.
        ShapeMismatchError
            If X is not (N, L, 4).
        """
        means = [mean for mean, _ in self._chunks(dataset, with_variance=False)]
        found: Float = undo_transforms(np.concatenate([np.zeros(0), *means])[:, None], list(transformers))
        return found

    def predict_uncertainty(self, dataset: Dataset) -> tuple[Float, Float]:
        """Predict efficacy with the standard deviation of what would be measured.

        It has the noise of a measurement; what is not known of the weights; what guides of an unknown target, or at
        an unknown site, differ in; and what studies differ in, with ``other_studies`` or where several studies were
        learned from and the guide's is none of them. The information in training guides that overlap is not
        subtracted, so that it is rather too large for these.

        Parameters
        ----------
        dataset : dc.data.Dataset
            As for :meth:`predict`.

        Returns
        -------
        tuple of ndarray of float64
            Mean and standard deviation, each (N, 1).
        """
        chunks = list(self._chunks(dataset, with_variance=True))
        mean = np.concatenate([np.zeros(0), *(mean for mean, _ in chunks)])
        variance = np.concatenate([np.zeros(0), *(variance for _, variance in chunks)])
        return mean[:, None], np.sqrt(variance)[:, None]

    def drop_training_guides(self) -> None:
        """Forget which guides and targets were learned from, and keep what they say of guides in general.

        Predictions for guides that overlap one learned from, or have its target, are then those for new targets.
        """
        parts, posterior = self._learned()
        self._fitted = parts, posterior._replace(sparse_weights=np.zeros_like(posterior.sparse_weights))
        self._drop_targets()

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return what was learned.

        Returns
        -------
        dict of str to ndarray
            By name; see :mod:`~deepchem_genomics.models.gaussian_process`.

        Raises
        ------
        NotFittedError
            If nothing has been learned.
        """
        parts, posterior = self._learned()
        return gaussian_process.to_arrays(
            Learned(
                parts,
                posterior,
                self._known(),
                self.target_names,
                self.n_learned,
                self._context_scale,
                self._overlap_share,
                self._target_share,
                self._studies,
            )
        )

    def set_arrays(self, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Restore what :meth:`arrays` returned.

        Parameters
        ----------
        arrays : mapping of str to ndarray
            Of a model of guides of the same length.
        """
        learned = gaussian_process.from_arrays(arrays, self.length)
        self._fitted, self._directions = (learned.parts, learned.weights), learned.directions
        self.target_names, self.n_learned = learned.target_names, learned.n_learned
        self._context_scale, self._studies = learned.context_scale, learned.studies
        self._overlap_share, self._target_share = learned.overlap_share, learned.target_share

    @classmethod
    def load(  # type: ignore[override]
        cls,
        folder: str | os.PathLike[str],
        targets: Mapping[str, str] | None = None,
        contexts: Mapping[str, str] | None = None,
        studies: Mapping[str, str] | None = None,
    ) -> "SiRNAGaussianProcess":
        """Read a model that :meth:`save` wrote.

        Parameters
        ----------
        folder : path-like
            The folder.
        targets, contexts, studies : dict of str to str, optional
            Of the guides to predict for; see the constructor.

        Returns
        -------
        SiRNAGaussianProcess
            A model that predicts the same to the bit.

        Raises
        ------
        ModelFolderError
            If the folder is not whole, was changed, or holds another kind of model.
        """
        model: SiRNAGaussianProcess = saving.load(folder, cls)
        model.targets, model.contexts, model.studies = targets, contexts, studies
        return model

    @property
    def study_names(self) -> list[str]:
        """Names of the studies that were learned from, in order; none where none were given."""
        return list(self._studies)

    @property
    def n_parameters(self) -> int:
        """Number of weights: of columns, in common and of each study, 8-mers that are not 0, and targets."""
        _, posterior = self._learned()
        n_columns = len(posterior.weights) * (1 + len(self._studies))
        return n_columns + int(np.count_nonzero(posterior.sparse_weights)) + len(posterior.group_effects)

    def _labeled_rows(self, dataset: Dataset) -> tuple[NDArray[Any], Float, Float, NDArray[Any]]:
        X = self._require_shape(dataset.X)
        labels, weights = check_labels(dataset.y, dataset.w, dataset.ids)
        y, w = one_column("y", labels, len(X)), one_column("w", weights, len(X))
        rows = np.flatnonzero(w)
        if len(rows) < 2:
            raise LabelError(f"{len(rows)} rows have a label (a weight above 0); two are needed to learn from")
        if len(rows) < len(X):
            logger.info("%d of %d guides have no label and are left out", len(X) - len(rows), len(X))
        return X[rows], y[rows], w[rows], np.asarray(dataset.ids)[rows]

    def _require_shape(self, X: NDArray[Any]) -> NDArray[Any]:
        if X.ndim != 3 or X.shape[1:] != (self.length, 4):
            raise ShapeMismatchError(
                f"SiRNAGaussianProcess takes X of shape (N, {self.length}, 4), got {X.shape}; featurize guides of "
                f"{self.length} nt with OneHotNucleotideFeaturizer('ACGU'), or build the model with another length"
            )
        return X

    def _with(self, weights: Weights, directions: NDArray[np.float16], label: str) -> "SiRNAGaussianProcess":
        """Return another model, of one study."""
        parts, _ = self._learned()
        result = SiRNAGaussianProcess(
            self.length, self.targets, self.contexts, noise=self.noise, label=label, seed=self.seed
        )
        result.set_arrays(self.arrays())
        result._fitted, result._directions, result._studies = (parts, weights), directions, {}
        return result

    def _drop_targets(self) -> None:
        parts, posterior = self._learned()
        self._fitted = parts, posterior._replace(group_effects=np.zeros(0), group_variances=np.zeros(0))
        self.target_names = []

    def _learned(self) -> tuple[GuideParts, Weights]:
        if self._fitted is None:
            raise NotFittedError("this SiRNAGaussianProcess has learned nothing yet; call fit first")
        return self._fitted

    def _beside(self, ids: NDArray[Any]) -> Float:
        """Return the columns that are not of the guide: (n, 1) if contexts were learned from, else (n, 0)."""
        if self._context_scale is None:
            return np.zeros((len(ids), 0))
        mean, spread = self._context_scale
        energies = (context_energies(self.contexts or {}, ids) - mean) / spread
        found: Float = np.sqrt(_CONTEXT_SHARE) * np.nan_to_num(energies)[:, None]
        return found

    def _overlaps(self, X: NDArray[Any]) -> csr_matrix:
        kmers = kmer_counts(X, _OVERLAP, sparse=True).astype(np.float64)
        return kmers * np.sqrt(self._overlap_share / (self.length - _OVERLAP + 1))

    def _groups(self, ids: NDArray[Any]) -> NDArray[np.int64]:
        return group_rows(self.targets or {}, ids, self.target_names)

    def _named_studies(self, ids: NDArray[Any], y: Float) -> tuple[list[str], NDArray[np.int64]]:
        """Return the names of the studies to learn from, and which each row is from (N,)."""
        if self.studies is None:
            return [], np.zeros(len(ids), dtype=np.int64)
        require_all("study", self.studies, ids)
        names = sorted({self.studies[str(name)] for name in ids})
        rows = group_rows(self.studies, ids, names)
        for study, name in enumerate(names):
            labels = y[rows == study]
            if len(labels) < _FEWEST or labels.std() == 0:
                what = f"{len(labels)} guides" if len(labels) < _FEWEST else f"labels that are all {labels[0]:g}"
                raise LabelError(
                    f"the study {name!r} has {what}; its scale is known by {_FEWEST} guides or more, strong and weak "
                    "ones: add some, or leave the study out"
                )
        return names, rows

    def _known(self) -> NDArray[np.float16]:
        """Return the directions in which most was learned."""
        parts, _ = self._learned()
        if self._learned_from is not None:
            X, beside, factor, rows, difference = self._learned_from
            with threadpool_limits(1, "blas"):
                kernel = parts.kernel(parts.single(X)) + beside @ beside.T
                columns = np.hstack([parts(X), beside])
                self._directions = gaussian_process.directions(columns, kernel, factor, seed=self.seed)
                for study, (name, of_study) in enumerate(self._studies.items()):
                    own = 1 + difference * (rows == study)[:, None]  # its weights depend on its own labels more
                    found = gaussian_process.directions(own * columns, own * kernel * own.T, factor, seed=self.seed)
                    directions = (found / np.sqrt(1 + difference)).astype(np.float16)
                    self._studies[name] = of_study._replace(directions=directions)
            self._learned_from = None
        return self._directions

    def _chunks(self, dataset: Dataset, with_variance: bool) -> Iterator[tuple[Float, Float]]:
        """Yield means and variances, (n,) each, a few rows at a time."""
        self._learned()
        X, ids = self._require_shape(dataset.X), np.asarray(dataset.ids)
        for start in range(0, len(X), _CHUNK):
            rows = slice(start, start + _CHUNK)
            yield self._chunk(X[rows], ids[rows], with_variance)

    def _chunk(self, X: NDArray[Any], ids: NDArray[Any], with_variance: bool) -> tuple[Float, Float]:
        parts, shared = self._learned()
        if with_variance:
            self._known()
        rows = Rows(np.hstack([parts(X), self._beside(ids)]), self._overlaps(X), self._groups(ids))
        studies = group_rows(self.studies or {}, ids, self.study_names)
        mean, variance = np.zeros(len(X)), np.zeros(len(X) if with_variance else 0)
        for study in np.unique(studies).tolist():
            here = np.flatnonzero(studies == study)
            of_study = None if study < 0 else self._studies[self.study_names[study]]
            weights = shared if of_study is None else of_study.weights_from(shared)
            mean[here] = rows.of(here).mean(weights)
            if with_variance:
                directions = self._directions if of_study is None else of_study.directions
                variance[here] = rows.of(here).variance(weights, directions, self._target_share)
                if of_study is None and (self.other_studies or self._studies):
                    variance[here] += gaussian_process.variance_between_studies(weights, rows.of(here))
        return mean, variance
