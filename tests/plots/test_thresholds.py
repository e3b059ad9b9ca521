"""ROC and precision-recall curves: the lines are those of scikit-learn."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from deepchem_genomics.errors import BadValueError, EmptyInputError, LabelError, ShapeMismatchError
from deepchem_genomics.plots import calibration_curves, precision_recall_curves, roc_curves

RNG = np.random.default_rng(0)
LABELS = (RNG.random(200) < 0.3).astype(float)
SCORES = {"network": LABELS + RNG.normal(size=200), "motif": LABELS + 3 * RNG.normal(size=200)}


def legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_roc_curves__draw_the_rates_and_give_the_areas():
    ax = roc_curves(LABELS, SCORES, title="GUE")
    first, second, coin = ax.get_lines()
    for line, (name, scores) in zip((first, second), SCORES.items(), strict=True):
        false_positive, true_positive, _ = roc_curve(LABELS, scores)
        np.testing.assert_allclose(line.get_xdata(), false_positive)
        np.testing.assert_allclose(line.get_ydata(), true_positive)
        assert f"{name} ({roc_auc_score(LABELS, scores):.3f})" in legend(ax)
    assert (list(coin.get_xdata()), list(coin.get_ydata())) == ([0, 1], [0, 1])
    assert ax.get_title(loc="left") == "GUE"


def test_precision_recall_curves__draw_steps_without_the_point_of_no_threshold():
    ax = precision_recall_curves(LABELS, SCORES)
    line, _, coin = ax.get_lines()
    precision, recall, _ = precision_recall_curve(LABELS, SCORES["network"], drop_intermediate=True)
    np.testing.assert_allclose(line.get_xdata(), recall[:-1])
    np.testing.assert_allclose(line.get_ydata(), precision[:-1])
    assert line.get_drawstyle() == "steps-post"
    assert f"network ({average_precision_score(LABELS, SCORES['network']):.3f})" in legend(ax)
    assert set(coin.get_ydata()) == {LABELS.mean()}


def test_precision_recall_curves__steps_have_the_average_precision_as_their_area():
    line = precision_recall_curves(LABELS, SCORES).get_lines()[0]
    recall, precision = np.append(line.get_xdata(), 0), np.append(line.get_ydata(), np.nan)
    area = np.sum((recall[:-1] - recall[1:]) * precision[:-1])
    assert area == pytest.approx(average_precision_score(LABELS, SCORES["network"]))


def test_precision_recall_curves__rare_positives_have_a_logarithmic_axis():
    rare = np.zeros(200)
    rare[:3] = 1
    assert precision_recall_curves(rare, SCORES).get_yscale() == "log"
    assert precision_recall_curves(LABELS, SCORES).get_yscale() == "linear"


@pytest.mark.parametrize("draw", [roc_curves, precision_recall_curves])
def test_curves__draw_on_the_axes_given_with_colors_in_the_order_given(draw):
    ax = Figure().subplots()
    assert draw(LABELS, SCORES, ax) is ax
    color = {line.get_label().split(" (")[0]: line.get_color() for line in ax.get_lines()}
    only = draw(LABELS, {"motif": SCORES["motif"]}, order=["network", "motif"]).get_lines()[0]
    assert only.get_color() == color["motif"] != color["network"]


@pytest.mark.parametrize("draw", [roc_curves, precision_recall_curves])
def test_curves__write_names_as_they_stand(draw):
    ax = draw(LABELS, {"$a_b$": SCORES["motif"]})
    ax.figure.savefig("/dev/null", format="svg")
    assert legend(ax)[0].startswith(r"\$a_b\$ (")


@pytest.mark.parametrize("draw", [roc_curves, precision_recall_curves])
def test_curves__say_what_does_not_fit(draw):
    with pytest.raises(EmptyInputError, match=mentions("predictions")):
        draw(LABELS, {})
    with pytest.raises(ShapeMismatchError, match=mentions("motif", "(3,)", "y_true", "(200,)")):
        draw(LABELS, {"motif": [1, 2, 3]})
    with pytest.raises(LabelError, match=mentions("y_true", "0", "1")):
        draw(np.zeros(3), {"motif": [1, 2, 3]})


@pytest.mark.parametrize("draw", [roc_curves, precision_recall_curves, calibration_curves])
def test_curves__predictions_without_a_name_are_refused(draw):
    for unnamed in (np.array([0.1, 0.9]), [0.1, 0.9]):
        with pytest.raises(BadValueError, match=mentions(type(unnamed).__name__, "{'model': predictions}")):
            draw([0, 1], unnamed)
