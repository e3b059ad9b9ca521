"""The genomics chapter of *Deep Learning for the Life Sciences*, run end to end.

:func:`run` trains the chapter's three networks, scores them as they learn, and compares the scores with those of the
chapter and with baselines that need no network:

``tf-binding``
    Does the transcription factor JUND bind this window? From its 101 bp of sequence.
``chromatin``
    The same, from the sequence and the accessibility of the chromatin.
``rnai``
    How well does this siRNA silence its target? From the 21 nt of its guide strand.

The data are simulated (:class:`SimulatedSource`) or a folder laid out like the book's (:class:`FolderSource`). What
the chapter published is in :data:`EXPERIMENTS`, once. ``dcgenomics reproduce`` is the same from the shell.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
