"""The page: every name is escaped, nothing comes from elsewhere, and what was left out is said."""

import io
import re
from html.parser import HTMLParser

from matplotlib.figure import Figure
from PIL import Image

from deepchem_genomics.explain.page import format_page
from deepchem_genomics.explain.sections import Section, Table, cell, skipped, to_picture

EVIL = '<script>alert("1")</script>'


class Tags(HTMLParser):
    """Collects tags, those that are not closed, and addresses."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.open, self.addresses = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.addresses += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def a_picture(caption="c"):
    figure = Figure(figsize=(1, 1))
    figure.add_subplot()
    return to_picture(figure, "pictures/a.png", EVIL, caption)


def a_page():
    table = Table(f"{EVIL}.tsv", ("id", "value"), [(EVIL, 0.123456), ("b", float("nan"))], shown=1)
    sections = [
        Section("first", EVIL, [EVIL], [a_picture(EVIL)], [table], ["x.npz"]),
        skipped("second", "Second", f"{EVIL} is not\n installed"),
    ]
    return format_page(EVIL, {"Model": EVIL}, sections)


def test_page__escapes_every_name():
    page = a_page()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;") >= 8


def test_page__is_well_formed_and_needs_nothing_from_elsewhere():
    found = Tags(a_page())
    assert found.open == []
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in found.addresses)
    assert "http" not in re.sub(r"base64,[\w+/=]+", "", a_page())


def test_page__gives_pictures_their_size_so_that_nothing_jumps():
    width, height = re.search(r'<img [^>]*width="(\d+)" height="(\d+)"', a_page()).groups()
    with Image.open(io.BytesIO(a_picture().png)) as image:
        assert (int(width), int(height)) == image.size


def test_page__says_what_was_skipped_and_how_much_of_a_table_is_shown():
    page = a_page()
    assert "(skipped)" in page
    assert "is not installed</p>" in page
    assert "1 of 2 rows; all are in" in page


def test_table__writes_all_rows_as_a_file(tmp_path):
    Table("t.tsv", ("id", "q"), [("a\tb", 1e-12), ("c", None)], shown=1).write(tmp_path)
    assert (tmp_path / "t.tsv").read_text() == "id\tq\na b\t1e-12\nc\t\n"


def test_picture__is_the_same_to_the_byte():
    assert a_picture().png == a_picture().png


def test_cell__writes_missing_numbers_as_nothing():
    assert [cell(value) for value in (None, float("nan"), 0.5, 3, "x")] == ["", "", "0.5", "3", "x"]
