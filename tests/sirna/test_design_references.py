"""What sites are compared with beside the transcriptome, and where they may lie."""

import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, IntervalError, OutOfBoundsError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import Annotations, DesignOptions, Transcriptome, design, read_places
from deepchem_genomics.sirna.transcripts import SITE


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGU"), n))


TARGET = drawn(300)
EVERY = {"fold": "no", "top": 400, "spacing": 1}


def written(folder, name, records):
    (folder / name).write_text("".join(f">{header}\n{text}\n" for header, text in records.items()))
    return folder / name


def test_seeds__are_counted_in_utrs_where_these_are_given(tmp_path):
    utrs = {f"u{n}": drawn(200, n) for n in range(5)}
    utr3 = Transcriptome(written(tmp_path, "utr3.fa", utrs), tmp_path / "cache", index=False)
    whole = Transcriptome(written(tmp_path, "all.fa", {"t": drawn(900, 9)}), tmp_path / "cache", index=False)
    options = DesignOptions(fold="no", mismatches=-1)
    found = design({"a": TARGET}, options, transcriptome=whole, utr3=utr3).sites
    expected = [
        sum(
            sum(text.startswith(reverse_complement(guide[1:8], RNA), at) for at in range(200)) for text in utrs.values()
        )
        for guide in found["guide"]
    ]
    assert found["seed_matches"].tolist() == expected and sum(expected) > 0
    assert set(found["seed_in"]) == {"3' UTRs"}
    other = design({"a": TARGET}, options, transcriptome=whole).sites
    assert set(other["seed_in"]) == {"transcripts"}
    assert other["seed_matches"].tolist() != expected
    alone = design({"a": TARGET}, options, utr3=utr3).sites
    assert alone["seed_matches"].tolist() == expected
    assert "seed_in" not in design({"a": TARGET}, DesignOptions(fold="no")).sites


def test_conserved__are_sites_that_the_other_species_has_whole(tmp_path):
    changed = TARGET[:40] + ("A" if TARGET[40] != "A" else "C") + TARGET[41:90]
    records = {
        "NM_1.1 Mus musculus example (Ex1), mRNA": drawn(50, 1) + changed + drawn(50, 2),
        "other": reverse_complement(TARGET[150:200], RNA),
    }
    there = Transcriptome(written(tmp_path, "mouse.fa", records), tmp_path / "cache")
    found = design({"a": TARGET}, DesignOptions(required=("conserved",), **EVERY), conserved_in=there)
    holding = {
        n for n in range(len(TARGET) - SITE + 1) if any(TARGET[n : n + SITE] in text for text in records.values())
    }
    assert (
        set(found.sites.loc[found.sites["conserved_pass"].astype(bool), "start"])
        == holding
        == {*range(20), *range(41, 70)}
    )
    assert set(found.sites["conserved"]) == {"", "Ex1"}
    assert len(found.selected) > 0 and set(found.selected["start"]) <= holding
    plain = design({"a": TARGET}, DesignOptions(**EVERY)).sites
    assert plain["conserved_pass"].isna().all()


def test_also_targets__are_hit_and_no_off_targets(tmp_path):
    records = {
        "NM_1.1 Homo sapiens paralog (PAR1), transcript variant 1, mRNA": TARGET[:120] + drawn(60, 1),
        "NM_2.1 Homo sapiens paralog (PAR2), mRNA": drawn(60, 2) + TARGET[80:200],
        "named": TARGET[80:110],
        "NM_9.1 Homo sapiens another (ANO), mRNA": TARGET[90:115],
    }
    there = Transcriptome(written(tmp_path, "all.fa", records), tmp_path / "cache")
    genes = Annotations(genes={"named": "PAR3"})
    options = DesignOptions(also_targets=("PAR1", "PAR2", "PAR3"), **EVERY)
    found = design({"a": TARGET}, options, transcriptome=there, annotations=genes)
    searched = found.sites[found.sites["off_target_searched"]].set_index("start")
    both = [start for start in searched.index if 78 <= start <= 90 and start + 20 <= 110]
    assert both and searched.loc[both, "also_targets"].eq("PAR1, PAR2, PAR3").all()
    assert set(found.off_targets["transcript"]) <= {"NM_9.1"}
    passing = searched.index[searched["also_targets_pass"].astype(bool)]
    assert set(found.selected["start"]) <= set(passing)
    assert all(78 <= start <= 90 for start in passing)
    plain = design({"a": TARGET}, DesignOptions(**EVERY), transcriptome=there)
    assert plain.sites["also_targets_pass"].isna().all() and "NM_1.1" in set(plain.off_targets["transcript"])
    for asked, given, facts in (
        (("PAR1", "luck"), there, ("'luck'", "all.fa")),
        (("PAR1",), None, ("PAR1", "transcriptome")),
    ):
        with pytest.raises(BadValueError, match=mentions(*facts)):
            design({"a": TARGET}, DesignOptions(fold="no", also_targets=asked), transcriptome=given)


def test_places__are_where_sites_are_chosen(tmp_path):
    wanted, avoided = {"a": [(10, 60), (60, 90)], "b.1": [(5, 60)]}, {"a": [(40, 45)]}
    records = {"a": TARGET, "b": drawn(90, 1), "c": drawn(90, 2)}
    found = design(records, DesignOptions(**EVERY), annotations=Annotations(wanted=wanted, avoided=avoided))
    chosen = {record: set(rows) for record, rows in found.selected.groupby("record")["start"]}
    assert chosen.keys() == {"a", "b"}
    assert chosen["a"] <= {*range(10, 20), *range(45, 70)} and {*chosen["a"]} & {*range(45, 70)}
    assert chosen["b"] <= {*range(5, 40)}
    places = found.sites[found.sites["record"] == "a"].set_index("start")["place"]
    assert places.loc[[0, 10, 19, 20, 44, 45, 69, 70]].tolist() == [
        "", "wanted", "wanted", "avoided", "avoided", "wanted", "wanted", "",
    ]  # fmt: skip
    assert any(re.search(mentions("1 of 3 records", "c", "fail place"), note) for note in found.notes)
    only = design(records, DesignOptions(**EVERY), annotations=Annotations(avoided=avoided)).sites
    assert only[only["record"] != "a"]["place_pass"].isna().all()
    assert not {*range(20, 45)} & set(only[(only["record"] == "a") & only["eligible"]]["start"])


@pytest.mark.parametrize(
    ("annotations", "error", "facts"),
    [
        (Annotations(wanted={"x": [(1, 50)]}), BadValueError, ("1 of 1 names", "'x'", "wanted places")),
        (Annotations(avoided={"a": [(1, 2)], "x": [(1, 50)]}), BadValueError, ("1 of 2 names", "'x'", "avoid")),
        (Annotations(wanted={"a": [(1, 301)]}), OutOfBoundsError, ("1-301", "'a'", "300")),
    ],
)
def test_places__that_no_transcript_has_are_an_error(annotations, error, facts):
    with pytest.raises(error, match=mentions(*facts)):
        design({"a": TARGET}, DesignOptions(fold="no"), annotations=annotations)


def test_places__are_read_as_all_intervals_are(tmp_path):
    bed = tmp_path / "places.bed"
    bed.write_text("# mine\na\t3\t40\nb\t5\t9\na\t50\t90\tname\n".replace("\tname", ""))
    assert read_places(bed) == {"a": [(3, 40), (50, 90)], "b": [(5, 9)]}
    bed.write_text("a\t40\t3\n")
    with pytest.raises(IntervalError, match=mentions("places.bed:1")):
        read_places(bed)
