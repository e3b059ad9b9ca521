"""From what is known of sites to an order, and to the best that lie apart.

The score of a site is its predicted efficacy, less a penalty for each rule that it fails and that the model of efficacy
knows nothing of, less a penalty for each other gene that it matches with two mismatches. Sites that fail a
required rule come after all others. Nothing else counts; ``rank_reason`` says in words what did, and which required
rules were not evaluated.
"""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.sirna.site_rules import SITE_RULES

__all__ = [
    "INTACT_TWO_MISMATCHES",
    "MOST_FOR_TWO_MISMATCHES",
    "PENALTIES",
    "REQUIRED",
    "TWO_MISMATCHES",
    "add_rank",
    "add_score",
    "choose_spaced",
    "fails_any",
    "waiting_sites",
    "why_none",
]

REQUIRED = tuple(rule.name for rule in SITE_RULES.values() if rule.required)
"""Rules that a chosen site passes, unless said otherwise."""

PENALTIES = {rule.name: rule.penalty for rule in SITE_RULES.values() if rule.penalty}
"""What failing a rule takes off the score, unless said otherwise."""

INTACT_TWO_MISMATCHES, TWO_MISMATCHES, MOST_FOR_TWO_MISMATCHES = 0.02, 0.01, 0.10
"""What each gene matched with two mismatches takes off: if bases 2 to 11 pair, if not, and all of them at most."""


def add_score(sites: pd.DataFrame, required: Collection[str], penalties: Mapping[str, float]) -> None:
    """Add the columns ``score``, ``eligible`` and ``rank_reason``."""
    failed, words, taken = list[NDArray[np.bool_]](), list[str](), list[float]()
    for name in SITE_RULES:
        if f"{name}_pass" not in sites or not (name in required or penalties.get(name, 0)):
            continue
        failed.append((sites[f"{name}_pass"] == False).to_numpy(dtype=bool, na_value=False))  # noqa: E712 (may be NA)
        is_required = name in required
        taken.append(0.0 if is_required else penalties[name])
        words.append(f"fails {name}" if is_required else f"{name} -{penalties[name]:g}")
        if is_required:
            unknown = sites[f"{name}_pass"].isna()
            if name == "off_target" and "off_target_searched" in sites:
                unknown = unknown & sites["off_target_searched"]
            failed.append(unknown.to_numpy(dtype=bool))
            taken.append(0.0)
            words.append(f"{name} not evaluated")
    table = np.column_stack([*failed, np.zeros(len(sites), dtype=bool)])
    penalty = table[:, :-1] @ np.array(taken, dtype=np.float64)
    patterns, which = np.unique(table, axis=0, return_inverse=True)
    phrases = ["".join(f"; {word}" for word, fails in zip(words, row, strict=False) if fails) for row in patterns]
    reasons = [
        f"efficacy {efficacy:.3f}{phrases[number]}"
        for efficacy, number in zip(sites["efficacy"], which.ravel().tolist(), strict=True)
    ]
    sites["eligible"] = ~fails_any(sites, required)
    if "off_target_2" in sites:
        genes, intact = (
            sites[name].fillna(0).to_numpy(dtype=np.float64) for name in ("off_target_2", "off_target_2_intact")
        )
        each = intact * INTACT_TWO_MISMATCHES + (genes - intact) * TWO_MISMATCHES
        twos = np.minimum(each, MOST_FOR_TWO_MISMATCHES).round(4)
        penalty = penalty + twos
        for row in np.flatnonzero(twos):
            reasons[row] += f"; two-mismatch genes -{twos[row]:g}"
        sites["eligible"] &= sites["off_target_searched"]
        for row in np.flatnonzero(~sites["off_target_searched"]):
            reasons[row] += "; not searched for near-perfect matches"
    sites["score"] = (sites["efficacy"] - penalty).round(4)
    sites["rank_reason"] = reasons


def add_rank(sites: pd.DataFrame) -> None:
    """Add the column ``rank``, from 1 within each record."""
    order = np.lexsort((sites["start"].to_numpy(), -sites["score"].to_numpy(), ~sites["eligible"].to_numpy(dtype=bool)))
    rank = np.empty(len(sites), dtype=np.int64)
    rank[order] = sites.iloc[order].groupby("record", sort=False).cumcount() + 1
    sites["rank"] = rank


def fails_any(sites: pd.DataFrame, required: Collection[str]) -> NDArray[np.bool_]:
    """Return which sites fail a required rule; a rule that was not evaluated does not count."""
    fails = np.zeros(len(sites), dtype=bool)
    for name in required:
        if f"{name}_pass" in sites:
            fails |= (sites[f"{name}_pass"] == False).to_numpy(dtype=bool, na_value=False)  # noqa: E712 (may be NA)
    return fails


def waiting_sites(sites: pd.DataFrame, most: int | None = None) -> dict[str, NDArray[np.int64]]:
    """Return the rows of the eligible sites of each record, the best first, ``most`` at most."""
    eligible = sites.assign(row=np.arange(len(sites)))[sites["eligible"]].sort_values("rank", kind="stable")
    return {str(record): rows.to_numpy()[:most] for record, rows in eligible.groupby("record", sort=False)["row"]}


def choose_spaced(sites: pd.DataFrame, top: int, spacing: int) -> NDArray[np.int64]:
    """Choose the best eligible sites of each record that begin apart from each other.

    Returns
    -------
    ndarray of int, (n,)
        Rows, by record and rank. From the best down, a site is taken unless it is too near to one taken before, or has
        the same guide.
    """
    record = pd.factorize(sites["record"])[0]
    starts, guides = sites["start"].tolist(), sites["guide"].tolist()
    eligible = sites["eligible"].to_numpy(dtype=bool)
    order = np.lexsort([sites["rank"].to_numpy(), record])
    chosen, taken, current = list[int](), dict[str, int](), -1
    for row in order[eligible[order]].tolist():
        if record[row] != current:
            current, taken = record[row], {}
        apart = all(abs(starts[row] - start) >= spacing for start in taken.values())
        if len(taken) < top and apart and guides[row] not in taken:
            taken[guides[row]] = starts[row]
            chosen.append(row)
    return np.array(chosen, dtype=np.int64)


def why_none(sites: pd.DataFrame, selected: pd.DataFrame, required: Collection[str]) -> dict[str, str]:
    """Report for the records without a chosen site how many sites fail which required rule."""
    chosen = set(selected["record"])
    return {
        str(record): _why(rows, required)
        for record, rows in sites.groupby("record", sort=False)
        if record not in chosen
    }


def _why(sites: pd.DataFrame, required: Collection[str]) -> str:
    counts = {name: int(fails_any(sites, [name]).sum()) for name in required}
    reasons = [f"{n} fail {name}" for name, n in counts.items() if n]
    if "off_target_searched" in sites:
        n = int((~sites["off_target_searched"] & ~fails_any(sites, required)).sum())
        reasons += [f"{n} were not searched for near-perfect matches"] if n else []
    return f"of {len(sites)} sites, {', '.join(reasons)}"
