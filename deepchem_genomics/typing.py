"""The shape vocabulary used in signatures and docstrings.

``N`` examples, ``L`` bases, ``A`` letters (4), ``K`` side tracks, ``T`` tasks.
"""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Ids", "OneHot", "Sequences", "SideValues"]

OneHot: TypeAlias = NDArray[np.int8] | NDArray[np.float32]
"""One-hot nucleotides, (N, L, A): int8, or float32 where ambiguity codes are shared out as fractions."""

SideValues: TypeAlias = NDArray[np.float32]
"""Side inputs such as chromatin accessibility, (N, K) float32."""

Ids: TypeAlias = Sequence[str] | NDArray[np.str_] | NDArray[np.object_]
"""Sample ids, (N,): ``chrom:start-end`` for windows of a genome."""

Sequences: TypeAlias = Sequence[str] | NDArray[np.str_] | NDArray[np.object_] | NDArray[np.bytes_]
"""Nucleotide sequences, N strings."""
