"""The models that come with the package, by name."""

import os
from pathlib import Path

__all__ = ["MODEL_NAMES", "model_folder"]

_FOLDER = Path(__file__).parent / "pretrained"

MODEL_NAMES = ("sirna-huesken",)
"""What may be given wherever a model's folder may; ``./sirna-huesken`` is a folder of that name."""


def model_folder(model: str | os.PathLike[str]) -> Path:
    """Return the folder of a shipped model given by name; of any other text, the path.

    >>> model_folder("sirna-huesken").is_dir(), model_folder("my-model").name
    (True, 'my-model')
    """
    return _FOLDER / model if str(model) in MODEL_NAMES else Path(model)
