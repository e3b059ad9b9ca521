"""Guides that share the seed of a known miRNA."""

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import EmptyInputError, GenomeFileError, UnknownBaseError
from deepchem_genomics.sirna import PENALTIES, DesignOptions, design, read_mirnas

TARGET = "".join(np.random.default_rng(0).choice(list("ACGU"), 150))
OPPOSITE = str.maketrans("ACGU", "UGCA")


def guide_of(start):
    """Return the guide of a site."""
    return TARGET[start : start + 21].translate(OPPOSITE)[::-1]


def test_design__names_the_mirnas_whose_seed_a_guide_has():
    mirnas = {
        "hsa-miR-1": "A" + guide_of(40)[1:8] + "ACGUACGUACGUA",
        "hsa-miR-2": "G" + guide_of(40)[1:8] + "UU",
        "hsa-miR-3": "C" + guide_of(70)[1:7] + guide_of(70)[7].translate(OPPOSITE) + "ACGU",  # another base 8
    }
    found = design({"t": TARGET}, DesignOptions(fold="no", mirnas=mirnas)).sites.set_index("start")
    for start, row in found.iterrows():
        names = [name for name, sequence in mirnas.items() if sequence[1:8] == guide_of(start)[1:8]]
        assert row["mirna"] == ", ".join(names)
        assert row["mirna_pass"] == (not names)
    assert found.loc[40, "mirna"] == "hsa-miR-1, hsa-miR-2"
    plain = design({"t": TARGET}, DesignOptions(fold="no")).sites.set_index("start")
    assert (plain["mirna"] == "").all() and plain["mirna_pass"].isna().all()
    cost = (plain["score"] - found["score"]).round(4)
    assert cost.loc[40] == PENALTIES["mirna"] > 0
    assert (cost == 0).sum() == (found["mirna"] == "").sum()


def test_design__names_three_mirnas_and_counts_the_rest():
    mirnas = {f"miR-{i}": "A" + guide_of(40)[1:8] for i in range(5)}
    found = design({"t": TARGET}, DesignOptions(fold="no", mirnas=mirnas)).sites.set_index("start")
    assert found.loc[40, "mirna"] == "miR-0, miR-1, miR-2 and 2 more"


def test_read_mirnas__reads_records_and_names_what_is_wrong(tmp_path):
    path = tmp_path / "mature.fa"
    path.write_text(">hsa-miR-1 MIMAT1\nTGGAATGTAAAGAAGTATGTAT\n>hsa-let-7 x\nugagguag\n")
    assert read_mirnas(path) == {"hsa-miR-1": "UGGAAUGUAAAGAAGUAUGUAU", "hsa-let-7": "UGAGGUAG"}
    for content, kind, facts in (
        (">hsa-miR-1\nUGGAAUGU\n>mmu-miR-1\nUGGAAUGU\n", GenomeFileError, ("mature.fa", "2 species", "hsa, mmu")),
        (">hsa-miR-1\nUGGAAUG\n", UnknownBaseError, ("mature.fa:1", "hsa-miR-1", "7 bases", "8 to 36")),
        (f">hsa-mir-1\n{'UGGAAUGU' * 9}\n", UnknownBaseError, ("hsa-mir-1", "72 bases", "36", "hairpins")),
        (">hsa-miR-1\nUGGAAUGUX\n", UnknownBaseError, ("mature.fa:1", "UGGAAUGUX")),
        ("", EmptyInputError, ("mature.fa",)),
    ):
        path.write_text(content)
        with pytest.raises(kind, match=mentions(*facts)):
            read_mirnas(path)
