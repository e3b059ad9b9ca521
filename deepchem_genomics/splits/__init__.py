"""Dividing a data set so that the test says something about data never seen.

A random split of genome windows is a leak: a window's neighbor overlaps it, lies in the same peak and has the same
label, and with a random split it is likely to be in the training set. These splitters keep together what belongs
together. They are DeepChem ``Splitter`` s, from the coarsest division to the finest:

:class:`ChromosomeSplitter`
    Whole chromosomes: the usual choice for genome-wide data.
:class:`BlockSplitter`
    Stretches of a chromosome with a guard gap between the parts: for data from one chromosome.
:class:`GroupSplitter`
    Whole groups of any kind: all guides against a gene, all windows of a patient.
:class:`SimilaritySplitter`
    Clusters of sequences that share a k-mer, so that no near-duplicate is on two sides: for sequences without a place
    in a genome, and for guides whose targets overlap.

All take fractions and a ``seed``; the same seed gives the same split, no seed is seed 0, and NumPy's global generator
is left alone. Row numbers come back sorted. Sizes and numbers of positives are logged, and so is every row left out.
A part that should have rows and has none is an error.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
