"""Sections about motifs: of filters, discovered from contributions, and inserted into shuffled sequences."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from deepchem_genomics import interpret, plots
from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.explain.inputs import ReportInputs
from deepchem_genomics.explain.known_motifs import (
    ALIKE,
    best_matches,
    gallery_matches,
    information_of,
    write_jaspar,
)
from deepchem_genomics.explain.sections import Picture, Section, Table, skipped, to_picture
from deepchem_genomics.motifs import CountMatrix

__all__ = ["Discovered", "discovery_section", "filters_section", "insertion_section", "match_table"]

_FILTERS_SHOWN = 12  # in the gallery; the file has all
_FEWEST = 100  # sequences: TF-MoDISco clusters hundreds of stretches
_MOTIFS_SHOWN = 9
_INSERTED = 8
_BACKGROUNDS = 200

Discovered = tuple[list[CountMatrix], pd.DataFrame | None]
"""Motifs, and their matches with known ones."""


def filters_section(inputs: ReportInputs) -> tuple[Section, pd.DataFrame | None]:
    """Draw the motifs of filters, best matched first."""
    name, title = "filters", "Filters of the first layer"
    networks = [leaf for leaf in inputs.model.parts() if leaf.is_network]
    if not networks:
        return skipped(name, title, f"a {type(inputs.model).__name__} is not a network and has no filters"), None
    model: Any = networks[0]
    try:
        motifs = interpret.filter_motifs(model, inputs.drawn.X)
    except EmptyInputError as error:
        return skipped(name, title, str(error)), None
    write_jaspar(motifs, inputs.folder / "filters.jaspar")
    paragraphs = [
        f"{len(motifs)} filters are active in {len(inputs.drawn.ids):,} sequences drawn at random. The motif of a "
        "filter counts the stretches where its activation is at least half of its maximum."
    ]
    if inputs.model.members:
        paragraphs.append(
            f"The model consists of {len(inputs.model.parts())} models; these are the filters of the first network."
        )
    matches, remark = best_matches(motifs, inputs.known)
    if matches is None:
        order = sorted(motifs, key=lambda motif: -information_of(motif))
        paragraphs.append(f"Not compared with known motifs: {remark}")
        return Section(name, title, paragraphs, [_gallery(order, None, inputs)], [], ["filters.jaspar"]), None
    first = matches.drop_duplicates("query")
    by_name = {motif.accession: motif for motif in motifs}
    paragraphs.append(f"{_in_words(first, inputs)} {remark}".strip())
    picture = _gallery([by_name[query] for query in first["query"]], first, inputs)
    return Section(
        name, title, paragraphs, [picture], [match_table("filters.tsv", matches)], ["filters.jaspar"]
    ), matches


def _gallery(motifs: list[CountMatrix], first: pd.DataFrame | None, inputs: ReportInputs) -> Picture:
    shown = motifs[:_FILTERS_SHOWN]
    filters = {motif.accession: np.transpose(motif.counts) for motif in shown}
    matches = {query: match for query, match in gallery_matches(first, inputs.known).items() if query in filters}
    ax = plots.filter_gallery(filters, matches, alphabet=inputs.letters)
    if first is None:
        caption = f"The {len(shown)} filters of most information, of {len(motifs)}."
    else:
        caption = (
            f"The {len(shown)} best matched filters of {len(motifs)}, above the known motif they are like, if any."
        )
    return to_picture(ax.figure, "pictures/filters.png", "Logos of filters and of the known motifs they match", caption)


def _in_words(first: pd.DataFrame, inputs: ReportInputs) -> str:
    source = inputs.known if isinstance(inputs.known, str) else inputs.known.source
    good = first[first["alike"]]
    if good.empty:
        return f"None of {len(first)} resembles a motif of {source} ({ALIKE})."
    families = good["family"].where(good["family"] != "", good["name"]).value_counts()
    most = ", ".join(f"{family} ({count})" for family, count in families.head(5).items())
    best = good.iloc[0]
    return (
        f"{len(good)} of {len(first)} are like a motif of {source} ({ALIKE}): the best is "
        f"{best['query']}, like {best['name']} ({best['target']}), q = {best['q']:.2g}. "
        f"Families, with the number of filters: {most}."
    )


def discovery_section(inputs: ReportInputs) -> tuple[Section, Discovered]:
    """Run TF-MoDISco on the contributions of the highest predictions; write its input in any case."""
    name, title = "motifs", "Discovered motifs"
    X, contributions = inputs.strongest.X, inputs.contributions
    out = inputs.folder / "modisco"
    reason, found = "", []
    if len(X) < _FEWEST:
        reason = f"{len(X)} sequences are too few to find motifs in; give {_FEWEST} or more"
    else:
        try:
            found = interpret.run_modisco(X, contributions, out)
        except (MissingExtraError, BadValueError) as error:
            reason = str(error)
    if not out.exists():
        interpret.save_for_modisco(out, X, contributions)
    if not found:
        reason = reason or f"TF-MoDISco found no motif in {len(X)} sequences; give more of them"
        return skipped(name, title, f"{reason}. Its input is in modisco/"), ([], None)
    write_jaspar(found, inputs.folder / "motifs.jaspar")
    paragraphs = [
        f"TF-MoDISco clusters the stretches of high contribution in the {len(X):,} highest predictions. Motifs called "
        "pos_patterns raise the prediction, neg_patterns lower it."
    ]
    matches, remark = best_matches(found, inputs.known)
    if matches is None:
        paragraphs.append(f"Not compared with known motifs: {remark}")
        first, tables = None, []
    else:
        first, tables = matches.drop_duplicates("query"), [match_table("motifs.tsv", matches)]
    filters = {motif.accession: np.transpose(motif.counts) for motif in found[:_MOTIFS_SHOWN]}
    below = {query: match for query, match in gallery_matches(first, inputs.known).items() if query in filters}
    picture = to_picture(
        plots.filter_gallery(filters, below).figure,
        "pictures/motifs.png",
        "Logos of discovered motifs and of the known motifs they match",
        f"{len(filters)} of {len(found)} motifs, in TF-MoDISco's order: those of most stretches first.",
    )
    return Section(name, title, paragraphs, [picture], tables, ["motifs.jaspar", "modisco/"]), (found, matches)


def insertion_section(inputs: ReportInputs, matches: Sequence[pd.DataFrame], found: Sequence[CountMatrix]) -> Section:
    """Insert the consensus of matched and of discovered motifs into shuffled sequences."""
    name, title = "insertion", "Motifs inserted into shuffled sequences"
    length = inputs.drawn.X.shape[1]
    motifs = [motif for motif in [*_best_known(inputs, matches), *found[:_INSERTED]] if motif.width <= length]
    if not motifs:
        return skipped(name, title, "no known motif was matched and none was discovered, so there is none to insert")
    rows = slice(0, _BACKGROUNDS)
    backgrounds = interpret.shuffled_backgrounds(inputs.drawn.X[rows], seed=inputs.seed)
    ids = inputs.drawn.ids[rows]
    effects = interpret.marginalize(
        inputs.model, backgrounds, motifs, ids=ids, task=inputs.task, seed=inputs.seed
    ).sort_values("difference", ascending=False, kind="stable")
    columns = ["motif", "name", "site", "without", "with_site", "difference", "low", "high"]
    rows_of_table = list(effects[columns].itertuples(index=False, name=None))
    table = Table("insertion.tsv", columns, rows_of_table, shown=2 * _INSERTED)
    by_name = {f"{row['name']} {row['site']}": row for row in effects.to_dict("records")}
    ax = plots.score_intervals(
        {
            label: plots.ModelScore(
                float(row["difference"]), (row["low"], row["high"]) if row["low"] <= row["high"] else None
            )
            for label, row in by_name.items()
        },
        score=f"change of the {inputs.quantity}",
        levels={"no change": 0.0},
    )
    picture = to_picture(
        ax.figure,
        "pictures/insertion.png",
        "Mean change of the prediction for each motif, with its interval",
        f"Mean over {len(backgrounds)} shuffled sequences, with its 95% interval: that of the sequences, not of "
        "another training.",
    )
    best = effects.iloc[0]
    paragraphs = [
        f"The consensus of each motif is written into the middle of {len(backgrounds)} of the sequences, shuffled so "
        "that their dinucleotides stay the same.",
        f"The largest change is that of {best['name']} ({best['motif']}), {best['site']}: from {best['without']:.3f} "
        f"to {best['with_site']:.3f} on average, {best['difference']:+.3f} "
        f"({best['low']:+.3f} to {best['high']:+.3f}).",
    ]
    return Section(name, title, paragraphs, [picture], [table])


def _best_known(inputs: ReportInputs, matches: Sequence[pd.DataFrame]) -> list[CountMatrix]:
    """Return the known motifs of lowest q, one for each factor."""
    if isinstance(inputs.known, str) or not matches:
        return []
    together = pd.concat(matches).sort_values("p", kind="stable")
    good = together[together["alike"]].drop_duplicates("name").head(_INSERTED)
    matrices = inputs.known.by_accession()
    return [matrices[target] for target in good["target"]]


def match_table(file: str, matches: pd.DataFrame) -> Table:
    """Return matches with known motifs as a table, a row each."""
    columns = ["query", "target", "name", "family", "p", "q", "agreement", "alike", "offset", "strand"]
    words = matches[columns].assign(alike=np.where(matches["alike"], "yes", "no"))
    heads = ("motif", "known motif", "factor", "family", "p", "q", "agreement", "alike", "offset", "strand")
    rows = list(words.itertuples(index=False, name=None))
    return Table(file, heads, rows, shown=12)
