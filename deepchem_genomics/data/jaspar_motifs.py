"""Binding motifs of JUND and ATF3: the JASPAR count matrices that the simulator plants sites from.

Three matrices of the JASPAR CORE vertebrate collection [1]_, which JASPAR publishes under the Creative Commons
Attribution license CC BY 4.0 (https://jaspar.elixir.no). The counts are unchanged; only the layout is ours: one line a
letter, in the order A, C, G, T.

References
----------
.. [1] Rauluseviciute et al., "JASPAR 2024: 20th anniversary of the open-access database of transcription factor
   binding profiles", Nucleic Acids Research 52:D174-D182 (2024), doi:10.1093/nar/gkad1059.
"""

from deepchem_genomics.motifs.count_matrix import CountMatrix

__all__ = ["ATF3", "JUND", "JUND_AND_ATF3", "JUND_VARIANT", "CountMatrix"]

# fmt: off
JUND = CountMatrix("MA0491.2", "JUND", (
    (28467, 29234, 70166, 644, 1365, 103797, 4634, 2053, 4915, 103420, 2796, 27969, 28212),
    (21965, 19712, 10173, 757, 873, 650, 76028, 496, 98628, 751, 12025, 28250, 29793),
    (25006, 31347, 20586, 443, 99787, 573, 20633, 1147, 953, 965, 7908, 22249, 19236),
    (30507, 25652, 5020, 104101, 3920, 925, 4650, 102249, 1449, 809, 83216, 27477, 28704),
))
"""MA0491.2: the seven-letter site TGACTCA (TGAGTCA on the other strand) that AP-1 dimers prefer."""

JUND_VARIANT = CountMatrix("MA0492.1", "JUND(var.2)", (
    (11448, 13436, 11261, 13616, 25347, 0, 0, 33631, 0, 5124, 0, 8793, 33631, 267, 10255),
    (4326, 3228, 4836, 2452, 169, 0, 0, 0, 10406, 1824, 3935, 24697, 0, 5470, 10841),
    (7996, 8721, 8110, 15761, 8115, 0, 33511, 0, 8287, 26683, 0, 141, 0, 2407, 6351),
    (9861, 8246, 9424, 1802, 0, 33631, 120, 0, 14938, 0, 29696, 0, 0, 25487, 6184),
))
"""MA0492.1: the eight-letter site, TGATGTCA or TGACGTCA, with loose letters in the middle."""

ATF3 = CountMatrix("MA0605.2", "ATF3", (
    (8505, 24741, 0, 0, 40546, 0, 891, 0, 1520, 40546, 0, 6919),
    (8220, 1354, 0, 0, 0, 40546, 0, 0, 40546, 0, 15737, 16820),
    (16894, 15805, 1, 40546, 0, 0, 40546, 0, 0, 0, 1094, 8242),
    (6926, 0, 40546, 1366, 0, 556, 0, 40546, 0, 0, 24808, 8564),
))
"""MA0605.2: the eight-letter site TGACGTCA (the cyclic-AMP response element), nearly without exceptions."""
# fmt: on

JUND_AND_ATF3 = (JUND, JUND_VARIANT, ATF3)
"""The matrices the simulator plants, in the order of its ``site_motif`` numbers."""
