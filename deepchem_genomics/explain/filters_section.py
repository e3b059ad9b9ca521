"""What the filters of the first layer look for, and the known motifs they are like."""

from typing import Any

import numpy as np
import pandas as pd

from deepchem_genomics import interpret, plots
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.explain.matching import (
    ALIKE,
    best_matches,
    gallery_matches,
    information_of,
    match_table,
    write_jaspar,
)
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Picture, Section, skipped, to_picture
from deepchem_genomics.motifs import CountMatrix

__all__ = ["filters_section"]

_SHOWN = 12  # filters in the gallery: more of them are a file's matter


def filters_section(question: Question) -> tuple[Section, pd.DataFrame | None]:
    """Draw the motifs of filters, best matched first.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section
        ``filters``; the matrices are in ``filters.jaspar``.
    pandas.DataFrame or None
        Matches with known motifs, as :func:`best_matches` returns them.
    """
    name, title = "filters", "Filters of the first layer"
    networks = [leaf for leaf in question.model.parts() if leaf.is_network]
    if not networks:
        return skipped(name, title, f"a {type(question.model).__name__} is not a network and has no filters"), None
    model: Any = networks[0]
    try:
        motifs = interpret.filter_motifs(model, question.drawn.X)
    except EmptyInputError as error:
        return skipped(name, title, str(error)), None
    write_jaspar(motifs, question.folder / "filters.jaspar")
    paragraphs = [
        f"{len(motifs)} filters answer to something in {len(question.drawn.ids):,} sequences drawn from all. The motif "
        "of a filter counts the stretches to which it answers at least half as strongly as it ever does."
    ]
    if question.model.members:
        paragraphs.append(
            f"The model consists of {len(question.model.parts())} models; these are the filters of the first network."
        )
    matches, remark = best_matches(motifs, question)
    if matches is None:
        order = sorted(motifs, key=lambda motif: -information_of(motif))
        paragraphs.append(f"Not compared with known motifs: {remark}")
        return Section(name, title, paragraphs, [_gallery(order, None, question)], [], ["filters.jaspar"]), None
    first = matches.drop_duplicates("query")
    by_name = {motif.accession: motif for motif in motifs}
    paragraphs.append(f"{_in_words(first, question)} {remark}".strip())
    picture = _gallery([by_name[query] for query in first["query"]], first, question)
    return Section(
        name, title, paragraphs, [picture], [match_table("filters.tsv", matches)], ["filters.jaspar"]
    ), matches


def _gallery(motifs: list[CountMatrix], first: pd.DataFrame | None, question: Question) -> Picture:
    shown = motifs[:_SHOWN]
    filters = {motif.accession: np.transpose(motif.counts) for motif in shown}
    matches = {query: match for query, match in gallery_matches(first, question.known).items() if query in filters}
    ax = plots.filter_gallery(filters, matches, alphabet=question.letters)
    if first is None:
        caption = f"The {len(shown)} filters of most information, of {len(motifs)}."
    else:
        caption = (
            f"The {len(shown)} best matched filters of {len(motifs)}, above the known motif they are like, if any."
        )
    return to_picture(ax.figure, "pictures/filters.png", "Logos of filters and of the known motifs they match", caption)


def _in_words(first: pd.DataFrame, question: Question) -> str:
    source = question.known if isinstance(question.known, str) else question.known.source
    good = first[first["alike"]]
    if good.empty:
        return f"None of {len(first)} is like a motif of {source} ({ALIKE})."
    families = good["family"].where(good["family"] != "", good["name"]).value_counts()
    most = ", ".join(f"{family} ({count})" for family, count in families.head(5).items())
    best = good.iloc[0]
    return (
        f"{len(good)} of {len(first)} are like a motif of {source} ({ALIKE}): the best is "
        f"{best['query']}, like {best['name']} ({best['target']}), q = {best['q']:.2g}. "
        f"Families, with the number of filters: {most}."
    )
