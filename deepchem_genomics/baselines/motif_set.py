"""Eighteen motifs to try on any factor that binds in liver cells, chosen from what is known and not from any score."""

__all__ = ["LIVER_MOTIFS"]

LIVER_MOTIFS = (
    "MA0491.3",  # JUND
    "MA0492.2",  # JUND, the CRE-like site
    "MA0099.4",  # FOS::JUN
    "MA0605.3",  # ATF3
    "MA0018.5",  # CREB1
    "MA1632.2",  # ATF2
    "MA0833.3",  # ATF4
    "MA0150.3",  # Nfe2l2
    "MA0466.4",  # CEBPB
    "MA0114.5",  # HNF4A
    "MA0148.5",  # FOXA1
    "MA0046.3",  # HNF1A
    "MA0139.2",  # CTCF
    "MA0079.5",  # SP1
    "MA0506.3",  # Nrf1
    "MA0062.4",  # GABPA
    "MA0060.4",  # NFYA
    "MA0093.4",  # USF1
)
"""JASPAR 2024 accessions. The basic leucine zippers that JUND pairs or competes with at TGA(C)GTCA: AP-1 (JUND,
FOS::JUN), CREB and ATF (CREB1, ATF2, ATF3, ATF4), NFE2L2 and CEBPB. What opens the chromatin of liver cells such as
HepG2: HNF4A, FOXA1, HNF1A. What marks promoters and insulators in any cell: CTCF, SP1, NRF1, GABPA (ETS), NFYA, USF1.
"""
