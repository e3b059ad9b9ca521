"""The type of paths; apart from :mod:`deepchem_genomics.typing`, so that ``--help`` does not import NumPy."""

import os
from typing import TypeAlias

__all__ = ["PathLike"]

PathLike: TypeAlias = str | os.PathLike[str]
"""A file or folder."""
