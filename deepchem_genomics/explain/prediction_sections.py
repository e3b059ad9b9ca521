"""Sections about predictions: how high, from which bases and positions, and how much of them from side inputs."""

import numpy as np
from matplotlib.figure import Figure

from deepchem_genomics import interpret, plots
from deepchem_genomics.explain.inputs import SHUFFLES, ReportInputs
from deepchem_genomics.explain.sections import Picture, Section, Table, to_picture
from deepchem_genomics.io.npz import write_arrays
from deepchem_genomics.plots.axes import shortened

__all__ = ["positions_section", "predictions_section", "sequences_section", "signals_section"]

ALONE = 0.1
"""Share of the side inputs' contribution below which the sequence's says nothing."""

_BINS = 40


def predictions_section(inputs: ReportInputs) -> Section:
    """Draw the distribution of all predictions, and list the highest."""
    predicted = np.asarray(inputs.predicted, dtype=np.float64)
    low, high = float(predicted.min()), float(predicted.max())
    if high == low:
        low, high = low - 0.5, high + 0.5
    counts, edges = np.histogram(predicted, bins=_BINS, range=(low, high))
    figure = Figure(figsize=(6.4, 3.2), layout="constrained")
    counted = {"all sequences": counts.tolist()}
    plots.share_histogram(edges, counted, figure.subplots(), what=inputs.quantity)
    picture = to_picture(
        figure,
        "pictures/predictions.png",
        "Histogram of the predictions",
        f"Predictions for {len(predicted):,} sequences: lowest {predicted.min():.3g}, median "
        f"{np.median(predicted):.3g}, highest {predicted.max():.3g}.",
    )
    rows = [
        (i + 1, str(name), float(value), inputs.sequence(x))
        for i, (x, name, value) in enumerate(
            zip(inputs.strongest.X, inputs.strongest.ids, inputs.strongest_predicted, strict=True)
        )
    ]
    table = Table("strongest.tsv", ("rank", "id", inputs.task_name, "sequence"), rows)
    return Section(
        "predictions",
        "Predictions",
        [f"The model's predictions for all sequences. The {inputs.top} highest are explained one by one."],
        [picture],
        [table],
        ["predictions.tsv"],
    )


def sequences_section(inputs: ReportInputs) -> Section:
    """Draw contributions above the effects of all replacements, for each of the highest predictions."""
    X, ids = inputs.strongest.X[: inputs.top], inputs.strongest.ids[: inputs.top]
    mutated = interpret.saturation_mutagenesis(inputs.model, X, ids, task=inputs.task, scale=inputs.scale)
    contributions = inputs.per_letter(len(X))
    file = "arrays/top_sequences.npz"
    arrays = {"ids": np.asarray(ids, dtype=str), "X": X, "effects": mutated.effects, "contributions": contributions}
    write_arrays(inputs.folder / file, arrays)
    pictures = [_draw(inputs, i, inputs.sequence(x), mutated.effects[i], contributions[i]) for i, x in enumerate(X)]
    paragraphs = [
        f"Above, what each base contributes to the prediction: {_method_in_words(inputs)} Below, what "
        "replacing each base by each other base does; dots are the letters of the sequence.",
        f"Both are differences of the {_scale_in_words(inputs)}.",
    ]
    return Section("sequences", "The highest predictions, base by base", paragraphs, pictures, _gaps(inputs), [file])


def _draw(inputs: ReportInputs, i: int, sequence: str, effects: np.ndarray, contributions: np.ndarray) -> Picture:
    width = max(5.0, min(13.0, 0.13 * len(sequence) + 1.6))
    figure = Figure(figsize=(width, 3.5), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=len(sequence) > 60)
    name, value = str(inputs.strongest.ids[i]), float(inputs.strongest_predicted[i])
    plots.contribution_logo(
        contributions, upper, alphabet=inputs.letters, title=f"{shortened(name)}: {inputs.quantity} {value:.3f}"
    )
    upper.set_xlabel("")
    plots.mutagenesis_heatmap(effects, sequence, lower, alphabet=inputs.letters)
    strongest = int(np.abs(contributions.sum(axis=1)).argmax())
    return to_picture(
        figure,
        f"pictures/sequence_{i + 1}.png",
        f"Contributions of each base and effects of each replacement in {name}",
        f"{i + 1}. {name}. The greatest contribution is that of {sequence[strongest]} at position {strongest}. "
        f"{_worst_replacement(effects, sequence, inputs)}",
    )


def _worst_replacement(effects: np.ndarray, sequence: str, inputs: ReportInputs) -> str:
    if not np.nanmin(effects, initial=0) < 0:
        return "No replacement lowers the prediction."
    position, letter = np.unravel_index(int(np.nanargmin(effects)), effects.shape)
    return (
        f"The replacement that lowers the prediction most is that of {sequence[position]} by "
        f"{inputs.letters[letter]} at position {position}: {effects[position, letter]:+.3g}."
    )


def _method_in_words(inputs: ReportInputs) -> str:
    if inputs.contributions.completeness_gap is None:
        return "its letter's effect, compared with the mean of the four letters, by mutagenesis."
    baseline = (
        "a baseline without any letters"
        if inputs.is_rna
        else (f"the same letters shuffled, with the same dinucleotides (mean of {SHUFFLES} shuffles)")
    )
    return f"integrated gradients, which add up to the difference between the prediction and that for {baseline}."


def _scale_in_words(inputs: ReportInputs) -> str:
    if inputs.scale == "logit":
        return "logit, the natural logarithm of the odds, since a prediction near 0 or 1 hardly moves"
    return "prediction itself"


def _gaps(inputs: ReportInputs) -> list[Table]:
    gaps = inputs.contributions.completeness_gap
    if gaps is None:
        return []
    totals = inputs.contributions.sequence.sum(axis=(1, 2), dtype=np.float64)
    ids = [str(name) for name in inputs.strongest.ids]
    rows = list(zip(ids, totals.tolist(), gaps.tolist(), strict=True))
    return [Table("completeness.tsv", ("id", "sum over the bases", "error of the integral"), rows, shown=inputs.top)]


def signals_section(inputs: ReportInputs) -> Section | None:
    """Compare what the sequence and what the side inputs contribute."""
    side = inputs.contributions.side_inputs
    if not side:
        return None
    columns_of = {
        str(track): column
        for name, values in side.items()
        for track, column in zip(inputs.model.side_inputs[name].names, values.T, strict=True)
    }
    of_sequence = inputs.contributions.sequence.sum(axis=(1, 2), dtype=np.float64)
    parts = {"sequence": of_sequence, **{name: np.asarray(one, np.float64) for name, one in columns_of.items()}}
    ids = [str(name) for name in inputs.strongest.ids]
    values = zip(ids, inputs.strongest_predicted.tolist(), *(part.tolist() for part in parts.values()), strict=True)
    columns = ("id", inputs.task_name, *(f"contribution of {name}" for name in parts))
    table = Table("signals.tsv", columns, list(values))
    shown = {name: part[: inputs.top] for name, part in parts.items()}
    ax = plots.contribution_bars(ids[: inputs.top], shown, quantity=f"contribution ({inputs.scale})")
    means = ", ".join(f"{name} {part.mean():+.3g}" for name, part in parts.items())
    picture = to_picture(
        ax.figure,
        "pictures/signals.png",
        "Contributions of the sequence and of each track for the highest predictions",
        f"The {min(inputs.top, len(ids))} highest predictions. Means over the {len(ids):,} highest: {means}.",
    )
    rows = "training windows" if inputs.has_background else "windows drawn at random from the input"
    baseline = f"the median of the {rows}, so the values of an ordinary window contribute nothing"
    if inputs.contributions.completeness_gap is None:
        paragraph = (
            "The effects of mutagenesis, summed over the sequence, compared with what the prediction loses when each "
            f"track is replaced by {baseline}."
        )
    else:
        paragraph = (
            "The same integrated gradients, summed over the sequence and compared with those of the side inputs. Their "
            f"baseline is {baseline}."
        )
    of_tracks = np.sum([part for name, part in parts.items() if name != "sequence"], axis=0)
    alone = int(((of_tracks > 0) & (of_sequence < ALONE * of_tracks)).sum())
    explained = (
        f"For {alone:,} of the {len(ids):,} highest predictions the side inputs alone explain the prediction: the "
        f"sequence contributes less than {ALONE:.0%} of what they do."
    )
    return Section("signals", "Sequence and side inputs", [paragraph, explained], [picture], [table])


def positions_section(inputs: ReportInputs) -> Section:
    """Average the effects of letters at each position over guides."""
    X, ids = inputs.drawn.X, inputs.drawn.ids
    mutated = interpret.saturation_mutagenesis(inputs.model, X, ids, task=inputs.task)
    means = mutated.hypothetical.mean(axis=0, dtype=np.float64)  # (L, 4)
    ax = plots.contribution_logo(means, start=1, alphabet=inputs.letters, quantity="effect")
    ax.set_xlabel("position of the guide, from its 5' end")
    position, letter = np.unravel_index(int(np.abs(means).argmax()), means.shape)
    picture = to_picture(
        ax.figure,
        "pictures/positions.png",
        "Mean effect of each letter at each position",
        f"Mean over {len(X):,} guides drawn at random. The greatest effect is that of {inputs.letters[letter]} at "
        f"position {position + 1}: {means[position, letter]:+.3g}.",
    )
    rows = [(i + 1, *values) for i, values in enumerate(means.tolist())]
    table = Table("positions.tsv", ("position", *inputs.letters), rows, shown=len(rows))
    paragraph = (
        "Every letter of every guide is replaced by each of the others. A letter's height is what it adds to the "
        "prediction, compared with the mean of the four letters at that position; letters upside down lower it."
    )
    return Section("positions", "Letters by position", [paragraph], [picture], [table])
