"""How much of a prediction comes from the side inputs."""

import numpy as np

from deepchem_genomics import plots
from deepchem_genomics.explain.question import Question
from deepchem_genomics.explain.sections import Section, Table, to_picture

__all__ = ["signals_section"]


def signals_section(question: Question) -> Section | None:
    """Compare what the sequence and what the side inputs contribute.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section or None
        ``signals``; None for a model that takes sequences alone.
    """
    side = question.contributions.side_inputs
    if not side:
        return None
    columns_of = {
        str(track): column
        for name, values in side.items()
        for track, column in zip(question.model.side_inputs[name].names, values.T, strict=True)
    }
    of_sequence = question.contributions.sequence.sum(axis=(1, 2), dtype=np.float64)
    parts = {"sequence": of_sequence, **{name: np.asarray(one, np.float64) for name, one in columns_of.items()}}
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
        "Contributions of the sequence and of each track for the highest predictions",
        f"The {min(question.top, len(ids))} highest predictions. Means over the {len(ids):,} highest: {means}.",
    )
    baseline = "the median window of those drawn from all, so what an ordinary window has counts as nothing"
    if question.contributions.completeness_gap is None:
        paragraph = (
            "The effects of mutagenesis, summed over the sequence, compared with what the prediction loses when each "
            f"track is replaced by {baseline}."
        )
    else:
        paragraph = (
            "The same integrated gradients, summed over the sequence and compared with those of the side inputs. Their "
            f"baseline is {baseline}."
        )
    return Section("signals", "Sequence and side inputs", [paragraph], [picture], [table])
