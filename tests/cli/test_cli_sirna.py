"""``dcgenomics sirna design``, on toy transcripts."""

import csv
import json
import re
from html.parser import HTMLParser
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.io.outputs import MARKER


def drawn(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


@pytest.fixture
def fasta(tmp_path):
    """Return two transcripts that count, and three records that do not."""
    path = tmp_path / "genes.fa"
    first, second = drawn(150, 1), drawn(120, 2)
    second = second[:50] + "N" + second[51:]
    path.write_text(f">first\n{first}\n><script>alert(1)</script>\n{second}\n>short\nACGT\n>again\n{first}\n")
    return path


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DEEPCHEM_GENOMICS_CACHE", str(tmp_path / "cache"))


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


class Tags(HTMLParser):
    """Collects the links, ids and scripts of a page."""

    def __init__(self):
        super().__init__()
        self.links, self.ids, self.names = [], [], []

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.names.append(tag)
        self.links += [values["href"]] if "href" in values else []
        self.ids += [values["id"]] if "id" in values else []


def test_design__writes_tables_and_counts_what_it_left_out(dcgenomics, fasta, tmp_path):
    out = tmp_path / "out"
    result = dcgenomics("sirna", "design", fasta, "--out", out, "--top", 2, "--spacing", 30, "--fold", "no", "--quiet")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{out}\t4 of 209 sites of 2 records\n"
    assert result.stderr == (
        "dcgenomics: 1 record left out: same sequence\n"
        "dcgenomics: 1 record left out: too short\n"
        "dcgenomics: 21 windows left out: unknown bases\n"
    )
    sites, selected = rows(out / "sites.tsv"), rows(out / "selected.tsv")
    assert len(sites) == 209 and len(selected) == 4
    assert {row["runs_pass"] for row in sites} == {"pass", "fail"}
    assert [row["reason"] for row in rows(out / "refused.tsv")] == ["4 nt; a site has 21", "same sequence as first"]
    assert all(row["guide_smiles"].count("P") == 20 for row in selected)
    lines = (out / "selected.fasta").read_text().splitlines()
    assert lines[1::2] == [row[strand] for row in selected for strand in ("guide", "passenger")]
    bed = [line.split("\t") for line in (out / "selected.bed").read_text().splitlines()]
    assert [cells[:3] for cells in bed] == [[row["record"], row["start"], row["end"]] for row in selected]


@pytest.mark.parametrize("tables", ["tsv.gz", "parquet"])
def test_design__writes_long_tables_compressed(dcgenomics, tmp_path, monkeypatch, tables):
    monkeypatch.setattr(import_module("deepchem_genomics.sirna.design"), "_BATCH", 100)  # bases: two batches
    target = drawn(200, 4)
    for name, text in (("t.fa", target), ("all.fa", f"{drawn(60, 5)}{target[60:100]}")):
        (tmp_path / name).write_text(f">{name}\n{text}\n>{name}2\n{drawn(90, 6)}\n")
    arguments = ["sirna", "design", tmp_path / "t.fa", "--transcriptome", tmp_path / "all.fa", "--fold", "no"]
    for out, chosen in (("plain", "tsv"), ("packed", tables), ("again", tables)):
        result = dcgenomics(*arguments, "--out", tmp_path / out, "--tables", chosen)
        assert result.exit_code == 0, result.output
    packed, manifest = tmp_path / "packed", json.loads((tmp_path / "packed" / "manifest.json").read_text())
    page = (packed / "report.html").read_text()
    for name in ("sites", "off_targets"):
        file = packed / f"{name}.{tables}"
        assert file.name in manifest["files"] and file.name in page and not (packed / f"{name}.tsv").exists()
        assert file.read_bytes() == (tmp_path / "again" / file.name).read_bytes()
        text = pd.read_csv(tmp_path / "plain" / f"{name}.tsv", sep="\t", keep_default_na=False, dtype=str)
        if tables == "tsv.gz":
            read = pd.read_csv(file, sep="\t", keep_default_na=False, dtype=str)
            pd.testing.assert_frame_equal(read, text)
            continue
        read = pd.read_parquet(file)
        assert read.columns.tolist() == text.columns.tolist() and len(read) == len(text) > 0
        for column in read:
            if read[column].dtype.kind in "iuf":
                numbers = pd.to_numeric(text[column])
                np.testing.assert_allclose(read[column].to_numpy(dtype=float, na_value=np.nan), numbers, rtol=1e-6)
            else:
                assert read[column].fillna("").tolist() == text[column].tolist(), column
    assert (packed / "selected.tsv").read_text() == (tmp_path / "plain" / "selected.tsv").read_text()


def test_design__says_in_its_manifest_where_all_came_from(dcgenomics, fasta, tmp_path):
    import hashlib

    out = tmp_path / "out"
    assert dcgenomics("sirna", "design", fasta, "--out", out, "--top", 1, "--fold", "no").exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["inputs"]["transcripts"]["sha256"] == hashlib.sha256(fasta.read_bytes()).hexdigest()
    assert manifest["options"]["top"] == 1 and manifest["options"]["required"][:2] == ["runs", "immune"]
    assert manifest["counts"]["refused"] == {"same sequence": 1, "too short": 1}
    assert manifest["counts"]["windows with unknown bases"] == 21
    assert manifest["files"] == sorted(file.name for file in out.iterdir() if file.name != MARKER)
    assert "Huesken" in manifest["efficacy"]["label"]
    assert re.search(mentions("Huesken", "90.7%", "46 to 79%"), manifest["efficacy"]["interval"])
    assert manifest["efficacy"]["interval"] in (out / "report.html").read_text()
    assert {"deepchem_genomics", "python", "numpy"} <= set(manifest["versions"])


def test_design__says_which_rules_are_required_and_which_not_any_more(dcgenomics, fasta, tmp_path):
    out = tmp_path / "out"
    arguments = ["--require", "gc", "--not-required", "immune", "--fold", "no", "--quiet"]
    result = dcgenomics("sirna", "design", fasta, "--out", out, *arguments)
    assert result.exit_code == 0, result.output
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["options"]["required"] == ["gc", "runs", "place", "snp", "off_target"]
    assert manifest["options"]["not_required"] == ["immune"]
    assert any(re.search(mentions("immune"), note) for note in manifest["notes"])
    assert "not_required: immune" in (out / "report.html").read_text()
    sites = rows(out / "sites.tsv")
    assert {(row["gc_pass"], row["runs_pass"]) for row in sites if row["eligible"] == "yes"} == {("pass", "pass")}


def test_design__marks_poor_sites_in_every_file(dcgenomics, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "t.fa").write_text(f">target\n{drawn(120, 1)}\n")
    arguments = ["--fold", "no", "--top", 60, "--spacing", 1, "--out", out]
    assert dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments).exit_code == 0
    poor = [row["poor"] for row in rows(out / "selected.tsv")]
    assert set(poor) == {"yes", "no"}
    headers = [line for line in (out / "selected.fasta").read_text().splitlines() if line.startswith(">")]
    assert [header.endswith(" poor") for header in headers[::2]] == [word == "yes" for word in poor]
    assert json.loads((out / "manifest.json").read_text())["counts"]["selected and poor"] == poor.count("yes")
    assert (out / "report.html").read_text().count("poor: ") == poor.count("yes")


def test_design__gives_a_site_one_id_and_one_rank_in_every_file(dcgenomics, tmp_path):
    out, name = tmp_path / "out", "ENST00000269305.9|ENSG00000141510.19|-|-|TP53-201|TP53|200|CDS:11-190|"
    (tmp_path / "t.fa").write_text(f">{name}\n{drawn(200, 4)}\n")
    assert dcgenomics("sirna", "design", tmp_path / "t.fa", "--out", out, "--fold", "no", "--top", 4).exit_code == 0
    selected = rows(out / "selected.tsv")
    expected = [(row["id"], row["rank"]) for row in selected]
    assert [id for id, _ in expected] == [f"TP53_{int(row['start']):04d}" for row in selected]
    assert [rank for _, rank in expected] != ["1", "2", "3", "4"]
    assert {(row["record"], row["gene"]) for row in selected} == {("ENST00000269305.9", "TP53")}
    assert set(expected) <= {(row["id"], row["rank"]) for row in rows(out / "sites.tsv")}
    fasta = (out / "selected.fasta").read_text()
    assert re.findall(r">(\S+):guide .*?rank=(\d+)", fasta) == expected
    bed = [line.split("\t") for line in (out / "selected.bed").read_text().splitlines()]
    assert [cells[3] for cells in bed] == [id for id, _ in expected]
    page = (out / "report.html").read_text()
    table = page.partition("Chosen sites of ENST00000269305.9")[2]
    assert [(id, rank) for rank, id in re.findall(r">(\d+)</th>\s*<t[dh][^>]*>(TP53_\d+)<", table)] == expected
    assert re.findall(r'title="(TP53_\d+), rank (\d+):', page) == expected


def test_design__writes_names_with_quotes_as_csv_readers_read_them(dcgenomics, tmp_path):
    out, names = tmp_path / "out", ['"a"', 'b"c\\d']
    records = [*zip(names, (drawn(60, 1), drawn(60, 2)), strict=True), ('"short"', "ACGT")]
    (tmp_path / "t.fa").write_text("".join(f">{name}\n{bases}\n" for name, bases in records))
    assert dcgenomics("sirna", "design", tmp_path / "t.fa", "--out", out, "--fold", "no", "--top", 1).exit_code == 0
    for file in ("sites.tsv", "selected.tsv"):
        found = rows(out / file)
        assert {row["record"] for row in found} == set(names)
        assert pd.read_csv(out / file, sep="\t")["id"].tolist() == [row["id"] for row in found]
    bed = [line.split("\t")[3] for line in (out / "selected.bed").read_text().splitlines()]
    assert bed == [row["id"] for row in rows(out / "selected.tsv")] == [row["name"] for row in order(out)]
    assert [row["record"] for row in rows(out / "refused.tsv")] == ['"short"']


def order(out):
    with (out / "order.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_design__writes_orders_by_plate(dcgenomics, fasta, tmp_path):
    out = tmp_path / "out"
    arguments = ["--controls", "--modification", "esc", "--order-layout", "idt", "--plate", 96, "--plate-by", "rows"]
    result = dcgenomics("sirna", "design", fasta, "--out", out, "--fold", "no", "--top", 2, *arguments)
    assert result.exit_code == 0, result.output
    with (out / "order_1_antisense.csv").open() as file:
        lines = list(csv.DictReader(file))
    assert [line["Well Position"] for line in lines] == [f"A{number}" for number in range(1, len(lines) + 1)]
    selected = rows(out / "selected.tsv")
    assert lines[0]["Name"] == f"{selected[0]['id']}_antisense"
    bases = re.sub(r"/.2F([ACGU])/|m([ACGU])\*?|\*", r"\1\2", lines[0]["Sequence"])
    assert bases == selected[0]["guide"]
    counts = json.loads((out / "manifest.json").read_text())["counts"]
    assert (counts["duplexes to order"], counts["plates"]) == (len(lines), 1) == (3 * len(selected), 1)
    assert not (out / "order.csv").exists()
    assert "Foster" in (out / "report.html").read_text()


def test_design__offers_every_layout_and_modification():
    from deepchem_genomics.cli.sirna import design
    from deepchem_genomics.sirna import MODIFICATIONS
    from deepchem_genomics.sirna.design_folder import TABLE_FORMATS
    from deepchem_genomics.sirna.orders import LAYOUTS, PLATES

    choices = {parameter.name: list(getattr(parameter.type, "choices", [])) for parameter in design.params}
    assert choices["modification"] == list(MODIFICATIONS)
    assert choices["order_layout"] == list(LAYOUTS)
    assert choices["tables"] == list(TABLE_FORMATS)
    assert choices["plate"] == ["none", *map(str, PLATES)]


def test_design__says_why_a_gene_has_no_site(dcgenomics, tmp_path):
    (tmp_path / "t.fa").write_text(f">target\n{drawn(200, 4)}\n")
    (tmp_path / "all.fa").write_text(f">NM_1.1 Homo sapiens example (EX1), mRNA\n{drawn(200, 4)}\n")
    arguments = ["--transcriptome", tmp_path / "all.fa", "--fold", "no", "--quiet", "--out", tmp_path / "out"]
    result = dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments)
    assert result.exit_code == 0
    facts = mentions("1 of 1 record", "target", "180 sites", "fail off_target", "NM_1.1 (EX1)")
    assert re.search(facts, result.stderr)
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["counts"]["records without a chosen site"] == 1
    section = (tmp_path / "out" / "report.html").read_text().partition('id="record-0"')[2]
    assert re.search(mentions("180 sites", "fail off_target"), section)


@pytest.mark.parametrize(("limit", "facts"), [([], "no more that pass"), (["--max-searched", 9], "max_searched")])
def test_page__says_whether_there_are_more_sites(dcgenomics, tmp_path, limit, facts):
    (tmp_path / "t.fa").write_text(f">target\n{drawn(200, 4)}\n")
    (tmp_path / "all.fa").write_text(f">other\n{drawn(200, 4)[:150]}\n")
    arguments = ["--transcriptome", tmp_path / "all.fa", "--fold", "no", "--top", 30, *limit, "--out", tmp_path / "out"]
    assert dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments).exit_code == 0
    searched = sum(row["off_target_searched"] == "yes" for row in rows(tmp_path / "out" / "sites.tsv"))
    assert searched == 9 if limit else searched > 100
    counts = json.loads((tmp_path / "out" / "manifest.json").read_text())["counts"]
    assert counts["searched for off-targets"] == searched
    section = (tmp_path / "out" / "report.html").read_text().partition('id="record-0"')[2].partition("</p>")[0]
    assert facts in section and f" {searched} sites were searched" in section
    assert ("no more that pass" in section) == (not limit)


def test_design__says_what_was_not_evaluated(dcgenomics, fasta, tmp_path):
    out = tmp_path / "out"
    (tmp_path / "cds.bed").write_text("first\t10\t100\n")
    arguments = ["--cds", tmp_path / "cds.bed", "--fold", "no", "--quiet"]
    assert dcgenomics("sirna", "design", fasta, "--out", out, *arguments).exit_code == 0
    manifest = json.loads((out / "manifest.json").read_text())
    assert manifest["rules not evaluated"] == {
        "fold": 2,
        "region": 2,
        "place": 2,
        "isoforms": 2,
        "also_targets": 2,
        "snp": 2,
        "seed": 2,
        "mirna": 2,
        "conserved": 2,
        "off_target": 2,
        "position": 1,
    }
    assert {row[f"{name}_pass"] for row in rows(out / "sites.tsv") for name in ("snp", "seed", "off_target")} == {""}
    page = (out / "report.html").read_text()
    assert "position in 1 of 2 records" in page and page.count("Not evaluated") == 3
    assert "(runs, immune)" in page
    assert "snp (needs variants), seed (needs a transcriptome or 3&#39; UTRs)" in page


def test_page__escapes_names_and_links_marks_to_rows(dcgenomics, fasta, tmp_path):
    out = tmp_path / "out"
    assert dcgenomics("sirna", "design", fasta, "--out", out, "--top", 3, "--fold", "no").exit_code == 0
    page = (out / "report.html").read_text()
    tags = Tags()
    tags.feed(page)
    assert "script" not in tags.names and "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert len(tags.ids) == len(set(tags.ids))
    assert {link.removeprefix("#") for link in tags.links} <= set(tags.ids)
    assert "http" not in page.replace("http-equiv", "")
    assert page.count("data:image/svg+xml;base64,") == 2
    assert sorted(link for link in tags.links if link.startswith("#site-0-")) == [f"#site-0-{i}" for i in (1, 2, 3)]


def test_design__looks_in_a_transcriptome_and_at_what_is_known(dcgenomics, tmp_path):
    target, other = drawn(200, 4), drawn(200, 5)
    (tmp_path / "t.fa").write_text(f">target\n{target}\n")
    (tmp_path / "all.fa").write_text(f">target.3\n{target}\n>other\n{other[:80]}{target[60:100]}{other[80:]}NN\n")
    (tmp_path / "cds.bed").write_text("target\t10\t190\n")
    head = "##fileformat=VCFv4.2\n##contig=<ID=target>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (tmp_path / "v.vcf").write_text(f"{head}target\t131\trs7\t{target[130]}\tN\t.\t.\t.\n")
    arguments = [
        "--transcriptome",
        tmp_path / "all.fa",
        "--cds",
        tmp_path / "cds.bed",
        "--variants",
        tmp_path / "v.vcf",
    ]
    arguments += ["--out", tmp_path / "out", "--require", "snp", "--penalty", "gc=0.5", "--fold", "no", "--top", 30]
    result = dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments, "--spacing", 1)
    assert result.exit_code == 0, result.output
    assert "indexing 2 transcripts, 442 bases, once" in result.stderr
    sites = rows(tmp_path / "out" / "sites.tsv")
    assert {row["start"] for row in sites if row["snp"]} == {str(start) for start in range(110, 131)}
    assert {row["transcript"] for row in rows(tmp_path / "out" / "off_targets.tsv")} == {"other"}
    assert {
        row["off_target"] for row in sites if 60 <= int(row["start"]) <= 79 and row["off_target_searched"] == "yes"
    } == {"0"}
    assert all("gc -0.5" in row["rank_reason"] for row in sites if row["gc_pass"] == "fail")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["counts"]["unknown bases of the transcriptome"] == 2
    assert "2 transcripts, 442 bases, 2 of them unknown" in (tmp_path / "out" / "report.html").read_text()
    again = dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments, "--overwrite")
    assert again.exit_code == 0 and "once" not in again.stderr


def test_design__makes_one_list_for_the_isoforms_of_a_gene(dcgenomics, tmp_path):
    long, names = drawn(240, 4), [f"ENST{n}.1|ENSG00000000001.1|-|-|G-{n}|G|0|" for n in (1, 2)]
    (tmp_path / "t.fa").write_text(f">{names[0]}\n{long}\n>{names[1]}\n{long[:100]}{long[140:]}\n")
    arguments = ["--common", "--fold", "no", "--top", 20, "-o", tmp_path / "out"]
    result = dcgenomics("sirna", "design", tmp_path / "t.fa", *arguments)
    assert result.exit_code == 0 and re.search(mentions("1 record", "isoform"), result.stderr), result.output
    selected = rows(tmp_path / "out" / "selected.tsv")
    assert {(row["record"], row["isoforms"], row["isoforms_of"]) for row in selected} == {("ENST1.1", "2", "2")}
    assert not [row for row in selected if 83 < int(row["start"]) < 137]
    assert rows(tmp_path / "out" / "refused.tsv") == [{"record": "ENST2.1", "reason": "isoform of ENST1.1"}]
    assert (tmp_path / "out" / "report.html").read_text().count("2 of 2<") == len(selected)
    required = json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]["required"]
    assert "isoforms" in required


def test_design__writes_what_to_order(dcgenomics, tmp_path):
    (tmp_path / "t.fa").write_text(f">NM_1.1 Homo sapiens example (EX1), mRNA\n{drawn(300, 4)}\n")
    arguments = ["sirna", "design", tmp_path / "t.fa", "--fold", "no", "--top", 4, "-o", tmp_path / "out"]
    asked = ["--order-overhang", "dTdT", "--pool", 3, "--controls"]
    result = dcgenomics(*arguments, *asked)
    assert result.exit_code == 0, result.output
    with (tmp_path / "out" / "order.csv").open(newline="") as file:
        order = list(csv.DictReader(file))
    selected = rows(tmp_path / "out" / "selected.tsv")
    assert [row["name"] for row in order[:4]] == [row["id"] for row in selected]
    assert [row["antisense"] for row in order[:4]] == [row["guide"][:19] + "dTdT" for row in selected]
    assert [row["pool"] for row in order] == ["EX1_pool" if row["pool"] == "yes" else "" for row in selected] + [""] * 8
    assert [row["name"].rpartition("_")[2] for row in order[4:]] == ["c911"] * 4 + ["scrambled"] * 4
    assert dcgenomics(*arguments, "--overwrite").exit_code == 0
    assert (tmp_path / "out" / "order.csv").read_text().count("\n") == 5
    result = dcgenomics(*arguments, "--overwrite", "--order-overhang", "TTT", "--require", "luck")
    assert result.exit_code == 1 and re.search(mentions("'TTT'", "'luck'"), result.stderr)


def test_design__chooses_in_a_region(dcgenomics, tmp_path):
    (tmp_path / "t.fa").write_text(f">mine CDS=101-200\n{drawn(300, 4)}\n")
    arguments = ["sirna", "design", tmp_path / "t.fa", "--fold", "no", "--region", "3utr", "-o", tmp_path / "out"]
    assert dcgenomics(*arguments).exit_code == 0
    assert min(int(row["start"]) for row in rows(tmp_path / "out" / "selected.tsv")) >= 190
    assert "region" in json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]["required"]


def test_design__compares_with_utrs_and_another_species_and_chooses_in_places(dcgenomics, tmp_path):
    target, paralog = drawn(200, 4), drawn(60, 5)
    (tmp_path / "t.fa").write_text(f">target\n{target}\n")
    (tmp_path / "all.fa").write_text(f">NM_2.1 gene=PAR\n{target[:150]}{paralog}\n>own.1\n{drawn(90, 6)}\n")
    (tmp_path / "utr3.fa").write_text(f">u\n{drawn(300, 7)}\n")
    (tmp_path / "mouse.fa").write_text(f">m1 gene=Target\n{target[20:120]}\n")
    (tmp_path / "places.bed").write_text("target\t10\t110\n")
    (tmp_path / "avoid.bed").write_text("target\t60\t70\n")
    given = {
        "--transcriptome": "all.fa",
        "--utr3": "utr3.fa",
        "--conserved-in": "mouse.fa",
        "--places": "places.bed",
        "--avoid": "avoid.bed",
    }
    arguments = [word for option, name in given.items() for word in (option, tmp_path / name)]
    arguments += ["--also-target", "PAR", "--require", "conserved", "--fold", "no", "--top", 9, "--spacing", 1]
    result = dcgenomics("sirna", "design", tmp_path / "t.fa", "-o", tmp_path / "out", *arguments)
    assert result.exit_code == 0, result.output
    selected = rows(tmp_path / "out" / "selected.tsv")
    assert selected and all(20 <= int(row["start"]) <= 39 or 70 <= int(row["start"]) <= 89 for row in selected)
    columns = ("place", "conserved", "also_targets", "seed_in", "off_target_0")
    assert {tuple(row[name] for name in columns) for row in selected} == {("wanted", "Target", "PAR", "3' UTRs", "0")}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {"utr3", "conserved_in", "places", "avoid"} <= manifest["inputs"].keys()
    assert {"also_targets", "conserved", "place"} <= {*manifest["options"]["required"]}
    assert (manifest["counts"]["wanted places"], manifest["counts"]["bases of the 3' UTRs"]) == (1, 300)
    page = (tmp_path / "out" / "report.html").read_text()
    assert all(
        text in page
        for text in ("counted in 3&#39; UTRs", "mouse.fa: 1 transcripts", "wanted places: 1", "Further targets")
    )
    (tmp_path / "avoid.bed").write_text("targe\t60\t70\n")
    result = dcgenomics("sirna", "design", tmp_path / "t.fa", "-o", tmp_path / "o", *arguments)
    assert result.exit_code == 1 and re.search(mentions("1 of 1 names", "'targe'", "--avoid"), result.stderr)


def test_design__places_variants_of_a_genome_by_a_gtf(dcgenomics, tmp_path):
    genome, pair = drawn(400, 6), str.maketrans("ACGT", "TGCA")
    minus = (genome[40:140] + genome[200:300]).translate(pair)[::-1]
    (tmp_path / "t.fa").write_text(f">M.3\n{minus}\n>P\n{genome[200:380]}\n>absent\n{drawn(90, 7)}\n")
    exons = [("M", "3", "-", 201, 300), ("M", "3", "-", 41, 140), ("P", "1", "+", 201, 380), ("other", "1", "+", 1, 9)]
    lines = [
        f'7\tx\texon\t{start}\t{end}\t.\t{strand}\t.\ttranscript_id "{name}"; transcript_version "{version}";'
        for name, version, strand, start, end in exons
    ]
    (tmp_path / "g.gtf").write_text("\n".join(lines) + "\n")
    head = "##fileformat=VCFv4.2\n##contig=<ID=chr7>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    records = [f"chr7\t{at + 1}\trs{at}\t{genome[at]}\tN\t.\t.\t." for at in (60, 150, 250)]
    (tmp_path / "v.vcf").write_text(head + "\n".join(records) + "\n")
    arguments = ["sirna", "design", tmp_path / "t.fa", "--gtf", tmp_path / "g.gtf", "--fold", "no", "--out"]
    assert dcgenomics(*arguments, tmp_path / "out").exit_code == 2
    result = dcgenomics(*arguments, tmp_path / "out", "--variants", tmp_path / "v.vcf")
    assert result.exit_code == 0, result.output
    found = {}
    for row in rows(tmp_path / "out" / "sites.tsv"):
        if row["snp"]:
            found.setdefault((row["record"], row["snp"][: row["snp"].index(":")]), []).append(int(row["start"]))
    at = {("M.3", "rs60"): 199 - 20, ("M.3", "rs250"): 199 - 150, ("P", "rs250"): 50}
    assert found == {key: list(range(max(0, last - 20), min(last, 179) + 1)) for key, last in at.items()}
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["inputs"]["gtf"]["path"].endswith("g.gtf")
    assert any(re.search(mentions("2 of 3 records", "absent"), note) for note in manifest["notes"])


def test_design__takes_an_allele_frequency(dcgenomics, tmp_path):
    target = drawn(120, 4)
    (tmp_path / "t.fa").write_text(f">target\n{target}\n")
    head = "##fileformat=VCFv4.2\n##contig=<ID=target>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    records = [
        f"target\t{at + 1}\trs{at}\t{target[at]}\tN\t.\t.\t{info}\n" for at, info in ((30, "AF=0.001"), (80, "AF=0.1"))
    ]
    (tmp_path / "v.vcf").write_text(head + "".join(records))
    arguments = ["sirna", "design", tmp_path / "t.fa", "--fold", "no", "--min-af", 0.01, "-o", tmp_path / "out"]
    result = dcgenomics(*arguments, "--variants", tmp_path / "v.vcf")
    assert result.exit_code == 0 and re.search(mentions("1 of 2 variants", "0.01"), result.stderr), result.stderr
    assert {row["snp"].partition(":")[0] for row in rows(tmp_path / "out" / "sites.tsv")} == {"", "rs80"}
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["options"]["min_af"] == 0.01
    result = dcgenomics(*arguments)
    assert result.exit_code == 2 and re.search(mentions("--min-af", "--variants"), result.stderr)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (">P1\nMVLSPADKTNVKAAWGKVGAHAGEY\n", ("record 'P1'", "'L'", "position 3")),
        (">a\nACGT\n", ("1", "21 nt")),
        (f">a\n{'N' * 40}\n", ("20", "21 nt")),
        (f">a\n{'ACGT' * 9}\n>a\nACGT\n", ("record 'a'", "line 1")),
    ],
)
def test_design__refuses_what_is_no_transcript_in_one_line(dcgenomics, tmp_path, text, facts):
    (tmp_path / "x.fa").write_text(text)
    result = dcgenomics("sirna", "design", tmp_path / "x.fa", "--out", tmp_path / "out", "--fold", "no")
    assert result.exit_code == 1
    assert result.stderr.startswith("dcgenomics: error: ") and result.stderr.count("\n") == 1
    assert re.search(mentions(*facts), result.stderr)
    assert not (tmp_path / "out").exists()


def test_design__refuses_a_transcriptome_with_duplicate_names(dcgenomics, tmp_path):
    (tmp_path / "x.fa").write_text(f">a\n{'ACGT' * 9}\n")
    (tmp_path / "all.fa").write_text(">t\nACGT\n>t\nACGT\n")
    arguments = ["--out", tmp_path / "out", "--transcriptome", tmp_path / "all.fa"]
    result = dcgenomics("sirna", "design", tmp_path / "x.fa", *arguments)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].endswith(
        "all.fa:3: record 't' is there already, from line 1; the first word of a header must be unique; "
        "rename or drop one"
    )
    assert not (tmp_path / "out").exists()


def test_design__does_not_touch_a_folder_that_exists(dcgenomics, fasta, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    result = dcgenomics("sirna", "design", fasta, "--out", there)
    assert result.exit_code == 1
    assert re.search(mentions("dcgenomics: error: ", str(there), "--overwrite"), result.stderr)
    result = dcgenomics("sirna", "design", fasta, "--out", tmp_path / "o", "--penalty", "gc")
    assert result.exit_code == 2 and re.search(mentions("--penalty 'gc'", "RULE=NUMBER"), result.stderr)
    result = dcgenomics("sirna", "design", tmp_path / "none.fa", "--out", tmp_path / "o")
    assert result.exit_code == 1 and re.search(mentions("none.fa"), result.stderr)


def test_design__takes_a_model_of_the_users(dcgenomics, fasta, tmp_path):
    from deepchem_genomics.models import SiRNAEfficacyModel, SiRNAGaussianProcess
    from deepchem_genomics.simulate import simulate_sirna

    process = SiRNAGaussianProcess(label="made up, not of Huesken")
    process.fit(simulate_sirna(60, seed=0))
    process.save(tmp_path / "process")
    SiRNAEfficacyModel(seed=0).save(tmp_path / "network")
    for name, label in (
        ("process", "made up, not of Huesken"),
        ("network", "the scale of the labels that the model was trained on"),
    ):
        arguments = ["--model", tmp_path / name, "--out", tmp_path / f"{name}-out", "--fold", "no", "--quiet"]
        result = dcgenomics("sirna", "design", fasta, *arguments)
        assert result.exit_code == 0, result.output
        manifest = json.loads((tmp_path / f"{name}-out" / "manifest.json").read_text())
        assert manifest["efficacy"]["label"] == label
        assert "not checked" in manifest["efficacy"]["interval"] and "Huesken" not in manifest["efficacy"]["interval"]


def test_check__reports_which_guides_are_antisense(dcgenomics, tmp_path):
    target = drawn(200, 4)
    antisense = [target[i : i + 21][::-1].translate(str.maketrans("ACGT", "TGCA")) for i in (10, 60, 62)]
    guides = [*antisense, target[90:111], target[120:141][::-1]]
    (tmp_path / "guides.fa").write_text("".join(f">g{i}\n{guide}\n" for i, guide in enumerate(guides)))
    (tmp_path / "test.tsv").write_text(f"sequence\n{antisense[0]}\n")
    (tmp_path / "t.fa").write_text(f">NM_1.2 Homo sapiens example (EX1), mRNA\n{target}\n")
    arguments = ["sirna", "check", tmp_path / "guides.fa", "--targets", tmp_path / "t.fa"]
    out = tmp_path / "checked.tsv"
    result = dcgenomics(*arguments, "--against", tmp_path / "test.tsv", "-o", out)
    assert result.exit_code == 0, result.output
    facts = (
        "5 guides",
        "3 antisense",
        "1 sense",
        "1 reversed",
        "0 complement-only",
        "0 not found",
        "2 with near copies",
    )
    assert re.search(mentions(*facts, "1 with duplicates"), result.stdout)
    table = rows(out)
    assert [row["verdict"] for row in table] == ["antisense"] * 3 + ["sense", "reversed"]
    assert {row["target"] for row in table} == {"NM_1.2"}
    assert [row["against_same"] for row in table] == ["test.tsv:1", "", "", "", ""]
    assert [row["near"] for row in table] == ["", "g2", "g1", "", ""]
    to_stdout = dcgenomics(*arguments, "-o", "-")
    assert to_stdout.stdout.count("\n") == 6 and re.search(mentions("5 guides"), to_stdout.stderr)
    parquet = dcgenomics(*arguments, "-o", tmp_path / "checked.parquet")
    assert parquet.exit_code == 0, parquet.output
