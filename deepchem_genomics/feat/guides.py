"""siRNA guides of different lengths, as companies and papers write them, brought to one."""

import re
from collections.abc import Iterable

import numpy as np

from deepchem_genomics.errors import BadValueError, SequenceLengthError
from deepchem_genomics.feat.records import Records, StringRecords, read_records
from deepchem_genomics.typing import Sequences

__all__ = ["PAIRED", "complete_guides", "completed", "require_guide_length", "written_guides"]

PAIRED = 19
"""Bases of a guide that pair with its passenger strand."""

LONGEST = 23
"""Bases of the longest guides that are cut: those of Dicer's products."""

_DEOXY = re.compile(r"[(\[]?d([ACGTU])[)\]]?")  # dT, (dT) or [dT]: a deoxynucleotide, as in overhangs


def complete_guides(guides: Iterable[str] | Sequences, length: int = 21, overhang: str = "UU") -> list[str]:
    """Convert siRNA guides of 19 to 23 nt to one length at their 3' end, where the overhang is.

    Most public sets have the 19 bases that pair; models of guides take 21. Position 1 stays at the 5' end, which is
    what models have learned, so nothing is ever centered.

    Parameters
    ----------
    guides : iterable of str
        N guides, 5' to 3'. T is read as U, and ``dT`` as in ``dTdT`` as one base.
    length : int, default 21
        Bases of the result, 19 to 23.
    overhang : str, default "UU"
        The bases after the 19 that pair, of which those that are missing are added. Longer guides are cut.

    Returns
    -------
    list of str
        N guides of ``length`` bases, upper case, A, C, G and U.

    Raises
    ------
    SequenceLengthError
        If a guide has fewer than 19 or more than 23 bases, or there is not enough overhang.
    BadValueError
        If ``length`` is out of range, or a guide is not a string.
    EmptyInputError
        If there are no guides.

    References
    ----------
    Elbashir, Martinez, Patkaniowska, Lendeckel and Tuschl (2001), Functional anatomy of siRNAs for mediating efficient
    RNAi in Drosophila melanogaster embryo lysate, EMBO Journal 20, 6877-6888, doi:10.1093/emboj/20.23.6877.

    Examples
    --------
    >>> complete_guides(["UUCUCCGAACGUGUCACGU", "TTCTCCGAACGTGTCACGTdTdT", "UUCUCCGAACGUGUCACGUUUAC"])
    ['UUCUCCGAACGUGUCACGUUU', 'UUCUCCGAACGUGUCACGUUU', 'UUCUCCGAACGUGUCACGUUU']
    """
    return completed(read_records(guides if hasattr(guides, "index") else list(guides)), length, overhang).texts


def require_guide_length(length: int) -> None:
    """Raise BadValueError for a number of bases that guides do not have."""
    if not isinstance(length, int | np.integer) or not PAIRED <= length <= LONGEST:
        raise BadValueError(f"length is {length!r}; guides have {PAIRED} to {LONGEST} bases")


def written_guides(records: Records) -> list[str]:
    """Return guides of 19 to 23 bases in A, C, G and U, as far as they are written with ``dT``, T or small letters."""
    records.common_length()  # names what is not a string
    found = []
    for i in range(len(records)):
        guide = _DEOXY.sub(r"\1", records.text(i)).upper().replace("T", "U")
        if not PAIRED <= len(guide) <= LONGEST:
            raise SequenceLengthError(
                f"{records.name(i)} has {len(guide)} bases; guides of {PAIRED} to {LONGEST} can be completed or cut at "
                "their 3' end; drop the record"
            )
        found.append(guide)
    return found


def completed(records: Records, length: int, overhang: str = "UU") -> StringRecords:
    """Complete or cut guides, and keep what error messages call them."""
    require_guide_length(length)
    found = []
    for i, written in enumerate(written_guides(records)):
        guide = written + overhang.upper().replace("T", "U")[len(written) - PAIRED :]
        if len(guide) < length:
            raise SequenceLengthError(
                f"{records.name(i)} has {len(guide)} bases with the overhang {overhang!r}, and {length} are requested; "
                "give a longer overhang"
            )
        found.append(guide[:length])
    return StringRecords(found, getattr(records, "labels", None))
