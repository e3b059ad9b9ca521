"""From sequences to arrays.

A network sees a nucleotide as a row of four numbers. This chapter holds what the rows mean and how to get there and
back, in the order in which a reader needs it:

``DNA``, ``RNA``
    The :class:`Alphabet` s: four letters whose order is the order of the columns, the IUPAC codes for positions where
    the base is not known exactly, and the complement of each.
``one_hot``, ``decode``
    N strings of L bases to an (N, L, 4) array and back. Strict: a letter that means nothing, an empty sequence or one
    of another length is an error that names the record, never an empty row.
``complete_guides``
    siRNA guides of 19 to 23 nt, completed or cut at their 3' end.
``reverse_complement``, ``reverse_complement_one_hot``
    The other strand, of strings and of arrays.
``kmer_counts``, ``kmer_names``
    How often each k-mer occurs in a sequence, both strands as one if asked.
``gapped_kmer_counts``, ``gapped_kmer_patterns``
    The same for k-mers with gaps, which longer and looser sites are made of.
``stacking_energies``, ``duplex_energy``, ``duplex_ends``, ``melting_temperature``, ``stack_table``
    How tightly RNA strands pair with their complements: nearest-neighbor free energies base by base, of the whole
    duplex, of its two ends (:class:`DuplexEnds`), and the temperature at which it melts.
``ui_tei``, ``reynolds``, ``amarzguioui``, ``chapter``, ``GUIDE_RULES``
    Published rules of thumb for siRNA guides, and a dictionary of them by name. Each returns :class:`RuleScores`: a
    score, whether the guide passes, and each criterion by name. Guides are (N, L, 4) RNA, usually of 21 bases; 19 are
    enough. The literature counts positions from 1 at the 5' end of either strand.
``passenger_core``
    The 19 bases of the passenger (sense) strand that pair with a guide.
``hairpin_temperature``
    The melting temperature of the most stable hairpin of a short RNA strand.
``OneHotNucleotideFeaturizer``, ``KmerFeaturizer``, ``GappedKmerFeaturizer``, ``GuideFeaturizer``
    The encoding, the counts, and what siRNA models learn from as DeepChem featurizers, for loaders and MoleculeNet.

All but the featurizers is NumPy and SciPy alone: DeepChem is imported when one of them is first touched.

DeepChem's own encoders use other columns: ``deepchem.utils.genomics_utils.seq_one_hot_encode`` A, T, C, G, N as rows
of an (N, 5, L, 1) image, and ``FASTALoader(legacy=False)`` A, C, T, G and one for the rest. Do not mix data sets made
with them and with these.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
