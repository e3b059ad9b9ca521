"""Whether the motifs that a model seems to know do what they should: put into sequences without them."""

from collections.abc import Sequence

import pandas as pd

from deepchem_genomics import interpret, plots
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section, Table, skipped, to_picture
from deepchem_genomics.motifs import CountMatrix

__all__ = ["insertion_section"]

_MOTIFS = 8
_BACKGROUNDS = 200


def insertion_section(question: Question, matches: Sequence[pd.DataFrame], found: Sequence[CountMatrix]) -> Section:
    """Insert the consensus of matched motifs, and of those found anew, into shuffled sequences.

    Parameters
    ----------
    question : Question
        What is asked.
    matches : sequence of pandas.DataFrame
        Of filters and of motifs found anew, with known motifs.
    found : sequence of CountMatrix
        Motifs found anew.

    Returns
    -------
    Section
        ``insertion``.
    """
    name, title = "insertion", "Motifs put into shuffled sequences"
    length = question.drawn.X.shape[1]
    motifs = [motif for motif in [*_best_known(question, matches), *found[:_MOTIFS]] if motif.width <= length]
    if not motifs:
        return skipped(name, title, "no known motif was matched and none was found anew, so there is none to insert")
    rows = slice(0, _BACKGROUNDS)
    backgrounds = interpret.shuffled_backgrounds(question.drawn.X[rows], seed=question.seed)
    ids = question.drawn.ids[rows]
    effects = interpret.marginalize(
        question.model, backgrounds, motifs, ids=ids, task=question.task, seed=question.seed
    ).sort_values("difference", ascending=False, kind="stable")
    columns = ["motif", "name", "site", "without", "with_site", "difference", "low", "high"]
    rows_of_table = list(effects[columns].itertuples(index=False, name=None))
    table = Table("insertion.tsv", columns, rows_of_table, shown=2 * _MOTIFS)
    by_name = {f"{row['name']} {row['site']}": row for row in effects.to_dict("records")}
    ax = plots.score_intervals(
        {label: float(row["difference"]) for label, row in by_name.items()},
        {label: (row["low"], row["high"]) for label, row in by_name.items() if row["low"] <= row["high"]},
        score=f"change of the {question.quantity}",
        levels={"no change": 0.0},
    )
    picture = to_picture(
        ax.figure,
        "pictures/insertion.png",
        "Mean change of the prediction for each motif, with its interval",
        f"Mean over {len(backgrounds)} shuffled sequences, with its 95 % interval: that of the sequences, not of "
        "another training.",
    )
    best = effects.iloc[0]
    paragraphs = [
        f"The consensus of each motif is written into the middle of {len(backgrounds)} of the sequences, shuffled so "
        "that their dinucleotides stay the same.",
        f"Most is changed by {best['name']} ({best['motif']}), {best['site']}: from {best['without']:.3f} to "
        f"{best['with_site']:.3f} on average, {best['difference']:+.3f} ({best['low']:+.3f} to {best['high']:+.3f}).",
    ]
    return Section(name, title, paragraphs, [picture], [table])


def _best_known(question: Question, matches: Sequence[pd.DataFrame]) -> list[CountMatrix]:
    """Return the known motifs of lowest q, one for each factor."""
    if isinstance(question.known, str) or not matches:
        return []
    together = pd.concat(matches).sort_values("p", kind="stable")
    good = together[together["alike"]].drop_duplicates("name").head(_MOTIFS)
    matrices = question.known.by_accession()
    return [matrices[target] for target in good["target"]]
