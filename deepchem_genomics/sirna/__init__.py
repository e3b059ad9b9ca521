"""Design siRNAs against transcripts.

An siRNA is a duplex of 19 base pairs with two unpaired bases at each 3' end. The *guide* (antisense) strand binds the
transcript. The *passenger* (sense) strand has the sequence of the transcript and is discarded. The literature counts
positions from 1 at the 5' end of either strand: position p of the sense strand pairs with position 20 - p of the
guide. Guides are one-hot encoded, (N, L, 4) in the order A, C, G, U, as :func:`deepchem_genomics.feat.one_hot` returns
them.

``design``
    Every 21-nt site of the transcripts, with its predicted efficacy, a pass or fail for each of :data:`SITE_RULES`,
    the other transcripts that its seed matches, and its rank; and a choice of the best sites, spaced apart.
    :class:`Designer` does this in batches. ``write_design`` writes the results to a folder, as
    ``dcgenomics sirna design`` does.
``check_guides``
    Whether guides of a table are antisense to a target, and which are copies of each other; ``dcgenomics sirna check``.
``Transcriptome``
    The transcripts that guides should not match. It is counted and indexed once and then reused.

The published rules of thumb for guides are in :mod:`deepchem_genomics.feat`: ``ui_tei``, ``reynolds``,
``amarzguioui`` and ``chapter``. Most of them reward what :func:`deepchem_genomics.feat.duplex_ends`
measures: the strand whose 5' end is paired more loosely becomes the guide.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
