"""Loaders to DeepChem data sets, and arrays by sample id: second inputs of a model.

A DeepChem data set has one ``X`` for each sample. What else is known about the same samples, such as how open the
chromatin of each window is, is not packed into ``X`` but kept in a :class:`SideInput`: a table with one row per id,
which the model looks up for each batch. :class:`Scaling` brings its values to where a network can see them; it is
fitted on the training ids only, and saved with the model. :func:`with_neighbors` gives a window the values of those
next to it, too.

Nothing here needs DeepChem or TensorFlow but where a DeepChem data set is requested.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
