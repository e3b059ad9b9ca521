"""Boosted trees as plain arrays: what LightGBM or scikit-learn has grown, kept without their objects.

scikit-learn's estimators can be kept as pickles only, which run code when read and belong to one release; LightGBM need
not be there to predict. The nodes of the trees are a few numbers each. Predictions are computed by scikit-learn's own
compiled reader of such nodes, for a model that was just fitted as for one that was loaded; that reader is not part of
its public interface, so ``tests/models/test_trees.py`` compares it with ``predict`` of what the trees come from.
"""

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from sklearn.utils._openmp_helpers import _openmp_effective_n_threads

__all__ = ["Trees"]

_NODE = {
    "feature": np.int32,
    "threshold": np.float64,
    "left": np.int32,
    "right": np.int32,
    "value": np.float64,
    "is_leaf": np.bool_,
    "missing_left": np.bool_,
}
_NO_CATEGORIES = np.zeros((0, 8), dtype=np.uint32)


class Trees:
    """A sum of regression trees over F features.

    ``baseline`` is predicted before the first tree; ``sizes`` are the numbers of nodes of the trees. Arrays of all
    nodes: a row goes ``left`` if its ``feature`` is at most the ``threshold``, else ``right`` (numbers of nodes within
    the tree), and by ``missing_left`` if it is NaN; ``value`` is what a leaf (``is_leaf``) adds.
    """

    def __init__(
        self, baseline: float, n_features: int, sizes: NDArray[Any], nodes: Mapping[str, NDArray[Any]]
    ) -> None:
        self.baseline = float(baseline)
        self.n_features = int(n_features)
        self.sizes = np.asarray(sizes, dtype=np.int64)
        self.nodes: dict[str, NDArray[Any]] = {
            name: np.asarray(nodes[name], dtype=kind) for name, kind in _NODE.items()
        }
        self._require_sound()
        records = np.zeros(int(self.sizes.sum()), dtype=PREDICTOR_RECORD_DTYPE)
        names = {"feature": "feature_idx", "threshold": "num_threshold", "missing_left": "missing_go_to_left"}
        for name, values in self.nodes.items():
            records[names.get(name, name)] = values
        starts = np.concatenate([[0], np.cumsum(self.sizes)])
        self._predictors = [
            TreePredictor(np.ascontiguousarray(records[start:end]), _NO_CATEGORIES, _NO_CATEGORIES)
            for start, end in itertools.pairwise(starts)
        ]

    @classmethod
    def of_booster(cls, booster: Any) -> "Trees":
        """Copy the trees of a LightGBM booster of one output without categorical features; their sum is the logit."""
        trees = [_nodes_of(text) for text in booster.model_to_string().split("\nTree=")[1:]]
        nodes = {name: np.concatenate([tree[name] for tree in trees]) for name in _NODE}
        return cls(0.0, booster.num_feature(), np.array([len(tree["value"]) for tree in trees]), nodes)

    @classmethod
    def of_regressor(cls, boosting: GradientBoostingRegressor) -> "Trees":
        """Copy the trees of a fitted regressor that begins with the mean; it compares features rounded to float32."""
        trees = [estimator.tree_ for estimator in boosting.estimators_[:, 0]]
        nodes: dict[str, NDArray[Any]] = {
            "feature": np.concatenate([np.maximum(tree.feature, 0) for tree in trees]),
            "threshold": np.concatenate([tree.threshold for tree in trees]),
            "left": np.concatenate([np.maximum(tree.children_left, 0) for tree in trees]),
            "right": np.concatenate([np.maximum(tree.children_right, 0) for tree in trees]),
            "value": np.concatenate([boosting.learning_rate * tree.value[:, 0, 0] for tree in trees]),
            "is_leaf": np.concatenate([tree.children_left < 0 for tree in trees]),
            "missing_left": np.concatenate([tree.missing_go_to_left.astype(bool) for tree in trees]),
        }
        baseline = float(np.ravel(boosting.init_.constant_)[0])
        return cls(baseline, boosting.n_features_in_, np.array([tree.node_count for tree in trees]), nodes)

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> "Trees":
        """Build it from what :meth:`arrays` returned; KeyError or ValueError for missing arrays or invalid nodes."""
        return cls(float(arrays["baseline"]), int(arrays["n_features"]), arrays["sizes"], arrays)

    def arrays(self) -> dict[str, NDArray[Any]]:
        """Return the trees as arrays, named as the constructor's parameters."""
        return {
            "baseline": np.asarray(self.baseline),
            "n_features": np.asarray(self.n_features),
            "sizes": self.sizes,
            **self.nodes,
        }

    def __call__(self, features: NDArray[Any]) -> NDArray[np.float64]:
        """Sum up the trees for features (n, F); ValueError for another number of features than F."""
        X = np.asarray(features, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != self.n_features:
            raise ValueError(f"features have shape {X.shape}; the trees were grown on {self.n_features} per row")
        total = np.full(len(X), self.baseline)
        threads = _openmp_effective_n_threads()
        no_map = np.zeros(self.n_features, dtype=np.uint32)
        for predictor in self._predictors:
            total += predictor.predict(X, _NO_CATEGORIES, no_map, threads)
        return total

    def _require_sound(self) -> None:
        """Raise for nodes that the compiled reader would follow out of its memory."""
        if len({len(values) for values in self.nodes.values()} | {int(self.sizes.sum())}) > 1 or (self.sizes < 1).any():
            raise ValueError("the arrays of the trees are not equally long")
        inner = ~self.nodes["is_leaf"]
        places = np.concatenate([np.arange(size) for size in self.sizes.tolist()] or [np.zeros(0, int)])
        size_of = np.repeat(self.sizes, self.sizes)
        for name in ("left", "right"):
            children = self.nodes[name]
            if not ((children > places) & (children < size_of))[inner].all():  # later nodes only, so no circle
                raise ValueError(f"a node's {name} child is not one of the later nodes of its tree")
        features = self.nodes["feature"][inner]
        if len(features) and not 0 <= features.min() <= features.max() < self.n_features:
            raise ValueError(f"a node asks for a feature that is not among the {self.n_features}")


def _nodes_of(text: str) -> dict[str, NDArray[Any]]:
    """Read a tree of LightGBM's text format: the nodes that ask, numbered as there, and after them the leaves."""
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    n_leaves = int(fields["num_leaves"])
    n_inner = n_leaves - 1

    def of(name: str, kind: type) -> NDArray[Any]:
        return np.array(fields.get(name, "").split(), dtype=kind)

    def nodes(inner: NDArray[Any], leaf: Any) -> NDArray[Any]:
        return np.concatenate([inner, np.broadcast_to(leaf, n_leaves)])

    def children(side: str) -> NDArray[Any]:
        found = of(f"{side}_child", int)
        return nodes(
            np.where(found >= 0, found, n_inner + ~found), 0
        )  # a leaf is written as the complement of its number

    threshold, how = of("threshold", float), of("decision_type", int)
    nan_has_a_side = how >> 2 == 2  # elsewhere no NaN was seen, and one counts as 0
    return {
        "feature": nodes(of("split_feature", int), 0),
        "threshold": nodes(threshold, 0.0),
        "left": children("left"),
        "right": children("right"),
        "value": nodes(np.zeros(n_inner), of("leaf_value", float)),
        "is_leaf": nodes(np.zeros(n_inner, bool), True),
        "missing_left": nodes(np.where(nan_has_a_side, how & 2 != 0, threshold >= 0), False),
    }
