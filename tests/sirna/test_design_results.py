"""Designs: what is scored, what is chosen, and what is said about it."""

import re
import sys

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.chemistry import molecular_weight, smiles
from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError, ModelFolderError
from deepchem_genomics.feat import DNA, RNA, decode, one_hot
from deepchem_genomics.sirna import (
    PENALTIES,
    SITE_RULES,
    Annotations,
    DesignOptions,
    Transcriptome,
    Variant,
    design,
    folding,
    judging,
)
from deepchem_genomics.sirna.ranking import add_rank, add_score, choose_spaced


class CountsU:
    """A model whose predictions can be told by eye: the share of U in the guide."""

    length = 21
    contexts = None
    label = "share of U"

    def __init__(self):
        self.seen, self.guides = {}, []

    def predict_uncertainty(self, dataset):
        self.seen.update(self.contexts)
        self.guides += decode(np.asarray(dataset.X), RNA)
        mean = np.asarray(dataset.X)[..., 3].mean(axis=1, keepdims=True)
        return mean, np.full_like(mean, 0.1)


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


QUICK = {"fold": "no", "top": 3, "spacing": 30}


@pytest.fixture(scope="module")
def found():
    return design({"a": drawn(300), "b": drawn(120, seed=1)}, DesignOptions(**QUICK), model=CountsU())


def test_design__has_every_site_of_every_record(found):
    assert found.sites.groupby("record").size().to_dict() == {"a": 280, "b": 100}
    assert (found.intake.records, found.intake.windows, found.intake.unknown_windows) == (2, 380, 0)
    assert (found.sites["end"] - found.sites["start"] == 21).all()
    assert found.label == "share of U"


def test_design__says_how_sure_the_model_is(found):
    sites = found.sites
    assert np.allclose(sites["efficacy"], sites["guide"].str.count("U") / 21, atol=1e-4)
    assert np.allclose(sites["efficacy_high"] - sites["efficacy"], 0.1645, atol=2e-4)
    assert np.allclose(sites["efficacy"] - sites["efficacy_low"], 0.1645, atol=2e-4)


def test_design__weighs_every_strand_and_draws_the_chosen_ones(found):
    assert np.allclose(found.sites["guide_weight"], molecular_weight(found.sites["guide"].tolist()), atol=0.01)
    assert found.selected["passenger_smiles"].tolist() == smiles(found.selected["passenger"].tolist())


def test_rank__is_by_score_among_eligible_sites_of_a_record(found):
    for _, sites in found.sites.groupby("record"):
        ordered = sites.sort_values("rank")
        assert ordered["rank"].tolist() == list(range(1, len(sites) + 1))
        assert ordered["eligible"].is_monotonic_decreasing
        for _, part in ordered.groupby("eligible"):
            assert part["score"].is_monotonic_decreasing


def test_score__is_what_the_reason_adds_up_to(found):
    for row in found.sites.to_dict("records"):
        efficacy = float(re.match(r"efficacy (\S+?)(;|$)", row["rank_reason"])[1])
        taken = sum(map(float, re.findall(r" -([\d.]+)", row["rank_reason"])))
        assert row["score"] == pytest.approx(efficacy - taken, abs=1e-3)
        expected = sum(PENALTIES[name] for name in PENALTIES if row.get(f"{name}_pass") is False)
        assert taken == pytest.approx(expected)
        assert row["eligible"] == ("fails" not in row["rank_reason"]) == (row["runs_pass"] and row["immune_pass"])


def test_chosen_sites__are_the_best_that_lie_apart(found):
    for record, chosen in found.selected.groupby("record"):
        sites = found.sites[(found.sites["record"] == record) & found.sites["eligible"]].sort_values("rank")
        taken = []
        for start in sites["start"]:
            if len(taken) < 3 and all(abs(start - other) >= 30 for other in taken):
                taken.append(start)
        assert chosen["start"].tolist() == taken


def test_chosen_sites__have_different_guides():
    repeat = drawn(60, seed=3)
    found = design({"r": repeat + "ACGTTGCA" + repeat}, DesignOptions(top=50, spacing=1, fold="no"), model=CountsU())
    assert found.selected["guide"].is_unique
    assert found.sites["copies"].value_counts().to_dict() == {2: 80, 1: 28}


def test_model__is_told_what_lies_around_each_site():
    model = CountsU()
    sequence = drawn(70).replace("T", "U")
    design({"a": sequence}, DesignOptions(**QUICK), model=model)
    assert model.contexts is None
    assert model.seen["0"] == sequence[:41] and model.seen["25"] == sequence[5:66] and model.seen["49"] == sequence[29:]


def test_model_that_is_shipped__predicts_as_it_does_alone():
    found = design({"a": drawn(60)}, DesignOptions(**QUICK))
    model = models.load("sirna-huesken")
    sequence = drawn(60).replace("T", "U")
    model.contexts = {str(i): sequence[max(0, i - 20) : i + 41] for i in range(40)}
    expected = model.predict_sequences(found.sites["guide"].tolist(), ids=[str(i) for i in range(40)])
    assert np.allclose(found.sites["efficacy"], expected[:, 0], atol=1e-4)
    assert found.label == model.label and "Huesken" in found.label


def test_model_that_is_shipped__gives_the_same_bits_on_any_number_of_cores(monkeypatch):
    from deepchem_genomics.sirna import site_efficacy

    monkeypatch.setattr(site_efficacy, "_CHUNK", 16)
    found = []
    for cores in (1, 3):
        monkeypatch.setattr("os.cpu_count", lambda cores=cores: cores)
        found.append(design({"a": drawn(100)}, DesignOptions(**QUICK)).sites)
    pd.testing.assert_frame_equal(*found, check_exact=True)


def test_model__of_another_length_is_refused():
    model = CountsU()
    model.length = 19
    with pytest.raises(ModelFolderError, match=mentions("19 nt", "21")):
        design({"a": drawn(60)}, DesignOptions(**QUICK), model=model)


def test_unknown_bases__are_no_sites_and_are_counted():
    found = design({"a": drawn(40) + "RN" + drawn(40)}, DesignOptions(**QUICK), model=CountsU())
    assert len(found.sites) == 40 and found.intake.unknown_windows == 22
    with pytest.raises(EmptyInputError, match=mentions("10", "21 nt")):
        design({"a": "N" * 30}, DesignOptions(**QUICK), model=CountsU())


def test_dna_and_rna__are_the_same_to_it():
    dna, rna = (
        design({"a": text}, DesignOptions(**QUICK), model=CountsU())
        for text in (drawn(60), drawn(60).replace("T", "U"))
    )
    pd.testing.assert_frame_equal(dna.sites, rna.sites)


def test_annotations__become_rules_where_they_are_known(caplog):
    variants = {"a": [Variant(40, 41, "rs1:A>G")], "x": []}
    found = design(
        {"a": drawn(90), "b": drawn(90, 1)},
        DesignOptions(**QUICK),
        model=CountsU(),
        annotations=Annotations(coding={"a": (10, 70)}, variants=variants),
    )
    a, b = (part for _, part in found.sites.groupby("record"))
    assert a["position_pass"].tolist() == [start >= 60 for start in range(70)] and b["position_pass"].isna().all()
    assert b["position"].eq("").all() and set(a["position"]) == {"CDS", "3'UTR"}
    assert a.loc[a["snp"] == "rs1:A>G", "start"].tolist() == list(range(20, 41))
    assert not a.loc[~a["snp_pass"], "eligible"].any()
    assert found.notes == ["1 of 2 names in the variants are of no transcript given, such as 'x'"]


def test_region__is_where_all_chosen_sites_are():
    records = {"a": drawn(300), "b": drawn(300, 1)}
    for regions in (("CDS",), ("5'UTR", "3'UTR")):
        options = DesignOptions(fold="no", top=300, spacing=1, regions=regions)
        found = design(records, options, model=CountsU(), annotations=Annotations(coding={"a": (100, 200)}))
        assert set(found.selected["record"]) == {"a"} and set(found.selected["region"]) == set(regions)
        sites = found.sites
        assert (sites["region_pass"] == sites["position"].isin(regions)).all()
        assert set(sites.loc[sites["record"] == "b", "region"]) == {"unknown"}
        assert any(re.search(mentions("1 of 2 records", "b", "280 fail region"), note) for note in found.notes)
    assert design(records, DesignOptions(**QUICK), model=CountsU()).sites["region_pass"].isna().all()
    with pytest.raises(BadValueError, match=mentions("'exon'", "CDS")):
        DesignOptions(regions=("exon",))


def test_sites__at_the_ends_of_a_transcript_cost_something(found):
    for _, sites in found.sites.groupby("record"):
        last = sites["start"].max()
        assert sites["ends"].tolist() == [min(start, last - start) for start in sites["start"]]
        assert (sites["ends_pass"] == sites["start"].between(20, last - 20)).all()
    reasons = found.sites["rank_reason"]
    assert (reasons.str.contains("; ends -0.05") == ~found.sites["ends_pass"]).all()


def test_sites__that_fail_half_of_the_rules_are_poor(found):
    rules = [name for name in SITE_RULES if f"{name}_pass" in found.sites]
    verdicts = found.sites[[f"{name}_pass" for name in rules]]
    assert (found.sites["rules_failed"] == (verdicts == False).sum(axis=1)).all()  # noqa: E712 (may be NA)
    assert set(found.sites["rules_evaluated"]) == {15}  # of the sequence alone
    assert (found.sites["poor"] == (found.sites["rules_failed"] >= 7.5)).all()
    assert 0 < found.sites["poor"].sum() < len(found.sites)


def test_rules__for_which_nothing_was_given_are_not_evaluated():
    found = design(
        {"a": drawn(90)},
        DesignOptions(**QUICK),
        model=CountsU(),
        annotations=Annotations(variants={"x": [Variant(4, 5, "v")]}),
    )
    sites = found.sites
    assert sites[["snp_pass", "off_target_pass", "position_pass", "seed_pass"]].isna().all(axis=None)
    assert sites["rank_reason"].str.contains("snp not evaluated; .*off_target not evaluated").all()
    assert sites["eligible"].any()


def test_seeds__are_not_evaluated_where_a_transcriptome_has_none(tmp_path):
    (tmp_path / "t.fa").write_text(f">t\n{'N' * 50}\n")
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path, index=False)
    options = DesignOptions(**QUICK, mismatches=-1)
    found = design({"a": drawn(60)}, options, model=CountsU(), transcriptome=transcriptome)
    assert found.sites["seed_pass"].isna().all() and found.sites["off_target_pass"].isna().all()
    assert any(re.search(mentions("t.fa", "50 of 50", "N"), note) for note in found.notes)


def test_off_targets__are_not_said_to_pass_where_one_mismatch_was_not_looked_for(tmp_path):
    (tmp_path / "t.fa").write_text(f">t\n{drawn(100)[20:60]}\n")
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path)
    options = DesignOptions(**QUICK, mismatches=0)
    found = design({"a": drawn(100)}, options, model=CountsU(), transcriptome=transcriptome)
    sites = found.sites[found.sites["off_target_searched"]]
    inside = sites["start"].between(18, 40)  # bases 2 to 19 of their guides
    assert (sites.loc[inside, "off_target_pass"] == False).all()  # noqa: E712 (may be NA)
    assert sites.loc[~inside, "off_target_pass"].isna().all() and sites.loc[~inside, "eligible"].all()


def test_off_targets__spare_the_gene_itself_and_rule_out_near_copies(tmp_path):
    sequence = drawn(200)
    other = list(drawn(100, 7) + sequence[50:110] + drawn(100, 8))
    other[130] = "A" if other[130] != "A" else "C"
    records = {"a.2": sequence, "copy": "".join(other), "isoform": drawn(30, 9) + sequence[20:150]}
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{text}\n" for name, text in records.items()))
    found = design(
        {"a.1": sequence},
        DesignOptions(**QUICK),
        model=CountsU(),
        transcriptome=Transcriptome(tmp_path / "t.fa", tmp_path / "cache"),
        annotations=Annotations(genes={"a.1": "A", "isoform": "A"}),
    )
    assert set(found.off_targets["transcript"]) == {"copy"}
    sites = found.sites.set_index("start")
    searched = sites[sites["off_target_searched"]]
    expected = {start: 0 if not start + 2 <= 80 <= start + 19 else 1 for start in range(50, 90)}
    near = {start: int(fewest) for start, fewest in searched["off_target"].dropna().items() if start in expected}
    assert near and near == {start: expected[start] for start in near}
    assert not searched.loc[list(near), "eligible"].any()
    assert searched["seed_transcripts"].min() >= 1  # the target itself
    assert not sites.loc[~sites["off_target_searched"], "eligible"].any()


def test_off_targets__are_counted_over_the_duplex_of_either_strand_and_once_a_gene(tmp_path):
    sequence = drawn(200, 13)
    swap = str.maketrans("ACGT", "CAAC")
    site, other = sequence[60:81], sequence[120:141]
    paired = site[:2].translate(swap) + site[2:20] + site[20:].translate(swap)  # bases 2 to 19 of the guide
    sense = decode(one_hot([other[:3].translate(swap) + other[3:]], DNA)[:, ::-1, ::-1], DNA)[0]
    records = {"x1 gene:X": drawn(40, 14) + paired, "x2 gene:X": drawn(40, 15) + paired, "y": drawn(40, 16) + sense}
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{text}\n" for name, text in records.items()))
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path / "cache")
    options = DesignOptions(fold="no", top=40, not_required=("runs", "immune"))
    sites = design({"a": sequence}, options, model=CountsU(), transcriptome=transcriptome).sites.set_index("start")
    counts = sites.loc[[60, 120], ["off_target_0", "off_target", "passenger_matches"]]
    assert counts.to_numpy(dtype=int).tolist() == [[1, 0, 0], [1, 0, 1]]
    assert not sites.loc[[60, 120], "eligible"].any()


def test_off_targets__with_seed_and_center_intact_weigh_twice(tmp_path):
    sequence = drawn(200, 13)
    swap = str.maketrans("ACGT", "CAAC")

    def changed(start, *bases):
        """Return the site with other bases against these of the guide, and against those outside 2 to 19."""
        letters = list(sequence[start : start + 21])
        for base in (1, 20, 21, *bases):
            letters[21 - base] = letters[21 - base].translate(swap)
        return "".join(letters)

    records = {"a": changed(40, 12, 19), "b": changed(40, 3, 15), "c": changed(100, 11, 14), "d": changed(140, 13, 14)}
    records["e"] = records["d"] + "A" * 30 + changed(140, 2, 14)
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{text}\n" for name, text in records.items()))
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path / "cache")
    options = DesignOptions(fold="no", top=40, not_required=("runs", "immune"))
    found = design({"x": sequence}, options, model=CountsU(), transcriptome=transcriptome)
    sites = found.sites.set_index("start").loc[[40, 100, 140]]
    assert sites[["off_target_2", "off_target_2_intact"]].to_numpy(dtype=int).tolist() == [[2, 1], [1, 0], [2, 2]]
    taken = [float(re.search(r"two-mismatch genes -([\d.]+)", text)[1]) for text in sites["rank_reason"]]
    assert taken == [0.03, 0.01, 0.04]
    places = found.off_targets[found.off_targets["start"] == 140]
    assert sorted(zip(places["transcript"], places["mismatched"], strict=True)) == [
        ("d", "13 14"),
        ("e", "13 14"),
        ("e", "2 14"),
    ]


def test_off_targets__of_repeats_are_listed_up_to_a_number_and_counted_all(tmp_path):
    sequence, rng = drawn(120, 13), np.random.default_rng(3)
    records = []
    for _ in range(300):
        letters = np.array(list(sequence[30:90]))
        changed = rng.choice(60, rng.integers(1, 6), replace=False)
        letters[changed] = rng.choice(list("ACGT"), len(changed))
        records.append("".join(letters))
    (tmp_path / "t.fa").write_text("".join(f">r{number}\n{text}\n" for number, text in enumerate(records)))
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path / "cache")
    all_of, few = (
        design(
            {"a": sequence},
            DesignOptions(fold="no", top=40, not_required=("off_target",), off_target_rows=most),
            model=CountsU(),
            transcriptome=transcriptome,
        )
        for most in (10**6, 7)
    )
    pd.testing.assert_frame_equal(few.sites, all_of.sites)
    pd.testing.assert_frame_equal(few.selected, all_of.selected)
    places = all_of.off_targets
    n_places = places.groupby("start").size()
    counted = few.sites.set_index("start")["off_target_places"]
    assert counted[counted > 0].to_dict() == n_places.to_dict() and n_places.max() > 150
    assert (places["places"] == places["start"].map(n_places)).all()
    for start, rows in few.off_targets.groupby("start"):
        intact = [[int(base) > 11 for base in text.split()] for text in places["mismatched"]]
        worst = places.assign(touched=[not all(each) for each in intact])[places["start"] == start]
        worst = worst.sort_values(["mismatches", "touched", "strand", "transcript", "position"]).head(7)
        keys = ["transcript", "position", "strand", "mismatched"]
        assert sorted(map(tuple, rows[keys].to_numpy())) == sorted(map(tuple, worst[keys].to_numpy()))
    n_more = int((n_places > 7).sum())
    assert any(re.search(mentions(str(n_more), "7", "off_target_places"), note) for note in few.notes)
    assert not any("off_target_places" in note for note in all_of.notes)


def test_off_targets__that_are_the_target_under_another_name_are_pointed_out(tmp_path):
    (tmp_path / "t.fa").write_text(f">NM_1\n{drawn(200)}\n")
    found = design(
        {"a": drawn(200)},
        DesignOptions(**QUICK),
        model=CountsU(),
        transcriptome=Transcriptome(tmp_path / "t.fa", tmp_path),
    )
    assert len(found.selected) == 0
    assert re.search(mentions("NM_1", "off-targets", "genes"), found.notes[0])


@pytest.fixture
def copied(tmp_path):
    """Return a transcript, and a transcriptome where other genes have all but its end, and some of that changed."""
    sequence = drawn(500, 11)
    changed = list(sequence[400:440])
    changed[::12] = "A" * len(changed[::12])
    (tmp_path / "t.fa").write_text(f">copy\n{sequence[:400]}\n>near\n{''.join(changed)}\n")
    return sequence, Transcriptome(tmp_path / "t.fa", tmp_path / "cache")


def test_search__goes_on_until_enough_are_found_or_all_were_searched(copied, monkeypatch):
    sequence, transcriptome = copied

    def designed(first, **options):
        monkeypatch.setattr(judging, "_FIRST_SEARCHED", first)
        settings = DesignOptions(fold="no", **options)
        return design({"a": sequence}, settings, model=CountsU(), transcriptome=transcriptome)

    everything = designed(10**9, top=3).selected
    assert len(everything) == 3 and (everything["end"] > 400).all()
    some = designed(5, top=3)
    pd.testing.assert_frame_equal(some.selected.drop(columns="rank"), everything.drop(columns="rank"))
    assert some.sites["off_target_searched"].sum() > 5
    few = designed(5, top=3, max_searched=7)
    assert few.sites["off_target_searched"].sum() == 7 and len(few.selected) < 3
    exhausted = designed(5, top=40, spacing=21).sites
    assert (exhausted["off_target_searched"] == (exhausted["runs_pass"] & exhausted["immune_pass"])).all()


def test_search__stops_where_no_other_site_could_be_chosen(tmp_path, monkeypatch):
    monkeypatch.setattr(judging, "_FIRST_SEARCHED", 5)
    (tmp_path / "t.fa").write_text(f">other\n{drawn(100, 12)}\n")
    transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path / "cache")
    options = DesignOptions(fold="no", top=1)
    sites = design({"a": drawn(500, 11)}, options, model=CountsU(), transcriptome=transcriptome).sites
    best = sites.loc[sites["rank"] == 1, "score"].item()
    eligible = sites["runs_pass"] & sites["immune_pass"]
    assert sites["off_target_searched"].sum() < eligible.sum()
    assert sites.loc[eligible & ~sites["off_target_searched"], "score"].max() < best


def test_two_mismatches__cost_a_little_each_up_to_a_limit():
    sites = pd.DataFrame(
        {
            "record": "a",
            "start": range(4),
            "efficacy": 1.0,
            "guide": list("abcd"),
            "off_target_2": pd.array([0, 3, 50, None], dtype="Int64"),
            "off_target_2_intact": pd.array([0, 1, 0, None], dtype="Int64"),
            "off_target_searched": [True, True, True, False],
        }
    )
    add_score(sites, (), {})
    add_rank(sites)
    assert sites["score"].tolist() == [1.0, 0.96, 0.9, 1.0]
    assert sites["rank"].tolist() == [1, 2, 3, 4]
    assert choose_spaced(sites, 2, 2).tolist() == [0, 2]


@pytest.mark.parametrize(
    ("options", "facts"),
    [
        ({"top": 0}, ("top", "0", "1")),
        ({"max_searched": 0}, ("max_searched", "0", "1")),
        ({"mismatches": 4}, ("mismatches", "4", "3")),
        ({"required": ("gcc",)}, ("gcc", "required", "gc, ui_tei_ends")),
        ({"not_required": ("run",)}, ("run", "not_required", "runs")),
        ({"required": ("gc", "runs"), "not_required": ("runs",)}, ("runs", "required", "not_required")),
        ({"penalties": {"gc": -1}}, ("penalty", "gc", "-1", "0")),
        ({"fold": "yes"}, ("fold", "yes")),
    ],
)
def test_options__that_are_impossible_are_refused(options, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        DesignOptions(**options)


def test_required_rules__are_added_to_the_usual_ones():
    found = design({"a": drawn(200)}, DesignOptions(fold="no", required=("gc",)), model=CountsU())
    sites = found.sites
    assert (sites["eligible"] == (sites["gc_pass"] & sites["runs_pass"] & sites["immune_pass"])).all()
    assert not sites.loc[sites["gc_pass"], "eligible"].all() and found.notes == []


def test_required_rules__can_be_dropped_and_penalties_chosen():
    options = DesignOptions(fold="no", required=("gc",), not_required=("runs", "immune"), penalties={"runs": 0.5})
    found = design({"a": drawn(200)}, options, model=CountsU())
    sites = found.sites
    assert options.required_rules == ("gc", "place", "snp", "off_target")
    assert (sites["eligible"] == sites["gc_pass"]).all() and re.search(mentions("runs, immune"), found.notes[0])
    assert np.allclose(sites["efficacy"] - sites["score"], np.where(sites["runs_pass"], 0, 0.5), atol=1e-4)


def test_folding__is_left_out_and_said_so_without_viennarna(monkeypatch):
    monkeypatch.setattr(folding, "can_fold", lambda: False)
    found = design({"a": drawn(60)}, DesignOptions(), model=CountsU())
    assert "fold" not in found.sites and "ViennaRNA is not installed, so guides were not folded" in found.notes[0]
    monkeypatch.setitem(sys.modules, "RNA", None)
    with pytest.raises(MissingExtraError, match=mentions("ViennaRNA")):
        design({"a": drawn(60)}, DesignOptions(fold="no", accessibility=True), model=CountsU())


def test_folding__finds_a_hairpin_and_an_open_stretch():
    pytest.importorskip("RNA", reason="ViennaRNA is not installed")
    hairpin = "GGGGGAAAAUUUUCCCCC"[:21] + "AAA"
    energies = folding.folding_energies([hairpin, "A" * 21])
    assert energies[0] < -5 and energies[1] == 0
    openness = folding.seed_site_openness("A" * 40)
    assert np.isnan(openness[:7]).all() and (openness[7:] > 0.99).all()
    found = design({"a": drawn(90)}, DesignOptions(accessibility=True), model=CountsU())
    assert found.sites["seed_site_open"].between(0, 1).all()
    assert (found.sites["fold_pass"] == (found.sites["fold"] >= -3)).all()


def test_model__sees_the_guides_in_order():
    model = CountsU()
    found = design({"a": drawn(50), "b": drawn(700, 1)}, DesignOptions(**QUICK), model=model)
    assert model.guides == found.sites["guide"].tolist()
