"""From a chunk of a table of sequences to rows of a dataset.

Workers run this. It imports neither DeepChem nor TensorFlow, so that a worker is small and starts at once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepchem_genomics.data.parts import Part

__all__ = ["SequenceParts"]


@dataclass(frozen=True)
class SequenceParts:
    """Turn a chunk of a table, as :func:`read_sequence_chunks` gives it, into rows.

    Parameters
    ----------
    encode : callable
        From n sequences to features (n, ...).
    tasks : tuple of str
        Columns of labels.
    """

    encode: Callable[[pd.Series], np.ndarray]
    tasks: tuple[str, ...]

    def __call__(self, table: pd.DataFrame) -> Part:
        """Return one row for each sequence."""
        y = table[list(self.tasks)].to_numpy(np.float32).reshape(len(table), len(self.tasks))
        return Part(self.encode(table["sequence"]), y, table["id"].to_numpy(object))
