"""Motifs of transcription factors: matrices of letter counts, and the scores that they give to sequences.

A :class:`CountMatrix` says how often each letter was seen at each position of a factor's sites. :func:`read_motifs`
reads them from files, :func:`jaspar_motifs` takes them from JASPAR by accession or name; both need the extra
``motifs``. :func:`best_scores` and :func:`occupancy_scores` give each sequence one number per motif, from all places on
both strands, and :func:`log_odds_filters` lays matrices out as the kernel of a convolution.

Scores are natural logarithms of how much likelier a stretch is as a site than as background. Nothing here needs
DeepChem or TensorFlow.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
