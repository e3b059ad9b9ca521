"""Motifs that recur among contributions, found without knowing any."""

import numpy as np
import pandas as pd

from deepchem_genomics import interpret, plots
from deepchem_genomics.errors import BadValueError, MissingExtraError
from deepchem_genomics.explain.matching import best_matches, gallery_matches, match_table, write_jaspar
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section, skipped, to_picture
from deepchem_genomics.motifs import CountMatrix

__all__ = ["Discovered", "discovery_section"]

_FEWEST = 100  # sequences: TF-MoDISco clusters hundreds of stretches
_SHOWN = 9

Discovered = tuple[list[CountMatrix], pd.DataFrame | None]
"""Motifs, and their matches with known ones."""


def discovery_section(question: Question) -> tuple[Section, Discovered]:
    """Run TF-MoDISco on the contributions of the highest predictions; write its input in any case.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section
        ``motifs``; the matrices are in ``motifs.jaspar``, TF-MoDISco's arrays and results in ``modisco/``.
    Discovered
        Motifs and matches.
    """
    name, title = "motifs", "Motifs found anew"
    X, contributions = question.strongest.X, question.contributions
    out = question.folder / "modisco"
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
        reason = reason or f"TF-MoDISco found no motif in {len(X)} sequences; give more of them (--sample)"
        return skipped(name, title, f"{reason}. Its input is in modisco/"), ([], None)
    write_jaspar(found, question.folder / "motifs.jaspar")
    paragraphs = [
        f"TF-MoDISco clusters the stretches of high contribution in the {len(X):,} highest predictions. Motifs called "
        "pos_patterns raise the prediction, neg_patterns lower it."
    ]
    matches, remark = best_matches(found, question)
    if matches is None:
        paragraphs.append(f"Not compared with known motifs: {remark}")
        first, tables = None, []
    else:
        first, tables = matches.drop_duplicates("query"), [match_table("motifs.tsv", matches)]
    filters = {motif.accession: np.transpose(motif.counts) for motif in found[:_SHOWN]}
    below = {query: match for query, match in gallery_matches(first, question.known).items() if query in filters}
    picture = to_picture(
        plots.filter_gallery(filters, below).figure,
        "pictures/motifs.png",
        "Logos of motifs found anew and of the known motifs they match",
        f"{len(filters)} of {len(found)} motifs, in TF-MoDISco's order: those of most stretches first.",
    )
    return Section(name, title, paragraphs, [picture], tables, ["motifs.jaspar", "modisco/"]), (found, matches)
