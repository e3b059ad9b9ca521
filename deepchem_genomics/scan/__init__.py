"""From a model to a track along the genome.

Predict for every window of every chromosome: for genomes of any size, in memory that does not grow, in any number of
processes; an interrupted scan continues where it stopped:

:func:`scan_genome`
    Every window of a genome to a bigWig track, and to peaks: the windows that score high, merged where they overlap.
:class:`ScanOptions`
    Which windows, strands and peaks.
:class:`Scan`
    What it says afterwards: how many windows were scored and left out, how many peaks, how fast.

Windows begin at 0, ``stride``, ``2 * stride`` and so on. A chromosome is worked on in stretches of a million bases:
each is one-hot encoded once and its windows are views of it. A finished stretch is a file in a folder next to the
output, so a scan that was killed is resumed by the same call.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
