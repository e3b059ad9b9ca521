"""Logos: which letters are how high, and where."""

import sys

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError, ShapeMismatchError
from deepchem_genomics.plots import contribution_logo, motif_logo
from deepchem_genomics.plots.letters import information


def extents(ax):
    """Return the letters' boxes as (x middle, y low, y high)."""
    boxes = [patch.get_path().get_extents() for patch in ax.patches]
    return sorted((round((box.x0 + box.x1) / 2, 3), round(box.y0, 3), round(box.y1, 3)) for box in boxes)


def test_contribution_logo__letters_are_as_high_as_the_contributions_and_stand_on_their_positions():
    ax = contribution_logo(np.eye(4) * [0.2, -0.1, 0.4, 0.0], start=100)
    assert sorted(set(extents(ax))) == [(100, 0, 0.2), (101, -0.1, 0), (102, 0, 0.4)]


def test_contribution_logo__letters_have_their_colors():
    ax = contribution_logo(np.eye(4))
    colors = [tuple(round(255 * part) for part in patch.get_facecolor()[:3]) for patch in ax.patches]
    assert set(colors) == {(0, 158, 115), (0, 114, 178), (230, 159, 0), (213, 94, 0)}


def test_contribution_logo__draws_rna():
    ax = contribution_logo([[0, 0, 0, 1.0]], alphabet="ACGU")
    assert len(ax.patches) > 0


@pytest.mark.parametrize("draw", [contribution_logo, motif_logo])
def test_logos__draw_on_the_axes_given_and_leave_pyplot_alone(draw):
    import matplotlib.pyplot as plt

    before = plt.get_fignums()
    ax = Figure().subplots()
    assert draw(np.eye(4), ax, title="a $ and <b>") is ax
    assert ax.get_title(loc="left") == r"a \$ and <b>"
    assert draw(np.eye(4)).figure is not ax.figure
    assert plt.get_fignums() == before


def test_logos__leave_their_input_as_it_was():
    counts = np.array([[8.0, 0, 0, 0], [2, 2, 2, 2]])
    kept = counts.copy()
    motif_logo(counts)
    contribution_logo(counts)
    np.testing.assert_array_equal(counts, kept)


def test_contribution_logo__of_nothing_but_zeros_is_empty():
    ax = contribution_logo(np.zeros((5, 4)))
    assert len(ax.patches) == 0
    assert ax.get_xlim() == (-0.5, 4.5)


def test_motif_logo__a_stack_is_as_high_as_its_information():
    ax = motif_logo([[8, 0, 0, 0], [4, 4, 0, 0], [2, 2, 2, 2]])
    assert sorted(set(extents(ax))) == [(1, 0, 2), (2, 0, 0.5), (2, 0.5, 1)]
    assert ax.get_ylim() == (0, 2)


def test_motif_logo__probabilities_add_up_to_one():
    ax = motif_logo([[3, 1, 0, 0]], units="probability")
    assert sorted(set(extents(ax))) == [(1, 0, 0.25), (1, 0.25, 1)]


def test_information__is_relative_to_the_background():
    shares = np.array([[0.5, 0, 0, 0.5]])
    slow = sum(p * np.log2(p / q) for p, q in ((0.5, 0.4), (0.5, 0.4)))
    np.testing.assert_allclose(information(shares, [0.4, 0.1, 0.1, 0.4]), slow)
    with pytest.raises(BadValueError, match=mentions("4", "0")):
        information(shares, [1, 0, 0, 0])


@pytest.mark.parametrize(
    ("matrix", "error", "facts"),
    [
        (np.zeros((2, 5)), ShapeMismatchError, ("matrix", "(2, 5)")),
        (np.zeros((0, 4)), EmptyInputError, ("matrix",)),
        ([[1, 0, 0, np.nan]], BadValueError, ("finite", "row 0")),
        ([[1, 0, 0, 0], [0, 0, 0, 0]], BadValueError, ("zeros",)),
        ([[2, -1, 0, 0]], BadValueError, ("negative",)),
    ],
)
def test_motif_logo__says_what_is_wrong_with_a_matrix(matrix, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        motif_logo(matrix)


def test_motif_logo__knows_its_units():
    with pytest.raises(BadValueError, match=mentions("units", "nats", "'bits'", "'probability'")):
        motif_logo(np.eye(4), units="nats")


def test_logos__name_the_extra_they_need(monkeypatch):
    monkeypatch.setitem(sys.modules, "logomaker", None)
    with pytest.raises(MissingExtraError, match=mentions("deepchem_genomics[plots]")):
        contribution_logo(np.eye(4))
