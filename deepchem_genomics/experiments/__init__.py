"""Experiments in one call each: run, train, evaluate, tune, benchmark, reproduce; what the commands call.

``run``
    From peaks and a genome to an explained model: negatives, dataset, training, scores, one page.
``train``
    Divide a dataset, train a recipe on it, score the model with intervals next to trivial baselines, and save it.
``evaluate``
    Score a saved model on labeled data.
``tune``
    Search for better settings of a recipe on held-out training rows.
``benchmark``
    Compare recipes on named data sets, or on dataset folders of your own, with several seeds, in one report.
``reproduce``
    Run the three experiments of the genomics chapter of *Deep Learning for the Life Sciences*.

Each takes datasets, folders or names, and the name of a recipe of :data:`deepchem_genomics.recipes.RECIPES`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
