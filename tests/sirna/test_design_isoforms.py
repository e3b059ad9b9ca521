"""Isoforms: which of them a site hits, and one list for a gene."""

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError
from deepchem_genomics.sirna import Annotations, DesignOptions, Transcriptome, design


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


FIRST, MIDDLE, LAST = drawn(120), drawn(120, 1), drawn(120, 2)
WHOLE, SHORT = FIRST + MIDDLE + LAST, FIRST + LAST


def header(name, symbol="GENE", gene="ENSG00000000001.3"):
    return f"{name}|{gene}|-|-|{symbol}-1|{symbol}|{1}|"


def in_transcriptome(tmp_path, records):
    (tmp_path / "all.fa").write_text("".join(f">{header}\n{text}\n" for header, text in records.items()))
    return Transcriptome(tmp_path / "all.fa", tmp_path / "cache")


def hit(start):
    """Return how many of WHOLE and SHORT have bases 2 to 19 of the guide against a site of WHOLE."""
    return sum(WHOLE[start + 2 : start + 20] in sequence for sequence in (WHOLE, SHORT))


EVERY = DesignOptions(fold="no", top=400, spacing=1)


def test_isoforms__of_the_transcriptome_are_counted_for_each_site(tmp_path):
    known = {header("ENST1.1"): WHOLE, header("ENST2.1"): SHORT, header("ENST3.1", "OTHER", "ENSG00000000002.1"): LAST}
    found = design({header("ENST1.1"): WHOLE}, EVERY, transcriptome=in_transcriptome(tmp_path, known))
    searched = found.sites[found.sites["off_target_searched"]].set_index("start")
    assert len(searched) > 100 and set(searched["isoforms_of"]) == {2}
    assert searched["isoforms"].to_dict() == {start: hit(start) for start in searched.index}
    assert (searched["isoforms_pass"] == (searched["isoforms"] == 2)).all()
    assert set(found.selected["isoforms"]) == {1, 2}
    rest = found.sites[~found.sites["off_target_searched"]]
    assert rest[["isoforms", "isoforms_of", "isoforms_pass"]].isna().all(axis=None)


def test_isoforms__count_the_target_itself_where_the_transcriptome_has_it_not(tmp_path):
    known = {header("ENST2.1"): SHORT, "mine": drawn(90, 5), "named": FIRST[:60]}
    target = {"NM_1.1 Homo sapiens example (GENE), mRNA": WHOLE}
    found = design(
        target,
        EVERY,
        transcriptome=in_transcriptome(tmp_path, known),
        annotations=Annotations(genes={"named.2": "GENE"}),
    )
    searched = found.sites[found.sites["off_target_searched"]].set_index("start")
    assert set(searched["isoforms_of"]) == {3}
    expected = {start: hit(start) + (WHOLE[start + 2 : start + 20] in FIRST[:60]) for start in searched.index}
    assert searched["isoforms"].to_dict() == expected


def test_isoforms__are_not_evaluated_where_none_are_known():
    found = design({"a": WHOLE}, DesignOptions(fold="no"))
    assert found.sites[["isoforms", "isoforms_of", "isoforms_pass"]].isna().all(axis=None)


RECORDS = {header("ENST1.1"): WHOLE, header("ENST2.1"): SHORT, "alone": drawn(90, 6)}


def test_common__gives_one_list_a_gene_of_sites_that_all_records_have():
    found = design(RECORDS, DesignOptions(fold="no", common=True, top=400, spacing=1))
    assert found.selected["record"].unique().tolist() == ["ENST1.1", "alone"]
    assert found.intake.refused == [("ENST2.1", "isoform of ENST1.1")]
    assert (found.intake.records, found.intake.kept) == (3, 2)
    sites = found.sites[found.sites["record"] == "ENST1.1"]
    assert sites["isoforms"].tolist() == [hit(start) for start in sites["start"]]
    assert (sites.loc[sites["eligible"], "isoforms"] == 2).all() and (sites["isoforms"] == 1).any()
    alone = found.sites[found.sites["record"] == "alone"]
    assert set(alone["isoforms"]) == set(alone["isoforms_of"]) == {1}


def test_common__joins_records_and_transcriptome_without_counting_one_twice(tmp_path):
    known = {header("ENST2.7"): SHORT, header("ENST4.1"): MIDDLE[60:] + LAST}
    options = DesignOptions(fold="no", common=True, top=400, spacing=1)
    found = design(RECORDS, options, transcriptome=in_transcriptome(tmp_path, known))
    sites = found.sites[(found.sites["record"] == "ENST1.1") & found.sites["off_target_searched"]]
    assert set(sites["isoforms_of"]) == {3}
    assert sites["start"][sites["eligible"]].min() >= 238 and sites["eligible"].any()
    seeds = DesignOptions(fold="no", common=True, mismatches=-1)
    found = design(RECORDS, seeds, transcriptome=Transcriptome(tmp_path / "all.fa", tmp_path / "cache"))
    assert pd.unique(found.sites["isoforms_of"]).tolist() == [2, 1]


def test_common__refuses_records_of_a_gene_that_lie_apart():
    apart = {header("ENST1.1"): WHOLE, "alone": drawn(90, 6), header("ENST2.1"): SHORT}
    with pytest.raises(BadValueError, match=mentions("ENST2.1", "ENSG00000000001")):
        design(apart, DesignOptions(fold="no", common=True))
