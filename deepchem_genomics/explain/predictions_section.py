"""How high the predictions are, and whose are the highest."""

import numpy as np
from matplotlib.figure import Figure

from deepchem_genomics import plots
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section, Table, to_picture

__all__ = ["predictions_section"]

_BINS = 40


def predictions_section(question: Question) -> Section:
    """Draw the distribution of all predictions, and list the highest.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section
        ``predictions``; the file with all predictions is there already.
    """
    predicted = np.asarray(question.predicted, dtype=np.float64)
    low, high = float(predicted.min()), float(predicted.max())
    if high == low:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(predicted, bins=_BINS, range=(low, high))
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    counted = {"all sequences": counts.tolist()}
    plots.share_histogram(edges, counted, figure.subplots(), what=question.quantity)
    picture = to_picture(
        figure,
        "pictures/predictions.png",
        "Histogram of the predictions",
        f"Predictions for {len(predicted):,} sequences: lowest {predicted.min():.3g}, median "
        f"{np.median(predicted):.3g}, highest {predicted.max():.3g}.",
    )
    rows = [
        (i + 1, str(name), float(value), question.sequence(x))
        for i, (x, name, value) in enumerate(
            zip(question.strongest.X, question.strongest.ids, question.strongest_predicted, strict=True)
        )
    ]
    table = Table("strongest.tsv", ("rank", "id", question.task_name, "sequence"), rows)
    return Section(
        "predictions",
        "Predictions",
        [f"The model's predictions for every sequence given. The {question.top} highest are looked at one by one."],
        [picture],
        [table],
        ["predictions.tsv"],
    )
