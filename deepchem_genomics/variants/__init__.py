"""From a file of variants to what each does to a prediction.

A variant changes a few letters of a genome. Written into a window of a model's length and predicted next to the window
as the genome has it, it says what the model thinks of the change. The steps, in the order in which a reader needs them:

``read_variants``
    VCF or BCF, plain or compressed, to tables of a few thousand rows, one row for each alternative allele.
``REASONS``
    Why an allele may not be scored: every one that is not is counted and listed, under one of these.
``variant_windows``, ``VariantWindows``
    Each allele as two windows of letters of one length, refilled from the genome, with the reference checked.
``allele_predictions``
    What a model predicts for both windows, averaged over both strands.
``Background``, ``random_background``, ``vcf_background``
    How much random substitutions nearby, or the variants of another file, change the prediction: what z is about.
``score_variants``, ``ScoringOptions``, ``Scored``
    All of it for a file of any size, a chunk at a time.
``write_scores``, ``Summary``
    The chunks to TSV, Parquet or VCF, and what was skipped to a table next to it.
``Haplotypes``, ``NOTES``, ``HaplotypeWindows``
    A person's two chromosomes, from phased variants, and windows of both; what was noted about the genotypes.
``predict_haplotypes``
    What a model predicts for the windows of both.

``docs/variants.md`` has the rules and the columns. VCF is read with pysam and bigWig with pybigtools: the extra
``genome``.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
