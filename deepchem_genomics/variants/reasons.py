"""Why an allele is not scored: one word for a table, one sentence for a reader."""

import re

__all__ = ["REASONS", "reason_of_alleles", "trimmed"]

REASONS = {
    "no_alternative": "ALT is '.': the record has no alternative allele",
    "overlapping_deletion": "ALT is '*': the base is deleted by another record, which is scored itself",
    "symbolic": "ALT is symbolic, such as <DEL> or <DUP>: its letters are not in the file",
    "breakend": "ALT is a breakend, which joins two places of the genome",
    "unknown_base": "REF or ALT has letters other than A, C, G and T",
    "no_change": "REF and ALT are the same",
    "too_long": "REF or ALT, without what both share, is longer than the model's window",
    "unknown_contig": "the genome has no contig of that name",
    "outside_contig": "the record begins before or ends after its contig",
    "ref_mismatch": "REF is not what the genome has there",
    "window_outside_contig": "a window around the variant reaches past an end of the contig",
    "unknown_base_in_window": "the genome has N or another letter than A, C, G and T in a window around the variant",
    "duplicate": "the same change was scored before, in an earlier record or allele",
}
"""What each word in the column ``reason`` means."""

_BASES = re.compile("[ACGT]+", re.IGNORECASE)


def reason_of_alleles(ref: str, alt: str) -> str | None:
    """Say why two alleles cannot be compared, if their letters alone tell.

    Parameters
    ----------
    ref, alt : str
        As in the columns REF and ALT of a VCF file, one ALT.

    Returns
    -------
    str or None
        A key of :data:`REASONS`; None if both are letters and differ.

    Examples
    --------
    >>> [reason_of_alleles("A", alt) for alt in ("G", "a", "<DEL>", "*", "A[chr2:100[", "N")]
    [None, 'no_change', 'symbolic', 'overlapping_deletion', 'breakend', 'unknown_base']
    """
    if alt in (".", ""):
        return "no_alternative"
    if alt == "*":
        return "overlapping_deletion"
    if "[" in alt or "]" in alt or alt.startswith(".") or alt.endswith("."):
        return "breakend"
    if alt.startswith("<"):
        return "symbolic"
    if not (_BASES.fullmatch(ref) and _BASES.fullmatch(alt)):
        return "unknown_base"
    return "no_change" if ref.upper() == alt.upper() else None


def trimmed(ref: str, alt: str) -> tuple[int, str, str]:
    """Take away what two alleles share: first at the right end, then at the left.

    Parameters
    ----------
    ref, alt : str
        Letters.

    Returns
    -------
    int
        How many letters came off the left.
    str
        What is left of REF, upper case; empty for an insertion.
    str
        What is left of ALT, upper case; empty for a deletion.

    Examples
    --------
    >>> trimmed("A", "G"), trimmed("CA", "CAGG"), trimmed("CACA", "CA"), trimmed("CAT", "cgt")
    ((0, 'A', 'G'), (2, '', 'GG'), (0, 'CA', ''), (1, 'A', 'G'))
    """
    ref, alt = ref.upper(), alt.upper()
    shorter = min(len(ref), len(alt))
    right = next((i for i in range(shorter) if ref[-1 - i] != alt[-1 - i]), shorter)
    ref, alt = ref[: len(ref) - right], alt[: len(alt) - right]
    shorter -= right
    left = next((i for i in range(shorter) if ref[i] != alt[i]), shorter)
    return left, ref[left:], alt[left:]
