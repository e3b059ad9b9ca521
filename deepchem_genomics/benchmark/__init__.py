"""Named data sets x models x seeds, in one report.

A score means little alone. Here each problem says what is scored and what is known to leak, each model meets the
baselines that need no network, with several seeds, and published scores are listed next to it.

:data:`PROBLEMS`, :class:`Problem`
    What is to be predicted. :func:`problem_of_folder` makes one of a dataset folder of your own.
:func:`run`
    Runs what is not finished, each model in a process of its own, side by side or on a cluster.
:func:`read_runs`
    What was measured, and the predictions it was measured on.
:func:`write_report`
    Tables and figures of it. ``dcgenomics benchmark`` does all of this from the shell.

What is compared is the recipes of :data:`deepchem_genomics.recipes.RECIPES`. Problems do not import DeepChem before
they are used.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
