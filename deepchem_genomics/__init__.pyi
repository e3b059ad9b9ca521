from . import cli, data, errors, feat, metrics, models, plots, reproduce, typing
from ._version import __version__
from .registry import register

__all__ = [
    "__version__",
    "cli",
    "data",
    "errors",
    "feat",
    "metrics",
    "models",
    "plots",
    "register",
    "reproduce",
    "typing",
]
