"""Scores, and intervals for them.

``roc_auc``, ``pr_auc``, ``pearson``, ``spearman``, ``rmse``
    Ready-made ``dc.metrics.Metric`` objects for ``model.evaluate(dataset, [metrics.roc_auc])``. They take the
    ``(N, T)`` probabilities of this package's models as well as the ``(N, T, 2)`` of DeepChem's classifiers.
``ranking_interval``, ``ranking_difference``
    The area under a ROC or precision-recall curve, or how much two models differ in it, with a confidence interval
    that holds with 20 positives, too, and takes no resampling.
``score_interval``, ``score_difference``, ``why_no_interval``
    Any score with its interval, in the way that holds for it: what ``train``, ``evaluate``, ``tune``, ``benchmark`` and
    ``reproduce`` report; and the reason where there are too few rows for one.
``bootstrap_interval``
    Any score with its confidence interval: 146 bound windows among 34,527 leave a ROC AUC of 0.75 uncertain by 0.04.
``paired_bootstrap_interval``
    The difference of two models scored on the same rows, with its interval. Two intervals that overlap may still
    belong to models that differ; this answers the question itself.

The intervals need NumPy, SciPy and scikit-learn only. DeepChem is imported when a metric object is first touched.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
