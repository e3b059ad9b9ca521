"""How much of a prediction comes from the second input."""

import numpy as np

from deepchem_genomics import plots
from deepchem_genomics.explain.question import Question, first_network
from deepchem_genomics.explain.sections import Section, Table, to_picture

__all__ = ["signals_section"]


def signals_section(question: Question) -> Section | None:
    """Compare what the sequence and what the signals contribute.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section or None
        ``signals``; None for a model that takes sequences alone.
    """
    side = question.contributions.accessibility
    if side is None:
        return None
    tracks = [str(name) for name in first_network(question.model).accessibility.names]
    of_sequence = question.contributions.sequence.sum(axis=(1, 2), dtype=np.float64)
    parts = {"sequence": of_sequence, **dict(zip(tracks, np.asarray(side, dtype=np.float64).T, strict=True))}
    ids = [str(name) for name in question.strongest.ids]
    values = zip(ids, question.strongest_predicted.tolist(), *(part.tolist() for part in parts.values()), strict=True)
    columns = ("id", question.task_name, *(f"contribution of {name}" for name in parts))
    table = Table("signals.tsv", columns, list(values))
    shown = {name: part[: question.top] for name, part in parts.items()}
    ax = plots.contribution_bars(ids[: question.top], shown, quantity=f"contribution ({question.scale})")
    means = ", ".join(f"{name} {part.mean():+.3g}" for name, part in parts.items())
    picture = to_picture(
        ax.figure,
        "pictures/signals.png",
        "Contributions of the sequence and of each signal for the highest predictions",
        f"The {min(question.top, len(ids))} highest predictions. Means over the {len(ids):,} highest: {means}.",
    )
    paragraph = (
        "The same integrated gradients, summed over the sequence and compared with those of the signals. The signals' "
        "baseline is the median window of those drawn from all, so what an ordinary window has counts as nothing."
    )
    return Section("signals", "Sequence and signals", [paragraph], [picture], [table])
