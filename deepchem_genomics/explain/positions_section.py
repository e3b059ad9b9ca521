"""Which letter is liked at which position, for guides whose positions mean the same."""

import numpy as np

from deepchem_genomics import interpret, plots
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section, Table, to_picture

__all__ = ["positions_section"]


def positions_section(question: Question) -> Section:
    """Average the effects of letters at each position over guides.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section
        ``positions``.
    """
    X, ids = question.drawn.X, question.drawn.ids
    mutated = interpret.saturation_mutagenesis(question.model, X, ids, task=question.task)
    means = mutated.hypothetical.mean(axis=0, dtype=np.float64)  # (L, 4)
    ax = plots.contribution_logo(means, start=1, alphabet=question.letters, quantity="effect")
    ax.set_xlabel("position of the guide, from its 5' end")
    position, letter = np.unravel_index(int(np.abs(means).argmax()), means.shape)
    picture = to_picture(
        ax.figure,
        "pictures/positions.png",
        "Mean effect of each letter at each position",
        f"Mean over {len(X):,} guides drawn from all. The greatest effect is that of {question.letters[letter]} at "
        f"position {position + 1}: {means[position, letter]:+.3g}.",
    )
    rows = [(i + 1, *values) for i, values in enumerate(means.tolist())]
    table = Table("positions.tsv", ("position", *question.letters), rows, shown=len(rows))
    paragraph = (
        "Every letter of every guide is exchanged for each other. A letter's height is what it adds to the prediction, "
        "compared with the mean of the four letters at that position; upside down, it lowers the prediction."
    )
    return Section("positions", "Letters by position", [paragraph], [picture], [table])
