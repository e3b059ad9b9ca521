"""Names that people have: headers of GENCODE, Ensembl and RefSeq, versions, ids that join the files."""

import re

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import DuplicateIdError, GenomeFileError
from deepchem_genomics.sirna import Annotations, DesignOptions, Transcriptome, Variant, design
from deepchem_genomics.sirna.headers import Gene, Versioned, read_heading, same_gene
from deepchem_genomics.sirna.transcripts import Intake, read_transcripts

GENCODE = "ENST00000269305.9|ENSG00000141510.19|OTTHUMG1.12|OTTHUMT2.1|TP53-201|TP53"


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


@pytest.mark.parametrize(
    ("header", "name", "gene"),
    [
        (f"{GENCODE}|2512|CDS:143-1324|", "ENST00000269305.9", ("ENSG00000141510", "TP53")),
        ("ENST1.1|ENSG00000000002.3|-|", "ENST1.1", ("ENSG00000000002", "")),
        ("ENST0.1_PAR_Y|ENSG00000182378.15_PAR_Y|-|-|P-1|PLCXD1|9|x|", "ENST0.1_PAR_Y", ("ENSG00000182378", "PLCXD1")),
        (
            "ENSMUST00000000001.5 cdna chromosome:GRCm39:3 gene:ENSMUSG00000000001.5 gene_symbol:Gnai3 description:x",
            "ENSMUST00000000001.5",
            ("ENSMUSG00000000001", "Gnai3"),
        ),
        ("NM_000546.6 Homo sapiens tumor protein p53 (TP53), transcript variant 1, mRNA", "NM_000546.6", ("", "TP53")),
        ("NR_046018.2 Homo sapiens helicase 11 (pseudogene) (DDX11L1), non-coding RNA", "NR_046018.2", ("", "DDX11L1")),
        ("XM_01.1 PREDICTED: Homo sapiens factor (A), beta (AB1), transcript variant X2, mRNA", "XM_01.1", ("", "AB1")),
        ("gi|1204|ref|NM_000546.4| Homo sapiens tumor protein p53 (TP53), mRNA", "NM_000546.4", ("", "TP53")),
        ("NM_000546.6 TP53 [organism=Homo sapiens] [GeneID=7157] [transcript=1]", "NM_000546.6", ("", "TP53")),
        ("MSTRG.1.2 gene=RP11-34P13.7 CDS=4-30", "MSTRG.1.2", ("", "RP11-34P13.7")),
        ("Y74C9A.3.1 gene=WBGene00022277", "Y74C9A.3.1", ("WBGene00022277", "")),
        ("AT1G01010.1 | Symbols: NAC001", "AT1G01010.1", ("AT1G01010", "")),
        ("mine of a kinase (fast), made by us", "mine", ("", "")),
    ],
)  # fmt: skip
def test_headers__tell_name_and_gene(header, name, gene):
    assert read_heading(header)[:2] == (name, Gene(*gene))


def test_headers__tell_the_coding_sequence_of_the_transcript_that_they_are_of():
    text = drawn(60)
    fasta = {
        f"{GENCODE}|60|UTR5:1-9|CDS:10-30|": text,
        "cut|ENSG00000000002.3|-|-|A-1|A|90|CDS:10-30|": drawn(60, 1),
        "past CDS=10-61": drawn(60, 2),
        "gffread CDS=10-60": drawn(60, 3),
    }
    intake = Intake()
    assert [each.coding for each in read_transcripts(fasta, intake)] == [(9, 30), None, None, (9, 60)]
    assert intake.coding_of_other == 2
    found = design(fasta, DesignOptions(fold="no"), annotations=Annotations(coding={"gffread": (0, 30)}))
    regions = found.sites.groupby("record")["position"].agg(set).to_dict()
    assert regions == {
        "ENST00000269305.9": {"CDS", "3'UTR"},
        "cut": {""},
        "past": {""},
        "gffread": {"CDS", "3'UTR"},
    }
    assert any(re.search(mentions("2", "coding sequence"), note) for note in found.notes)


def test_headers__of_one_short_name_are_refused(tmp_path):
    (tmp_path / "t.fa").write_text(f">{GENCODE}|9|\n{drawn(30)}\n>ENST00000269305.9 other\n{drawn(30, 1)}\n")
    with pytest.raises(DuplicateIdError, match=mentions("t.fa:3", "ENST00000269305.9", "line 1")):
        list(read_transcripts(tmp_path / "t.fa"))
    with pytest.raises(DuplicateIdError, match=mentions("'a'")):
        list(read_transcripts({"a 1": drawn(30), "a 2": drawn(30, 1)}))
    with pytest.raises(GenomeFileError, match=mentions("record 1", "name")):
        list(read_transcripts({" ": drawn(30)}))


def test_genes__are_one_by_accessions_of_one_kind_or_by_a_shared_name():
    ensembl, refseq = Gene("ENSG00000201098", "Y_RNA"), Gene("", "Y_RNA")
    assert same_gene(ensembl, refseq) and same_gene(Gene("", "ENSG00000201098"), ensembl)
    assert not same_gene(ensembl, Gene("ENSG00000199347", "Y_RNA"))
    assert not same_gene(Gene(), Gene()) and not same_gene(Gene("", "A"), Gene("", "a"))


def test_versions__may_be_missing_on_either_side_and_must_not_be_ambiguous():
    known = Versioned({"t.9": 1, "u": 2, "v.1": 3, "v.2": 4})
    assert [known.get(name) for name in ("t.9", "t", "u.3", "u", "v.2")] == [1, 1, 2, 2, 4]
    assert [known.get(name) for name in ("t.8", "v", "v.3", "x")] == [None] * 4
    assert [known.get(name, other_version=True) for name in ("t.8", "v", "v.3", "x")] == [1, None, None, None]


def test_annotations__are_matched_whatever_side_lacks_the_version():
    sequence = drawn(120)
    for name, given in (("t.9", "t"), ("t", "t.9"), ("t.9", "t.9")):
        variants = {given: [Variant(50, 51, "v")]}
        found = design(
            {name: sequence},
            DesignOptions(fold="no"),
            annotations=Annotations(coding={given: (10, 70)}, variants=variants),
        )
        assert set(found.sites["position"]) == {"CDS", "3'UTR"} and set(found.sites["snp"]) == {"", "v"}
        assert found.notes == []
    found = design({"t.9": sequence}, DesignOptions(fold="no"), annotations=Annotations(coding={"t.8": (10, 70)}))
    assert set(found.sites["position"]) == {""}
    assert re.search(mentions("1 of 1", "'t.8'", "version"), found.notes[0])


def in_transcriptome(tmp_path, *records):
    (tmp_path / "all.fa").write_text("".join(f">{header}\n{text}\n" for header, text in records))
    return Transcriptome(tmp_path / "all.fa", tmp_path / "cache")


REFSEQ = "NM_000546.6 Homo sapiens tumor protein p53 (TP53), transcript variant 1, mRNA"


@pytest.mark.parametrize(
    ("target", "other"),
    [
        (REFSEQ, f"{GENCODE}|200|"),
        (f"{GENCODE}|200|", REFSEQ),
        (REFSEQ, "NM_001126112.3 Homo sapiens tumor protein p53 (TP53), transcript variant 2, mRNA"),
        ("ENST00000269305", f"{GENCODE}|200|"),
        ("ENST00000269305.8", f"{GENCODE}|200|"),
        (f"{GENCODE}|200|", "ENST00000445888.6|ENSG00000141510.18|-|-|TP53-207|TP53|100|"),
        (f"{GENCODE}|200|", "ENST00000445888 cdna gene:ENSG00000141510.2 gene_symbol:TP53"),
    ],
)
def test_off_targets__are_never_of_the_gene_itself(tmp_path, target, other):
    sequence = drawn(200)
    transcriptome = in_transcriptome(tmp_path, (other, drawn(50, 1) + sequence[10:]))
    found = design({target: sequence}, DesignOptions(fold="no"), transcriptome=transcriptome)
    assert len(found.off_targets) == 0 and len(found.selected) > 3
    assert found.notes == []


def test_off_targets__name_the_gene_and_keep_genes_of_one_symbol_apart(tmp_path):
    sequence = drawn(200)
    others = [(f"ENST0000000000{n}|ENSG0000000000{n}.1|-|-|Y-1|Y_RNA|200|", sequence[60:100]) for n in (1, 2)]
    transcriptome = in_transcriptome(tmp_path, *others)
    options = DesignOptions(fold="no", top=100, spacing=1)
    found = design({REFSEQ: sequence}, options, transcriptome=transcriptome)
    assert set(found.off_targets["gene"]) == {"Y_RNA"}
    assert found.sites.set_index("start")["off_target_0"].loc[65:75].dropna().unique().tolist() == [2]


def test_design__says_why_a_record_has_no_site(tmp_path):
    sequence = drawn(200)
    transcriptome = in_transcriptome(tmp_path, (f"{GENCODE}|200|", sequence))
    found = design(
        {"mine": sequence, "other": drawn(90, 5)}, DesignOptions(fold="no", top=2), transcriptome=transcriptome
    )
    assert set(found.selected["record"]) == {"other"}
    sites = found.sites[found.sites["record"] == "mine"]
    n_failing = (sites["off_target_pass"] == False).sum()  # noqa: E712 (may be NA)
    (why,) = (note for note in found.notes if "1 of 2 records" in note)
    assert re.search(mentions("mine", "180 sites", f"{n_failing} fail off_target"), why)
    assert any(re.search(mentions("ENST00000269305.9 (TP53)", "mine"), note) for note in found.notes)


def test_ids__are_of_gene_and_place_and_differ():
    isoform = "NM_001126112.3 Homo sapiens tumor protein p53 (TP53), transcript variant 2, mRNA"
    records = {REFSEQ: drawn(1100), isoform: drawn(60, 1), "TP53": drawn(60, 2), "named": drawn(60, 3)}
    found = design(records, DesignOptions(fold="no"), annotations=Annotations(genes={"named": "TP53"}))
    assert found.sites["id"].is_unique
    first = found.sites.groupby("record", sort=False)[["id", "gene"]].first().to_numpy().tolist()
    assert first == [
        ["TP53_0000", "TP53"],
        ["NM_001126112.3_0000", "TP53"],
        ["TP53-2_0000", ""],
        ["named_0000", "TP53"],
    ]
    last = found.sites[found.sites["record"] == "NM_000546.6"].iloc[-1]
    assert (last["id"], last["start"]) == ("TP53_1079", 1079)
