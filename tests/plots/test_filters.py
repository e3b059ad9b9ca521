"""The gallery of filters: base above base."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots import MotifMatch, filter_gallery

FILTERS = {f"filter {i}": np.eye(4)[[i, 1, 2]] for i in range(4)}


def places(ax):
    """Return where the first base of a logo is on the page, in its parent's fractions."""
    box = ax.get_position()
    low, high = ax.get_xlim()
    return box.x0 + (1 - low) / (high - low) * box.width, box.width / (high - low)


@pytest.mark.parametrize("offset", [-2, 0, 1])
def test_filter_gallery__a_match_lies_at_its_offset_below_the_filter(offset):
    ax = filter_gallery({"f": np.eye(4)}, {"f": MotifMatch("m", np.eye(4)[:3], offset)})
    ax.figure.canvas.draw()
    (filter_start, base), (match_start, match_base) = map(places, ax.child_axes)
    assert base == pytest.approx(match_base)
    assert match_start - filter_start == pytest.approx(offset * base)


def test_filter_gallery__a_reverse_match_is_turned_round():
    matrix = np.eye(4)[[0, 0, 1]]  # AAC, backwards GTT
    forward, turned = (
        filter_gallery({"f": np.eye(4)}, {"f": MotifMatch("m", matrix, reverse=reverse)}).child_axes[1]
        for reverse in (False, True)
    )
    assert forward.get_title(loc="left") == "m"
    assert turned.get_title(loc="left") == "m (reverse complement)"
    first_letter = {ax: min(ax.patches, key=lambda p: p.get_path().get_extents().x0) for ax in (forward, turned)}
    assert first_letter[forward].get_facecolor() != first_letter[turned].get_facecolor()


def test_filter_gallery__names_filters_and_matches_with_their_q():
    ax = filter_gallery(FILTERS, {"filter 2": MotifMatch("MA1 JUN", np.eye(4), q=0.00012)}, title="first layer")
    assert [child.get_title(loc="left") for child in ax.child_axes] == [
        "filter 0", "filter 1", "filter 2", "MA1 JUN, q = 0.00012", "filter 3",
    ]  # fmt: skip
    assert ax.get_title(loc="left") == "first layer"


def test_filter_gallery__draws_into_the_axes_given():
    ax = Figure().subplots()
    assert filter_gallery(FILTERS, ax=ax, columns=2) is ax
    assert len(ax.child_axes) == 4
    assert not ax.axison


def test_filter_gallery__needs_filters_and_columns():
    with pytest.raises(EmptyInputError, match=mentions("filters")):
        filter_gallery({})
    with pytest.raises(BadValueError, match=mentions("columns", "0")):
        filter_gallery(FILTERS, columns=0)


def test_filter_gallery__long_names_do_not_run_into_the_next_ones():
    filters = {f"pos_patterns.pattern_{i}": np.eye(4)[[2, 0, 1]] for i in range(4)}
    known = MotifMatch("SMAD2::SMAD3::SMAD4 MA0513.1", np.eye(4)[[0, 1]], q=1.4e-08, reverse=True)
    ax = filter_gallery(filters, dict.fromkeys(filters, known), columns=2)
    titles = [child.title if child.title.get_text() else child._left_title for child in ax.child_axes]
    boxes = [title.get_window_extent() for title in titles]
    for i, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[:i])
        assert box.x1 <= ax.figure.bbox.x1
    assert titles[1].get_fontsize() < titles[0].get_fontsize(), "the names of filters are short enough"
