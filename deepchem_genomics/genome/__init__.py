"""From files to intervals to sequences.

A genome is a few files that speak of the same chromosomes: letters, intervals, signals. This chapter reads them, makes
sure that they do, and hands on tables of intervals and arrays of letters, in the order in which a reader needs it:

``read_intervals``, ``read_interval_chunks``
    BED, narrowPeak, TSV, CSV or Parquet to a table of intervals, with the line of each kept for error messages.
``interval_ids``, ``parse_ids``, ``center``
    Intervals to ids such as ``chr21:100-201:+`` and back; to windows of one length around their middle or summit.
``match_names``
    ``chr22`` and ``22`` are one chromosome: which name of one file is which of the other.
``Genome``
    FASTA (plain or compressed) or 2bit; the sequences of many intervals at once, of either strand.
``Signal``
    bigWig; the mean, least or largest value over each of many intervals.
``tile``, ``overlap_bases``
    Chromosomes to windows side by side; how much of each window lies in peaks.
``gc_content``, ``share_of_n``
    What sequences are made of.
``random_windows``, ``gc_matched_windows``, ``dinucleotide_shuffle``
    Negatives: places away from the peaks, places alike in G and C, and sequences with the same dinucleotides.

Coordinates are 0-based and half-open, and the strand never swaps start and end: ``docs/coordinates.md``. All is NumPy
and pandas. pysam (for bgzip), py2bit (2bit) and pybigtools (bigWig) are imported when such a file is opened; the extra
``genome`` installs them.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
