"""Small data sets made from a seed, for tests and for a first try without a download.

:func:`simulate_tf_binding`, :func:`simulated_tf_datasets`
    Windows bound or not bound by a transcription factor, and how open their chromatin is.
:func:`simulate_sirna`, :func:`simulated_sirna_datasets`
    siRNA guides and their efficacy.

They are always labeled as simulated: all ids begin with ``simulated``. Nothing here needs DeepChem or TensorFlow
unless a DeepChem data set is requested.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
