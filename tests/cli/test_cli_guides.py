"""Guides of 19 to 23 nt on the command line: completed or cut at the 3' end, and never centered."""

import json

import pytest

CORES = ["UUAUCAAUGGUGAUCAUGG", "GCCCGGGCGCCGAUCAUGG"]


@pytest.fixture
def guides(tmp_path):
    """Write two guides as given, and return a function that does so."""

    def write(name, ends):
        path = tmp_path / name
        path.write_text("".join(f">g{i}\n{core}{end}\n" for i, (core, end) in enumerate(zip(CORES, ends, strict=True))))
        return path

    return write


def test_predict__completes_and_cuts_guides_at_their_end(dcgenomics, guides):
    whole = dcgenomics("predict", guides("21.fa", ["UU", "UU"]), "-m", "sirna-huesken", "-o", "-")
    for ends in (["", ""], ["UUAC", "dTdT"], ["U", "TT"]):
        more = guides("other.fa", ends)
        found = dcgenomics("predict", more, "-m", "sirna-huesken", "-o", "-", "--on-length", "guide")
        assert found.exit_code == 0, found.stderr
        assert found.stdout == whole.stdout and whole.stdout.count("\n") == 3


def test_predict__advises_guides_of_19_nt_what_exists_and_refuses_to_center_them(dcgenomics, guides, tmp_path):
    short = guides("19.fa", ["", ""])
    asked = ["predict", short, "-m", "sirna-huesken", "-o", tmp_path / "out.tsv"]
    result = dcgenomics(*asked)
    assert result.exit_code == 1 and "--on-length guide" in result.stderr
    for policy in ("pad", "fit"):
        result = dcgenomics(*asked, "--on-length", policy)
        assert result.exit_code == 1 and "--on-length guide" in result.stderr
    assert not (tmp_path / "out.tsv").exists()


def test_build_and_evaluate__take_guides_of_19_nt(dcgenomics, tmp_path):
    rows = "".join(f"{core[:19]},{0.2 + 0.5 * i}\n" for i, core in enumerate(CORES * 3))
    (tmp_path / "guides.csv").write_text("sequence,efficacy\n" + rows)
    built = dcgenomics(
        "build", "sequences", tmp_path / "guides.csv", "--alphabet", "RNA", "--label-column", "efficacy",
        "--length", 21, "--on-length", "guide", "-o", tmp_path / "data",
    )  # fmt: skip
    assert built.exit_code == 0, built.stderr
    assert json.loads((tmp_path / "data" / "manifest.json").read_text())["rows"]["kept"] == 6
    scored = dcgenomics("evaluate", tmp_path / "data", "-m", "sirna-huesken")
    assert scored.exit_code == 0, scored.stderr
