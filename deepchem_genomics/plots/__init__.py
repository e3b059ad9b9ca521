"""Pictures, drawn on the caller's Axes.

Each function takes arrays and ``ax=None``, draws, and returns the Axes; none shows or saves anything. Without Axes it
makes a figure of its own, which pyplot does not know of and nobody need close: ``ax.figure`` is that figure.

``learning_curves``
    A score on training and validation data against epochs.
``scores_by_epoch``
    The scores of several networks against epochs, a thin line for each run.
``score_intervals``
    Models in the order of a score, with intervals and published scores.
``roc_curves``, ``precision_recall_curves``
    What classifiers give at each threshold, with the level of a coin.
``calibration_curves``, ``reliability``
    Whether predicted probabilities are the frequencies they promise.
``predicted_against_measured``
    Predicted values against measured ones.
``class_balance``, ``share_histogram``
    How many labels of each class a dataset has; how GC content or unknown bases are distributed.

Matplotlib is needed, and scikit-learn for the curves over thresholds, but not DeepChem. The colours are those of Okabe
and Ito, told apart with any colour vision.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
