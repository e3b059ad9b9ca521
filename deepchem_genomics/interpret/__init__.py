"""Interpretation of models: contributions of each base, and motifs that a model has learned.

By asking the model what would be
    :func:`saturation_mutagenesis` changes every base into every other and predicts again. :func:`insert_motif` writes
    a motif into backgrounds that lack it, :func:`marginalize` many motifs at many places;
    :func:`shuffled_backgrounds` makes such backgrounds. These take any model with ``predict``.
By differentiating it
    :func:`input_gradients` and :func:`integrated_gradients`, for the sequence and, where a network has one, for the
    second input too. These take networks and their ensembles.
By looking at its filters
    :func:`filter_motifs` counts the bases that the first layer responds to, and :func:`match_motifs` finds the known
    motifs that these, or any others, are like.
By gathering what recurs
    :func:`save_for_modisco` writes sequences and contributions as TF-MoDISco reads them, :func:`run_modisco` runs it.

An *effect* is a difference of predictions: the mutant's minus the reference's. A *contribution* is the share of a
base in a prediction; a *hypothetical* contribution is what another letter in its place would have. Both are on the
scale of the logit, if requested, since a probability near 0 or 1 hardly moves with any change of the sequence.

Comparing motifs and running TF-MoDISco need the extra ``interpret``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
