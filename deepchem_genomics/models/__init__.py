"""Networks over sequences, as DeepChem models.

:class:`GenomicsModel` is a ``KerasModel`` that shuffles by seed, resumes, stops early, saves without pickle and checks
what it is fed. On it stand the three networks of the genomics chapter of *Deep Learning for the Life Sciences*:

:class:`TFBindingModel`
    Does a transcription factor bind this window? From the sequence alone.
:class:`AccessibilityTFBindingModel`
    The same, with chromatin accessibility (any K tracks) as a second input, looked up by sample id.
:class:`SiRNAEfficacyModel`
    How well does this guide silence its target?

Better than the first two: :class:`RCTFBindingModel`, which treats both strands the same and can start from known
motifs. An :class:`Ensemble` of several shows where they differ; a :class:`Blend` joins models of different kinds.

Better than the last: :class:`SiRNAGaussianProcess`, which is not a network and gives each prediction a standard
deviation. A trained one is included: :func:`load` takes its name, ``sirna-huesken``.

Also here: :class:`EarlyStopping`, :func:`generate_batches` for those who feed ``fit_generator`` themselves, and
:func:`load`, which reads back what ``save`` wrote.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
