"""Pictures, drawn on the caller's Axes.

Each function takes arrays, draws, and returns the Axes; none shows or saves anything. Three parameters mean the same in
all of them:

``ax`` : matplotlib.axes.Axes, optional
    Where to draw. By default a figure of its own, ``ax.figure``, unknown to pyplot, which need not be closed; a
    notebook shows it where the Axes are the value of a cell.
``title`` : str, optional
    Title of the Axes.
``order`` : sequence of str, optional
    Names in the order in which colors are given out, so that each model has one color in several pictures.

``learning_curves``
    A score on training and validation data against epochs.
``scores_by_epoch``
    The scores of several networks against epochs, a thin line for each run.
``score_intervals``, ``ModelScore``
    Models in the order of a score, with intervals and published scores.
``roc_curves``, ``precision_recall_curves``
    What classifiers give at each threshold, with the level of a coin.
``calibration_curves``, ``reliability``
    Whether predicted probabilities are the frequencies they promise.
``predicted_against_measured``
    Predicted values against measured ones.
``class_balance``, ``share_histogram``
    How many labels of each class a dataset has; how GC content or unknown bases are distributed.
``contribution_logo``, ``motif_logo``
    Sequence logos: what each base contributes to a prediction; what a motif looks like.
``contribution_bars``
    How much of each prediction comes from the sequence, how much from other inputs.
``mutagenesis_heatmap``
    What every exchange of one letter does to a prediction.
``filter_gallery``
    What filters of a network look for, each with the known motif it resembles.
``genome_track``
    A signal along a chromosome, and the peaks in it.
``site_map``
    Predicted efficacy along a transcript, and the sites chosen there.
``variant_lollipop``
    What variants do to a prediction, along a chromosome.

docs/gallery.md shows each of them. Matplotlib is needed; logomaker (the extra ``plots``) for logos and scikit-learn for
curves over thresholds, but not DeepChem. The colors are those of Okabe and Ito, distinct with any color vision.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
