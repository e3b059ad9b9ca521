"""What a worker needs of a featurizer: a function from letters to features, without DeepChem where that can be."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from deepchem_genomics.errors import ShapeMismatchError
from deepchem_genomics.feat import Alphabet, one_hot

__all__ = ["encoder_of"]


def encoder_of(featurizer: Any) -> Callable[[Any], np.ndarray]:
    """Return what turns sequences into features as a featurizer does.

    Parameters
    ----------
    featurizer : dc.feat.Featurizer
        The featurizer.

    Returns
    -------
    callable
        Takes an (n, L) array of ASCII letters or a list of n strings, returns features (n, ...). It can be sent to
        workers; that of ``OneHotNucleotideFeaturizer`` imports neither DeepChem nor TensorFlow there.
    """
    from deepchem_genomics.feat import OneHotNucleotideFeaturizer

    if type(featurizer) is OneHotNucleotideFeaturizer:
        return partial(
            one_hot,
            alphabet=Alphabet.from_letters(featurizer.alphabet),
            length=featurizer.length,
            on_length=featurizer.on_length,
            unknown=featurizer.unknown,
            interchange_tu=featurizer.interchange_tu,
        )
    return partial(_featurize, featurizer)


def _featurize(featurizer: Any, sequences: Any) -> np.ndarray:
    """Featurize, and make sure that there is one row of numbers a sequence: stock featurizers only log what fails."""
    texts = [row.tobytes().decode() for row in sequences] if isinstance(sequences, np.ndarray) else list(sequences)
    try:
        features = np.asarray(featurizer.featurize(texts))
    except ValueError as error:
        raise ShapeMismatchError(f"{featurizer} gives rows of different shapes ({error}); use another") from error
    if features.dtype == object or len(features) != len(texts):
        raise ShapeMismatchError(
            f"{featurizer} gives {len(features)} rows of {features.dtype} for {len(texts)} sequences; a featurizer "
            "must give one array of numbers of the same shape for each sequence"
        )
    return features
