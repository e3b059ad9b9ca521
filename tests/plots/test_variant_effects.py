"""What variants do to a prediction, along a chromosome."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text
from messages import mentions

from deepchem_genomics.errors import BadValueError, EmptyInputError
from deepchem_genomics.plots import variant_lollipop


@pytest.fixture
def table():
    return pd.DataFrame(
        {
            "chrom": "chr22",
            "pos": [20_100, 20_140, 20_180, 20_200],
            "id": ["rs1", ".", None, "a$b$c"],
            "ref": ["A", "CT", "G" + "A" * 20, "C"],
            "alt": ["G", "C", "G", "CTT"],
            "difference": [0.2, -0.4, 0.05, 0.1],
            "z": [2.0, -4.0, None, 1.0],
        }
    )


def labels(ax):
    return [text.get_text() for text in ax.texts]


def test_variant_lollipop__draws_on_the_axes_given_and_does_not_change_the_table(table):
    ax, before = Figure().subplots(), table.copy()
    assert variant_lollipop(table, ax=ax, title="JUND") is ax
    pd.testing.assert_frame_equal(table, before)
    assert (ax.get_xlabel(), ax.get_ylabel(), ax.get_title(loc="left")) == (
        "chr22, position (bp)", "difference", "JUND",
    )  # fmt: skip


def test_variant_lollipop__marks_each_kind_at_its_place(table):
    ax = variant_lollipop(table)
    dots = {line.get_label(): line for line in ax.get_lines() if line.get_marker() not in ("", "None", None)}
    assert {kind: line.get_xdata().tolist() for kind, line in dots.items()} == {
        "substitution": [20_100], "insertion": [20_200], "deletion": [20_140, 20_180],
    }  # fmt: skip
    assert dots["deletion"].get_ydata().tolist() == [-0.4, 0.05]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["substitution", "insertion", "deletion"]


def test_variant_lollipop__names_those_that_change_most_literally(table):
    assert labels(variant_lollipop(table, n_labels=3)) == ["CT>C", "rs1", r"a\$b\$c"]
    assert labels(variant_lollipop(table, n_labels=0)) == []
    assert labels(variant_lollipop(table.iloc[2:3])) == ["GAAAAAAAAA..>G"]


def drawn(ax):
    """Boxes of the names and of the markers, and the stems, all in pixels."""
    ax.figure.draw_without_rendering()
    names = [Text.get_window_extent(text) for text in ax.texts]  # without lines to the points
    points = [ax.transData.transform(line.get_xydata()) for line in ax.get_lines() if line.get_marker() in "o^v"]
    stems = [ax.transData.transform(path.vertices) for path in ax.collections[-1].get_paths()]
    return names, np.concatenate(points), stems


def test_variant_lollipop__names_do_not_lie_on_each_other_nor_on_points_and_stems():
    close = pd.DataFrame({"chrom": "chr22", "pos": [9_000, 10_003, 10_005, 10_008, 11_000], "ref": "A", "alt": "C"})
    close["id"] = ["first", "variant1", "variant2", "variant3", "last"]
    close["difference"] = [0.1, -0.45, -0.42, -0.32, 0.2]
    names, points, stems = drawn(variant_lollipop(close, n_labels=5))
    for i, box in enumerate(names):
        assert not any(box.overlaps(other) for other in names[i + 1 :])
        assert not any(box.contains(*point) for point in points)
        assert not any(
            box.x0 < low[0] < box.x1 and box.y0 < max(low[1], high[1]) and box.y1 > min(low[1], high[1])
            for low, high in stems
        )


def test_variant_lollipop__names_stay_in_the_axes_where_points_are_many():
    n = 60
    many = pd.DataFrame({"chrom": "chr1", "pos": np.arange(n) + 500, "ref": "A", "alt": "C"})
    many["id"], many["difference"] = [f"variant{i}" for i in range(n)], np.random.default_rng(0).normal(size=n)
    ax = variant_lollipop(many, n_labels=8)
    names, _, _ = drawn(ax)
    assert len(names) == 8
    assert not any(box.overlaps(other) for i, box in enumerate(names) for other in names[i + 1 :])
    assert all(ax.bbox.x0 <= box.x0 and box.x1 <= ax.bbox.x1 for box in names)


def test_variant_lollipop__leaves_out_what_has_no_value_and_draws_a_band(table):
    ax = variant_lollipop(table, value="z", band=(-2, 2), quantity="z")
    assert sum(len(line.get_xdata()) for line in ax.get_lines() if line.get_marker() in "o^v") == 3
    assert ax.get_legend().get_texts()[0].get_text() == "background"


def test_variant_lollipop__says_what_is_wrong(table):
    with pytest.raises(BadValueError, match=mentions("score", "chrom, pos")):
        variant_lollipop(table, value="score")
    with pytest.raises(EmptyInputError, match=mentions("z")):
        variant_lollipop(table.iloc[2:3], value="z")
    with pytest.raises(BadValueError, match=mentions("2", "chr22, chr1")):
        variant_lollipop(pd.concat([table, table.assign(chrom="chr1")]))
