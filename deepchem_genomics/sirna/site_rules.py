"""The rules that every site is held against, each with its value and whether it passes."""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat import amarzguioui, duplex_ends, hairpin_temperature, reynolds, ui_tei
from deepchem_genomics.feat.guide_rules import count_at
from deepchem_genomics.feat.guides import PAIRED
from deepchem_genomics.sirna.sites import Sites, one_hot_of
from deepchem_genomics.sirna.strand_rules import (
    IMMUNE_MOTIFS,
    TOXIC_MOTIFS,
    WARMEST_SEED,
    g_quadruplexes,
    longest_palindrome,
    longest_run,
    motifs_found,
    seed_temperature,
)

__all__ = ["LIMITS", "SITE_RULES", "SiteRule", "add_failed", "judge_sequences", "not_evaluated", "require_rules"]


class SiteRule(NamedTuple):
    """A rule that a site passes or fails.

    Parameters
    ----------
    name : str
        Column of its value; ``<name>_pass`` says whether it passes.
    passes : str
        What passes, in words.
    required : bool
        Whether a site that fails is not chosen, by default.
    penalty : float
        What failing takes off the score, by default, in units of efficacy. 0 where the model has learned from the
        sequence itself what the rule is about.
    needs : str
        What it needs besides the sequence; "" for nothing.
    """

    name: str
    passes: str
    required: bool = False
    penalty: float = 0.0
    needs: str = ""


LOWEST_GC, HIGHEST_GC = 30.0, 52.0  # % of the 19 pairs
NEAREST_END = 20  # bases: what the model gets on either side; where transcripts end differs from cell to cell
MANY_FAILED = 0.5  # share of the evaluated rules
LIMITS = {"runs": 3.0, "palindrome": 6.0, "hairpin": 20.0, "fold": -3.0, "seed": 0.75}
"""Where rules that are a limit draw it: bases; bases; degrees Celsius; kcal/mol; share of seeds."""

SITE_RULES = {
    rule.name: rule
    for rule in (
        SiteRule("gc", "30 to 52% G or C of the 19 pairs"),
        SiteRule("ui_tei_ends", "guide begins with A or U, passenger with G or C"),
        SiteRule("ui_tei", "all four conditions of Ui-Tei et al. (2004)"),
        SiteRule("asymmetry", "the guide's 5' end is paired more loosely than the passenger's, kcal/mol above 0"),
        SiteRule("reynolds", "6 points or more of Reynolds et al. (2004)"),
        SiteRule("amarzguioui", "3 points or more of Amarzguioui and Prydz (2004)"),
        SiteRule("runs", "no letter more than 3 times in a row in the guide", required=True),
        SiteRule("palindrome", "no self-complementary stretch longer than 6 bases in the guide", penalty=0.03),
        SiteRule("hairpin", "the guide's best hairpin melts below 20 degrees C", penalty=0.02),
        SiteRule("fold", "the guide folds with -3 kcal/mol or more", penalty=0.03, needs="ViennaRNA"),
        SiteRule("immune", f"none of {', '.join(IMMUNE_MOTIFS)} in either strand", required=True),
        SiteRule("g_quadruplex", "no four stretches of GG with 1 to 7 bases between, in either strand", penalty=0.02),
        SiteRule("toxic", f"no {', '.join(TOXIC_MOTIFS)} in either strand", penalty=0.02),
        SiteRule("ends", f"{NEAREST_END} bases or more from both ends of the transcript", penalty=0.05),
        SiteRule("position", "not before base 50 of the coding sequence", penalty=0.03, needs="coding sequences"),
        SiteRule("region", "in the part of the transcript that is requested", needs="a region to choose"),
        SiteRule("place", "in wanted places, apart from places to avoid", required=True, needs="places"),
        SiteRule(
            "isoforms",
            "bases 2 to 19 of the guide pair with all isoforms of its gene",
            needs="a transcriptome, or common sites",
        ),
        SiteRule(
            "also_targets",
            "bases 2 to 19 of the guide pair with a transcript of each further target",
            needs="a transcriptome and further targets",
        ),
        SiteRule("snp", "no known variant in the site", required=True, needs="variants"),
        SiteRule("seed_tm", f"the guide's seed duplex melts below {WARMEST_SEED} degrees C", penalty=0.05),
        SiteRule(
            "passenger_seed_tm", f"the passenger's seed duplex melts below {WARMEST_SEED} degrees C", penalty=0.02
        ),
        SiteRule(
            "seed",
            "seed matches fewer transcripts, or 3' UTRs, than a quarter of all seeds do",
            penalty=0.05,
            needs="a transcriptome or 3' UTRs",
        ),
        SiteRule("mirna", "no seed of a known miRNA", penalty=0.02, needs="known miRNAs"),
        SiteRule(
            "conserved",
            "the whole site occurs in a transcript of the other species",
            needs="transcripts of another species",
        ),
        SiteRule(
            "off_target",
            "no other gene pairs with bases 2 to 19 of either strand with 0 or 1 mismatch",
            required=True,
            needs="a transcriptome",
        ),
    )
}
"""All rules by name, in the order of their columns."""

_CHUNK = 8192


def judge_sequences(sites: Sites) -> pd.DataFrame:
    """Evaluate the rules that need only the sequence of a site.

    Examples
    --------
    >>> from deepchem_genomics.sirna.sites import find_sites
    >>> from deepchem_genomics.sirna.transcripts import Transcript
    >>> table = judge_sequences(find_sites([Transcript("toy", "UUGGCGCGAUCGAUCGAUUAA")]))
    >>> table[["gc", "gc_pass", "ui_tei", "ui_tei_pass"]].to_dict("records")
    [{'gc': 52.6, 'gc_pass': False, 'ui_tei': 4, 'ui_tei_pass': True}]
    """
    parts = [_judge(sites, slice(start, start + _CHUNK)) for start in range(0, len(sites.start), _CHUNK)]
    return pd.concat(parts, ignore_index=True) if parts else _judge(sites, slice(0, 0))


def _judge(sites: Sites, rows: slice) -> pd.DataFrame:
    guide, passenger = sites.guide[rows], sites.passenger[rows]
    letters = one_hot_of(guide)
    gc = 100 * count_at(letters, 1, PAIRED, "GC") / PAIRED
    conditions, points, motifs = ui_tei(letters), reynolds(letters), amarzguioui(letters)
    asymmetry = duplex_ends(letters).asymmetry
    runs, palindrome = longest_run(guide), longest_palindrome(guide)
    hairpin, seed_tm = hairpin_temperature(letters), seed_temperature(letters)
    passenger_seed_tm = seed_temperature(one_hot_of(passenger))
    from_start = sites.start[rows]
    ends = np.minimum(from_start, sites.n_windows[sites.record[rows]] - 1 - from_start)
    quadruplex = g_quadruplexes(guide, passenger)
    immune, toxic = (motifs_found(guide, passenger, words) for words in (IMMUNE_MOTIFS, TOXIC_MOTIFS))
    loose_ends = conditions.criteria["guide_starts_AU"] & conditions.criteria["sense_starts_GC"]
    return pd.DataFrame(
        {
            "gc": gc.round(1),
            "gc_pass": (gc >= LOWEST_GC) & (gc <= HIGHEST_GC),
            "ui_tei_ends": _ends(guide),
            "ui_tei_ends_pass": loose_ends,
            "ui_tei": conditions.score,
            "ui_tei_pass": conditions.passes,
            "asymmetry": asymmetry.round(2),
            "asymmetry_pass": asymmetry > 0,
            "reynolds": points.score,
            "reynolds_pass": points.passes,
            "amarzguioui": motifs.score,
            "amarzguioui_pass": motifs.passes,
            "runs": runs,
            "runs_pass": runs <= LIMITS["runs"],
            "palindrome": palindrome,
            "palindrome_pass": palindrome <= LIMITS["palindrome"],
            "hairpin": np.where(np.isfinite(hairpin), hairpin.round(1), np.nan),
            "hairpin_pass": ~(hairpin >= LIMITS["hairpin"]),
            "immune": immune,
            "immune_pass": immune == "",
            "g_quadruplex": quadruplex,
            "g_quadruplex_pass": quadruplex == "",
            "toxic": toxic,
            "toxic_pass": toxic == "",
            "ends": ends,
            "ends_pass": ends >= NEAREST_END,
            "seed_tm": seed_tm.round(1),
            "seed_tm_pass": seed_tm < WARMEST_SEED,
            "passenger_seed_tm": passenger_seed_tm.round(1),
            "passenger_seed_tm_pass": passenger_seed_tm < WARMEST_SEED,
        }
    )


_PAIRS = np.array([f"{guide}/{sense}" for guide in "ACGU" for sense in "ACGU"], dtype=object)


def _ends(guide: np.ndarray) -> np.ndarray:
    """Write the first base of the guide and of the passenger: ``U/G``."""
    found: np.ndarray = _PAIRS[guide[:, 0].astype(np.int64) * 4 + (3 - guide[:, PAIRED - 1])]
    return found


def add_failed(sites: pd.DataFrame) -> None:
    """Add ``rules_evaluated`` and ``rules_failed``, and ``poor``: whether that is half of them or more."""
    verdicts = pd.DataFrame(
        {name: sites[f"{name}_pass"].astype("boolean") for name in SITE_RULES if f"{name}_pass" in sites.columns}
    )
    sites["rules_evaluated"] = verdicts.notna().sum(axis=1).astype(np.int64)
    sites["rules_failed"] = (~verdicts).sum(axis=1).astype(np.int64)
    sites["poor"] = sites["rules_failed"] >= MANY_FAILED * sites["rules_evaluated"]


def not_evaluated(sites: pd.DataFrame) -> list[str]:
    """Return the rules that no site was held against, because what they need was not given."""
    return [name for name in SITE_RULES if f"{name}_pass" not in sites.columns or sites[f"{name}_pass"].isna().all()]


def require_rules(names: Iterable[str], what: str) -> None:
    """Raise an error unless every name is a rule's."""
    for name in names:
        if name not in SITE_RULES:
            raise BadValueError(f"there is no rule {name!r} for {what}; rules are {', '.join(SITE_RULES)}")
