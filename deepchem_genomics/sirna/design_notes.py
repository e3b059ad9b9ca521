"""Messages on what a design left out."""

import itertools
from collections.abc import Iterator, Mapping, Sequence

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.sirna.annotations import Variant
from deepchem_genomics.wording import counted, listed

__all__ = ["capped", "exons", "frequent", "misfits", "without_choice"]

_SHOWN = 5  # records that are named


def capped(n_sites: int, most: int) -> str:
    """Report how many sites have more near-perfect matches than are listed."""
    if not n_sites:
        return ""
    return (
        f"{n_sites} sites have more than {most} near-perfect matches in other genes, as sites in repeats do: the "
        f"closest {most} of each are listed, all are counted (off_target_places)"
    )


def exons(n_records: int, missing: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    """Report which records have no exons, or exons of another length."""
    if missing:
        yield (
            f"the exons of {n_records - len(missing)} of {n_records} records are known, and not those of "
            f"{listed(missing, _SHOWN)}: no variants of the genome are placed on them"
        )
    if other:
        yield (
            f"{len(other)} of {n_records} records have another length than their exons, such as by a poly(A) tail: "
            f"{listed(other, _SHOWN)}; variants whose REF is not there are left out"
        )


def frequent(variants: Mapping[str, list[Variant]], least: float) -> tuple[Mapping[str, list[Variant]], str]:
    """Leave out variants of a lower allele frequency; say how many, and how many have no frequency."""
    if not least:
        return variants, ""
    kept = {
        name: [each for each in found if each.frequency is None or each.frequency >= least]
        for name, found in variants.items()
    }
    n_all, n_kept = (sum(map(len, each.values())) for each in (variants, kept))
    n_unknown = sum(each.frequency is None for found in kept.values() for each in found)
    return kept, (
        f"{n_all - n_kept} of {n_all} variants have an allele frequency (AF) below {least:g} and are left out; "
        f"{n_unknown} have none and are kept"
    )


def misfits(counts: Mapping[str, int], of_genome: bool) -> str:
    """Report how many variants are left out; BadValueError if most are."""
    remedy = (
        "variants and exons of the genome and the annotation that these transcripts are from"
        if of_genome
        else "variants in coordinates of these transcripts, from 1, on their strand"
    )
    what = (
        f"{counts['other']} of {counts['all']} variants have another REF than the transcript, and {counts['past']} "
        "reach past its end"
    )
    if 2 * (counts["other"] + counts["past"]) > counts["all"]:
        raise BadValueError(f"{what}; give {remedy}")
    return f"{what}; they are left out" if counts["other"] or counts["past"] else ""


def without_choice(reasons: Mapping[str, str], n_records: int) -> str:
    """Name records for which no site is chosen, with the reason."""
    if not reasons:
        return ""
    first = "; ".join(f"{record}: {reason}" for record, reason in itertools.islice(reasons.items(), _SHOWN))
    return (
        f"no site is chosen for {len(reasons)} of {counted(n_records, 'record')}: {first}"
        f"{'; and others' if len(reasons) > _SHOWN else ''}"
    )
