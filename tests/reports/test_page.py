"""The page: everything is escaped, nothing comes from elsewhere, and each block is there."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import UndefinedError
from matplotlib.figure import Figure as Drawing
from PIL import Image

import deepchem_genomics
from deepchem_genomics.reports import blocks
from deepchem_genomics.reports.figures import Link, png_bytes, png_figure, svg_figure
from deepchem_genomics.reports.page import render_page

PACKAGE = Path(deepchem_genomics.__file__).parent
EVIL = '</style><script>alert("1")</script>&amp;\'"' + "x" * 300


class Tags(HTMLParser):
    """The tags of a page, in order; fails where one is not closed or no attribute may be."""

    EMPTY = frozenset({"meta", "img"})

    def __init__(self, page):
        super().__init__()
        self.open, self.found, self.text = [], [], []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def attributes(self, name):
        return [attributes[name] for _, attributes in self.found if name in attributes]


def drawing():
    figure = Drawing(figsize=(3, 2), layout="constrained")
    ax = figure.subplots()
    ax.plot([0.0, 1.123456], [0.0, 1.0])
    ax.set_title(EVIL)
    return ax


def figures():
    ax = drawing()
    links = [Link(0.5, 0.5, "row-1", EVIL)]
    return [svg_figure(ax, EVIL, EVIL, links), png_figure(png_bytes(ax.figure), EVIL, EVIL)]


def page(name=EVIL):
    kinds = ("name", "text", "number", "prose", "code")
    columns = [blocks.Column(name, kind, name) for kind in kinds]
    row = blocks.Row([name, blocks.Entry(name, name), "1", name, name], group="baseline", id="row-1")
    every = [
        blocks.Text(name),
        blocks.Text(name, soft=True),
        blocks.Facts([(name, name)], wide=True),
        *(blocks.Notice([name], name, [name], kind) for kind in ("warning", "skipped", "verdict")),
        blocks.Details(name, [name]),
        blocks.Files([name, name]),
        blocks.Table(name, columns, [row], name, name),
        *figures(),
        blocks.Figures(figures()[1:]),
    ]
    sections = [
        blocks.Section("first", name, every, name=name, mark=name, remark=name),
        blocks.Section("second", name, []),
    ]
    return blocks.Page(name, every[:3], sections, [(name, name)], contents_note=name)


def test_page__escapes_every_text():
    tags = Tags(render_page(page()))
    assert not {tag for tag, _ in tags.found} & {"script", "link", "iframe", "object", "svg"}
    assert "".join(tags.text).count(EVIL) >= 30
    assert tags.attributes("alt") == [EVIL] * 3
    assert not [name for _, attributes in tags.found for name in attributes if name.startswith("on")]


def test_page__refers_to_nothing_outside_itself():
    text = render_page(page("name"))
    tags = Tags(text)
    ids = tags.attributes("id")
    assert len(ids) == len(set(ids))
    inside = {address for address in tags.attributes("href") if address != "./name"}  # a file next to the page
    assert {address.removeprefix("#") for address in inside} <= set(ids)
    assert all(re.match(r"data:image/(png|svg\+xml);base64,", address) for address in tags.attributes("src"))
    assert not re.search(r"@import|url\(|https?:", text)


def test_page__links_files_next_to_it_whatever_they_are_called():
    links = Tags(render_page(blocks.Page("t", [blocks.Files(["javascript:alert(1)", "a b/c.html"])], []))).attributes(
        "href"
    )
    assert set(links) >= {"./javascript%3Aalert%281%29", "./a%20b/c.html"}


def test_page__has_headings_in_order_and_a_text_for_each_figure():
    tags = Tags(render_page(page("name")))
    levels = [int(tag[1]) for tag, _ in tags.found if re.fullmatch(r"h\d", tag)]
    assert levels == [1, 2, 2, 2]
    images = [attributes for tag, attributes in tags.found if tag == "img"]
    assert len(images) == 3 and all(attributes["alt"] for attributes in images)
    (_, html), *_ = tags.found
    assert html["lang"] == "en"


def test_page__marks_every_cell_with_its_kind_and_lets_a_table_scroll():
    text = render_page(page("name"))
    (row,) = [line for line in text.splitlines() if line.startswith("<tr ")]
    assert row.startswith('<tr class="baseline" id="row-1"><th scope="row" class="name">')
    assert re.findall(r'<td class="(\w+)">', row) == ["text", "number", "prose", "code"]
    assert '<div class="scroll" tabindex="0" role="region" aria-label="name"><table>' in text


def test_page__is_the_same_to_the_byte_and_says_who_wrote_it():
    assert render_page(page()) == render_page(page())
    assert f"<dt>Written by</dt><dd>deepchem_genomics {deepchem_genomics.__version__}</dd>" in render_page(page())


def test_page__a_section_alone_has_no_table_of_contents():
    assert "<nav" in render_page(page())
    assert "<nav" not in render_page(blocks.Page("t", [], [blocks.Section("a", "A", [])]))


def test_page__a_block_without_a_macro_is_an_error():
    class Unknown:
        template = "unknown"

    with pytest.raises(UndefinedError, match="unknown"):
        render_page(blocks.Page("t", [], [blocks.Section("a", "A", [Unknown()])]))


def test_figures__are_the_same_to_the_byte_and_leave_matplotlibs_settings_alone():
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    assert figures() == figures()
    assert dict(mpl.rcParams) == before


def test_figures__svg_has_text_as_text_and_no_metadata():
    svg = figures()[0].image.decode()
    assert svg.startswith("<svg") and "&lt;script&gt;" in svg and "<script" not in svg
    assert "<metadata" not in svg
    assert not re.search(r' d="[^"]*\.\d{3}', svg)


def test_figures__have_their_size_so_that_nothing_jumps():
    svg, png = figures()
    with Image.open(io.BytesIO(png.image)) as image:
        assert (png.width, png.height) == image.size
    assert (svg.width, svg.height) == (281, 187)  # 3 x 2 inches
    assert not svg.is_wide and svg.address.startswith("data:image/svg+xml;base64,")


def test_figures__links_lie_on_their_points():
    figure = Drawing(figsize=(4, 2))
    ax = figure.add_axes((0.25, 0.5, 0.5, 0.25))
    ax.set(xlim=(0, 10), ylim=(0, 1))
    (spot,) = svg_figure(ax, "a figure", "", [Link(10, 1, "there", "a point")]).spots
    assert spot == blocks.Spot(75.0, 25.0, "there", "a point")


def test_package__writes_no_markup_outside_the_templates():
    tag = re.compile(r"</?(html|div|span|table|t[rdh]|p|section|figure|svg|img|style|dl|ul|li|h[1-6]|code)\b[^\n`]*>")
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if tag.search(path.read_text()) or "Markup" in path.read_text()
    }
    assert found == set()
