from .composition import class_balance, share_histogram
from .curves import learning_curves

__all__ = ["class_balance", "learning_curves", "share_histogram"]
