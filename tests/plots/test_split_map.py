import numpy as np
import pytest
from matplotlib.colors import to_hex
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, ShapeMismatchError
from deepchem_genomics.plots import split_map
from deepchem_genomics.plots.axes import COLORS

PARTS = {"train": (["chr2", "chr1", "chr1"], [100, 4_000_000, 50]), "test": (["chr1"], [2_000_000])}


def test_split_map__has_a_line_a_chromosome_and_a_color_a_part():
    ax = split_map(PARTS)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["chr2", "chr1"]
    assert [to_hex(lines.get_color()[0]).upper() for lines in ax.collections] == list(COLORS[:2])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["train", "test"]


def test_split_map__marks_lie_where_the_windows_do():
    ax = split_map(PARTS)
    train, test = (
        [(path.vertices[0][0], path.vertices.mean(0)[1]) for path in lines.get_paths()] for lines in ax.collections
    )
    assert test == [(pytest.approx(2.0, abs=0.01), 1)]
    assert sorted(train) == [
        (pytest.approx(0, abs=0.01), 0), (pytest.approx(0, abs=0.01), 1), (pytest.approx(4, abs=0.01), 1)
    ]  # fmt: skip


def test_split_map__windows_that_cannot_be_told_apart_share_a_mark():
    positions = np.arange(0, 1_000_000, 100)
    ax = split_map({"train": (np.repeat("chr1", len(positions)), positions)})
    assert len(ax.collections[0].get_paths()) <= 402


def test_split_map__needs_windows_and_a_name_each():
    with pytest.raises(EmptyInputError):
        split_map({"train": ([], [])})
    with pytest.raises(ShapeMismatchError, match=mentions("valid", "(2,)", "(1,)")):
        split_map({"valid": (["chr1", "chr2"], [5])})
