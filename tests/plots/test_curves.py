"""Learning curves: what is on the Axes, and what is left of pyplot's state."""

import pickle
import sys

import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import learning_curves

EPOCHS, TRAIN, VALID = [10, 20, 30], [0.7, 0.8, 0.9], [0.6, 0.75, 0.72]


def lines(ax):
    return {line.get_label(): line for line in ax.get_lines()}


def test_learning_curves__training_is_dashed_and_validation_solid():
    drawn = lines(learning_curves(EPOCHS, TRAIN, VALID))
    assert drawn["training"].get_linestyle() == "--"
    assert drawn["validation"].get_linestyle() == "-"
    assert drawn["training"].get_ydata().tolist() == TRAIN
    assert drawn["validation"].get_xdata().tolist() == EPOCHS


def test_learning_curves__draw_on_the_axes_given():
    ax = Figure().subplots()
    assert learning_curves(EPOCHS, TRAIN, VALID, ax) is ax


def test_learning_curves__leave_nothing_behind_in_pyplot():
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    ax = learning_curves(EPOCHS, TRAIN, VALID)
    assert plt.get_fignums() == before
    assert ax.figure is not None


def test_learning_curves__say_what_the_axes_are():
    ax = learning_curves(EPOCHS, TRAIN, VALID, score="ROC AUC", title="simulated")
    assert ax.get_ylabel() == "ROC AUC"
    assert ax.get_xlabel().startswith("epochs")
    assert ax.get_title(loc="left") == "simulated"


def test_learning_curves__published_scores_are_dotted_in_the_colors_of_the_curves():
    drawn = lines(learning_curves(EPOCHS, TRAIN, VALID, levels={"published": (0.87, 0.75)}))
    for part, value in (("training", 0.87), ("validation", 0.75)):
        line = drawn[f"published, {part} ({value})"]
        assert line.get_linestyle() == ":"
        assert line.get_color() == drawn[part].get_color()
        assert set(line.get_ydata()) == {value}


def test_learning_curves__a_missing_published_score_is_not_drawn():
    labels = lines(learning_curves(EPOCHS, TRAIN, VALID, levels={"published": (None, 0.65)}))
    assert [label for label in labels if label.startswith("published")] == ["published, validation (0.65)"]


def test_learning_curves__the_interval_stands_at_the_last_epoch():
    drawn = lines(learning_curves(EPOCHS, TRAIN, VALID, valid_interval=(0.65, 0.78)))
    bar = drawn["its 95% interval at the end"]
    assert bar.get_xdata().tolist() == [30, 30]
    assert bar.get_ydata().tolist() == [0.65, 0.78]


def test_learning_curves__levels_are_told_apart_without_color():
    levels = {"accessibility alone": 0.81, "a coin": 0.5, "best motif": 0.7}
    drawn = lines(learning_curves(EPOCHS, TRAIN, VALID, levels=levels))
    styles = {str(drawn[f"{name} ({value:.3f})"]._dash_pattern) for name, value in levels.items()}
    assert len(styles) == 3


def test_learning_curves__a_single_score_can_be_seen():
    assert lines(learning_curves([1], [0.5], [0.5]))["validation"].get_marker() == "o"


@pytest.mark.parametrize(
    ("arguments", "error", "facts"),
    [
        (([], [], []), EmptyInputError, ("epochs",)),
        ((EPOCHS, TRAIN[:2], VALID), ShapeMismatchError, ("train", "(2,)", "epochs", "(3,)")),
        ((EPOCHS, TRAIN, [VALID]), ShapeMismatchError, ("valid", "(1, 3)")),
    ],
)
def test_learning_curves__name_the_list_that_does_not_fit(arguments, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        learning_curves(*arguments)


def test_learning_curves__an_interval_upside_down_is_refused():
    with pytest.raises(BadValueError, match=mentions("valid_interval", "(0.8, 0.7)")):
        learning_curves(EPOCHS, TRAIN, VALID, valid_interval=(0.8, 0.7))


def test_plots__need_no_deepchem():
    module = sys.modules["deepchem_genomics.plots.curves"]
    assert not {"deepchem", "dc", "tensorflow"} & set(vars(module))


def test_axes__of_a_new_figure_are_shown_by_a_notebook():
    ax = learning_curves([1, 2], [0.5, 0.6], [0.5, 0.7])
    assert ax._repr_png_().startswith(b"\x89PNG")
    assert not hasattr(learning_curves([1, 2], [0.5, 0.6], [0.5, 0.7], Figure().subplots()), "_repr_png_")
    assert pickle.loads(pickle.dumps(ax.figure)).axes
