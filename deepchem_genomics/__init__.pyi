from . import cli, data, errors, feat, genome, metrics, models, molnet, plots, reproduce, splits, typing
from ._version import __version__
from .registry import register

__all__ = [
    "__version__",
    "cli",
    "data",
    "errors",
    "feat",
    "genome",
    "metrics",
    "models",
    "molnet",
    "plots",
    "register",
    "reproduce",
    "splits",
    "typing",
]
