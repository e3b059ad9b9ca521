"""How the scores of several networks change while they are trained."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots.palette import COLOURS, axes_or_new, literal, places, shortened, tidy

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["scores_by_epoch"]

Run = tuple[Sequence[float], Sequence[float]]
"""Epochs and scores of one training run."""


def scores_by_epoch(
    runs: Mapping[str, Sequence[Run]],
    ax: "Axes | None" = None,
    *,
    score: str = "score",
    lower_is_better: bool = False,
    order: Sequence[str] | None = None,
    title: str | None = None,
) -> "Axes":
    """Draw a thin line for each training run, its best epoch marked, in one color a network.

    Parameters
    ----------
    runs : mapping of str to sequence of (epochs, scores)
        By the name of the network, its runs: those of other seeds or folds. Up to six networks can be told apart.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure of its own, unknown to pyplot, if not given.
    score : str, default "score"
        Name of the score: the label of the vertical axis.
    lower_is_better : bool, default False
        Whether the best epoch is that of the lowest score.
    order : sequence of str, optional
        Names in the order in which colors are given out, for several pictures of the same models.
    title : str, optional
        Title of the Axes.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes drawn on.

    Raises
    ------
    EmptyInputError
        If there are no runs, or one has no epochs.
    ShapeMismatchError
        If a run does not have a score for each epoch.

    Examples
    --------
    >>> ax = scores_by_epoch({"network": [([1, 2, 3], [0.6, 0.8, 0.7]), ([1, 2], [0.7, 0.6])]})
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['network (2 runs)']
    """
    if not runs:
        raise EmptyInputError("runs is empty; give one network or more")
    ax = axes_or_new(ax)
    best_of = min if lower_is_better else max
    place = places(runs, order)
    for name, lines in runs.items():
        color = COLOURS[place[name] % len(COLOURS)]
        label: str | None = f"{literal(shortened(name))} ({len(lines)} run{'s' if len(lines) != 1 else ''})"
        alpha = 0.9 if len(lines) <= 5 else 0.4
        for epochs, scores in lines:
            _require_run(name, epochs, scores)
            best = best_of(range(len(scores)), key=lambda k, scores=scores: scores[k])  # type: ignore[misc]
            ax.plot(
                epochs,
                scores,
                "-o",
                markevery=[best],
                markersize=5,
                linewidth=1.1,
                color=color,
                alpha=alpha,
                label=label or "_again",
            )
            label = None
    ax.set_xlabel("epochs (passes through the training data)")
    ax.set_ylabel(literal(score))
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    tidy(ax, title, legend_columns=1)
    return ax


def _require_run(name: str, epochs: Sequence[float], scores: Sequence[float]) -> None:
    if len(epochs) != len(scores):
        raise ShapeMismatchError(f"{name} has {len(epochs)} epochs and {len(scores)} scores; give one score an epoch")
    if not len(epochs):
        raise EmptyInputError(f"a run of {name} has no epochs; leave it out")
