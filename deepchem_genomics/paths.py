"""What names a file or folder: apart from :mod:`deepchem_genomics.typing`, since ``--help`` does without NumPy."""

import os
from typing import TypeAlias

__all__ = ["PathLike"]

PathLike: TypeAlias = str | os.PathLike[str]
"""A file or folder."""
