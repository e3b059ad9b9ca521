"""Base by base: what the model sees in the sequences of the highest predictions."""

import numpy as np
from matplotlib.figure import Figure

from deepchem_genomics import interpret, plots
from deepchem_genomics.explain.question import SHUFFLES, Question
from deepchem_genomics.explain.sections import Picture, Section, Table, to_picture
from deepchem_genomics.io.npz import write_arrays

__all__ = ["sequences_section"]


def sequences_section(question: Question) -> Section:
    """Draw contributions above the effects of all exchanges, for each of the highest predictions.

    Parameters
    ----------
    question : Question
        What is asked.

    Returns
    -------
    Section
        ``sequences``; the arrays are in ``arrays/top_sequences.npz``.
    """
    X, ids = question.strongest.X[: question.top], question.strongest.ids[: question.top]
    mutated = interpret.saturation_mutagenesis(question.model, X, ids, task=question.task, scale=question.scale)
    contributions = question.per_letter(len(X))
    file = "arrays/top_sequences.npz"
    arrays = {"ids": np.asarray(ids, dtype=str), "X": X, "effects": mutated.effects, "contributions": contributions}
    write_arrays(question.folder / file, arrays)
    pictures = [_draw(question, i, question.sequence(x), mutated.effects[i], contributions[i]) for i, x in enumerate(X)]
    paragraphs = [
        f"Above, what each base contributes to the prediction: {_method_in_words(question)} Below, what the exchange "
        "of each base for each other does; dots are the letters of the sequence.",
        f"Both are differences of the {_scale_in_words(question)}.",
    ]
    return Section("sequences", "The highest predictions, base by base", paragraphs, pictures, _gaps(question), [file])


def _draw(question: Question, i: int, sequence: str, effects: np.ndarray, contributions: np.ndarray) -> Picture:
    width = max(5.0, min(13.0, 0.13 * len(sequence) + 1.6))
    figure = Figure(figsize=(width, 3.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=len(sequence) > 60)
    name, value = str(question.strongest.ids[i]), float(question.strongest_predicted[i])
    plots.contribution_logo(
        contributions, upper, alphabet=question.letters, title=f"{name}: {question.quantity} {value:.3f}"
    )
    upper.set_xlabel("")
    plots.mutagenesis_heatmap(effects, sequence, lower, alphabet=question.letters)
    strongest = int(np.abs(contributions.sum(axis=1)).argmax())
    return to_picture(
        figure,
        f"pictures/sequence_{i + 1}.png",
        f"Contributions of each base and effects of each exchange in {name}",
        f"{i + 1}. {name}. The greatest contribution is that of {sequence[strongest]} at position {strongest}. "
        f"{_worst_exchange(effects, sequence, question)}",
    )


def _worst_exchange(effects: np.ndarray, sequence: str, question: Question) -> str:
    if not np.nanmin(effects, initial=0) < 0:
        return "No exchange lowers the prediction."
    position, letter = np.unravel_index(int(np.nanargmin(effects)), effects.shape)
    return (
        f"The exchange that lowers the prediction most is that of {sequence[position]} for {question.letters[letter]} "
        f"at position {position}: {effects[position, letter]:+.3g}."
    )


def _method_in_words(question: Question) -> str:
    if question.contributions.completeness_gap is None:
        return "its letter's effect, compared with the mean of the four letters, by mutagenesis."
    baseline = (
        "a baseline without any letters"
        if question.is_rna
        else (f"the same letters shuffled, with the same dinucleotides (mean of {SHUFFLES} shuffles)")
    )
    return f"integrated gradients, which add up to the difference between the prediction and that for {baseline}."


def _scale_in_words(question: Question) -> str:
    if question.scale == "logit":
        return "logit, the natural logarithm of the odds, since a prediction near 0 or 1 hardly moves"
    return "prediction itself"


def _gaps(question: Question) -> list[Table]:
    gaps = question.contributions.completeness_gap
    if gaps is None:
        return []
    totals = question.contributions.sequence.sum(axis=(1, 2), dtype=np.float64)
    ids = [str(name) for name in question.strongest.ids]
    rows = list(zip(ids, totals.tolist(), gaps.tolist(), strict=True))
    return [Table("completeness.tsv", ("id", "sum over the bases", "error of the integral"), rows, shown=question.top)]
