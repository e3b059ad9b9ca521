"""siRNAs: what decades of trial made into rules, and designs that put them beside a model's predictions.

An siRNA is a duplex of 19 base pairs with two bases hanging over at each 3' end. The *guide* (antisense) strand finds
the transcript; the *passenger* (sense) strand reads like the transcript, and is thrown away. The literature counts
positions from 1 at the 5' end of either strand: position p of the sense strand pairs with position 20 - p of the
guide. Guides are one-hot encoded, (N, L, 4) in the order A, C, G, U, as :func:`deepchem_genomics.feat.one_hot` makes
them; L is 21 as a rule, and 19 bases suffice.

``ui_tei``, ``reynolds``, ``amarzguioui``, ``chapter``
    Published rules of thumb. Each returns :class:`RuleScores`: a score, whether it is one that the authors would try,
    and each criterion by name, so that a table can say why.
``RULES``
    The same by name, for whoever lets the user choose.
``passenger_core``
    The 19 bases of the passenger strand that pair with a guide.
``hairpin_temperature``
    The temperature below which a strand folds back on itself.

``design``
    Every 21-nt site of transcripts with its predicted efficacy, a pass or fail for each of :data:`SITE_RULES`, what
    else its seed matches, and a rank; the best of each, apart from each other. :class:`Designer` does it in batches,
    and ``write_design`` to a folder, as ``dcgenomics sirna design`` does.
``Transcriptome``
    What guides should spare: counted and indexed once, then looked up.

The numbers in :func:`deepchem_genomics.feat.duplex_ends` say the same as most rules: the strand whose 5' end is the
looser one becomes the guide.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
