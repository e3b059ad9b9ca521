"""Genomics for DeepChem.

Sequences in, DeepChem datasets, models and scores out. The chapters, in the order in which data flows:

``genome``
    Genome files to intervals, signals and sequences.
``feat``
    Sequences to arrays: the alphabets, one-hot encoding, reverse complements, k-mers, the stability of duplexes,
    published rules of thumb for siRNA guides.
``chemistry``
    Nucleic acids as RDKit molecules: weights, SMILES, and a featurizer that any molecular featurizer can follow.
``motifs``
    Binding motifs from JASPAR or files, and how well sequences match them.
``data``
    Loaders to DeepChem datasets; side inputs such as chromatin accessibility, looked up by sample id.
``simulate``
    Small data sets made from a seed.
``splits``
    Train, valid and test by chromosome, block, group and sequence similarity.
``molnet``
    Named data sets, loaded as MoleculeNet's are.
``models``
    Networks for transcription-factor binding, the same with accessibility, and siRNA efficacy: DeepChem
    ``KerasModel`` s that shuffle, resume and save reproducibly. Boosting, k-mers, known motifs, rules and blends with
    the same interface. All of them are saved and loaded without pickle.
``sirna``
    The design of siRNAs against a transcript.
``interpret``
    What a model looks at: mutagenesis, attributions, motifs.
``variants``
    What variants in a VCF do to a model's prediction.
``scan``
    A model's prediction all along a genome: tracks and peaks.
``explain``
    One page on what a model has learned.
``runs``
    Where long work runs: here, in several processes, on a cluster.
``metrics``
    Ready-made ``dc.metrics.Metric`` objects and bootstrap confidence intervals.
``plots``
    Pictures, drawn on the caller's Axes.
``recipes``
    Named ways to build and train a model, with settings and a space to search: one registry.
``experiments``
    Train, evaluate, tune, benchmark and reproduce, in one call each.
``reproduce``
    The genomics chapter of *Deep Learning for the Life Sciences*, run end to end.
``benchmark``
    Named data sets x models x seeds, to one report.
``tuning``
    The search for hyper-parameters.

Importing the package imports neither DeepChem nor TensorFlow: each chapter is loaded when first touched. Call
:func:`register` once to make the featurizers known to DeepChem's MoleculeNet loaders by name.
"""

import lazy_loader

from deepchem_genomics._version import __version__ as __version__

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
__all__ += ["__version__"]
