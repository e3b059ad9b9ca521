"""Sections: what the page shows of them, and the files of their tables."""

from matplotlib.figure import Figure

from deepchem_genomics.explain.sections import Section, Table, cell, skipped, to_picture
from deepchem_genomics.reports.blocks import Page
from deepchem_genomics.reports.page import render_page

EVIL = '<script>alert("1")</script>'


def a_page():
    figure = Figure(figsize=(1, 1))
    figure.add_subplot()
    table = Table(f"{EVIL}.tsv", ("id", "value"), [(EVIL, 0.123456), ("b", float("nan"))], shown=1)
    sections = [
        Section("first", EVIL, [EVIL], [to_picture(figure, "pictures/a.png", EVIL, EVIL)], [table], [EVIL]),
        skipped("second", "Second", f"{EVIL} is not\n installed"),
    ]
    return render_page(Page(EVIL, [], [section.on_page() for section in sections]))


def test_page__escapes_every_name():
    page = a_page()
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;") >= 12


def test_page__says_what_was_skipped_and_how_much_of_a_table_is_shown():
    page = a_page()
    assert "(skipped)" in page
    assert "is not installed</p>" in page
    assert "1 of 2 rows; all are in" in page


def test_table__sets_numbers_and_sequences_in_their_own_way():
    table = Table("t.tsv", ("id", "value", "sequence"), [("a", 1.5, "ACGT")]).on_page()
    assert [column.kind for column in table.columns] == ["text", "number", "code"]
    assert (table.note, table.file) == ("As a file:", "t.tsv")


def test_table__writes_all_rows_as_a_file(tmp_path):
    Table("t.tsv", ("id", "q"), [("a\tb", 1e-12), ("c", None)], shown=1).write(tmp_path)
    assert (tmp_path / "t.tsv").read_text() == "id\tq\na b\t1e-12\nc\t\n"


def test_cell__writes_missing_numbers_as_nothing():
    assert [cell(value) for value in (None, float("nan"), 0.5, 3, "x")] == ["", "", "0.5", "3", "x"]
