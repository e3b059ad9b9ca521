"""Hyper-parameter search: which learning rate, which width, how much dropout, for this model on these data.

:func:`tune`
    Draws settings from a space, or goes through a grid; trains a recipe with each on the training rows; scores it on
    rows held out of them, never on what a benchmark scores. It is resumable, and runs trials side by side.
:func:`read_space`
    A space from a TOML file. What is searched by default is in each recipe's ``space`` and ``grid``, see
    :data:`deepchem_genomics.recipes.RECIPES`; :class:`~deepchem_genomics.recipes.Choice` and
    :class:`~deepchem_genomics.recipes.Range` say what a setting may be.
:class:`GridSearch`, :class:`RandomSearch`
    DeepChem's own ``GridHyperparamOpt`` and ``RandomHyperparamOpt``, with keys that tell 1e-7 from 2e-7: for searches
    in a notebook, over any DeepChem model.

The default space of the chapter's networks
-------------------------------------------
=================  ==========================================  ===========================================
parameter          ``network``, ``network-accessibility``      ``sirna-network``
=================  ==========================================  ===========================================
``learning_rate``  0.0001 to 0.01, evenly in its logarithm     0.0003 to 0.03, evenly in its logarithm
``dropout``        0.1 to 0.6                                  0 to 0.6
``n_layers``       1, 2, 3, 4                                  1, 2, 3
``filters``        10, 15, 30, 60                              5, 10, 20, 40
``kernel_size``    6 to 20 bases                               3 to 12 bases
``batch_size``     250, 500, 1000                              50, 100, 250, 1000
``scale``          log-standard, standard (accessibility)
``epochs``         40 at most                                  200 at most
``patience``       15 epochs without a better score            30 epochs without a better score
=================  ==========================================  ===========================================

The first trial of a random search has the default settings,
so what is found is never worse than those on the held-out rows. The score of the best of many trials is too good, for
it was chosen by that very score: what to expect of it is for rows to tell that no trial was scored on.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
