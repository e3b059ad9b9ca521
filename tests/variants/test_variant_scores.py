"""Files of variants to scores: what is predicted, what is skipped, what z compares with, what is written."""

import gzip
import re

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.errors import (
    AlphabetMismatchError,
    BadValueError,
    EmptyInputError,
    GenomeFileError,
    MissingExtraError,
    SideInputError,
)
from deepchem_genomics.feat import RNA
from deepchem_genomics.models.side_inputs import attached
from deepchem_genomics.sirna import annotations
from deepchem_genomics.variants import (
    Background,
    ScoringOptions,
    random_background,
    read_variants,
    score_variants,
    vcf_background,
    write_scores,
)

pysam = pytest.importorskip("pysam")


def swapped(letter):
    return "CATG"["ACGT".index(letter)]


@pytest.fixture
def some(toy):
    """Name variants of all kinds, out of order: five alleles that can be scored and four that cannot."""
    one, two = toy.contigs["chr21"], toy.contigs["chr22"]
    return [
        ("22", 150, two[149], swapped(two[149])),
        ("chr21", 120, one[119], f"{swapped(one[119])},{one[119]}TTA,<DEL>"),
        ("chr21", 60, one[59:63], one[59]),
        ("chr21", 200, swapped(one[199]), one[199]),  # REF is not the genome's
        ("chr7", 100, "A", "C"),
        ("chr21", 30, one[29], swapped(one[29])),
        ("chr21", 30, one[29], swapped(one[29])),
    ]


def joined(chunks):
    chunks = list(chunks)
    scores = pd.concat([chunk.scores for chunk in chunks], ignore_index=True)
    return scores, pd.concat([chunk.skipped for chunk in chunks], ignore_index=True)


def written(chunks, path, **kwargs):
    summary = write_scores(chunks, path, **kwargs)
    return summary, pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(
        path, sep="\t", dtype={"chrom": str}
    )


def test_score_variants__agrees_with_both_strands_computed_by_hand(linear, genome, toy, some, write_vcf):
    scores, skipped = joined(score_variants(linear, write_vcf(some), genome, background=None))
    assert skipped["reason"].tolist() == ["symbolic", "ref_mismatch", "unknown_contig", "duplicate"]
    assert scores["record"].tolist() == [1, 2, 2, 3, 6]
    assert scores["allele"].tolist() == [1, 1, 2, 1, 1]
    assert scores["z"].isna().all()
    two, half = toy.contigs["chr22"], toy.length // 2
    reference = two[149 - half : 150 + half]
    first = scores.iloc[0]
    ref, alt = (linear.by_hand(w) for w in (reference, reference[:half] + first["alt"] + reference[half + 1 :]))
    assert first["prediction_ref"] == pytest.approx(ref, abs=1e-6)
    assert first["prediction_alt"] == pytest.approx(alt, abs=1e-6)
    assert first["difference"] == pytest.approx(alt - ref, abs=1e-6)
    assert first["logit_difference"] == pytest.approx(np.log(alt / (1 - alt)) - np.log(ref / (1 - ref)), abs=1e-4)
    assert first[["chrom", "window"]].tolist() == ["22", "chr22:144-155"]


def test_score_variants__a_reference_window_of_several_alleles_is_predicted_once(linear, genome, toy, write_vcf):
    ref = toy.contigs["chr21"][119]
    others = ",".join(letter for letter in "ACGT" if letter != ref)
    joined(score_variants(linear, write_vcf([("chr21", 120, ref, others)]), genome, background=None))
    assert linear.n_predicted == 2 * (1 + 3)


@pytest.mark.parametrize("name", ["calls.vcf.gz", "b.vcf.gz"])
def test_score_variants__gz_and_bgz_give_what_the_plain_file_gives(linear, genome, some, write_vcf, name):
    plain, packed = (joined(score_variants(linear, write_vcf(some, n), genome)) for n in ("calls.vcf", name))
    for expected, found in zip(plain, packed, strict=True):
        pd.testing.assert_frame_equal(expected, found)


def test_score_variants__does_not_depend_on_how_much_is_held_at_a_time(linear, genome, some, write_vcf):
    path = write_vcf(some)
    whole, pieces = (
        joined(score_variants(linear, path, genome, ScoringOptions(chunk_size=size))) for size in (4096, 2)
    )
    for expected, found in zip(whole, pieces, strict=True):
        pd.testing.assert_frame_equal(expected, found)


def test_score_variants__the_order_of_the_file_does_not_matter(linear, genome, some, write_vcf):
    scored = [some[i] for i in (0, 1, 2, 5)]
    there, back = (
        joined(score_variants(linear, write_vcf(variants), genome, background=None))[0].sort_values(
            ["chrom", "pos", "alt"]
        )
        for variants in (scored, scored[::-1])
    )
    columns = ["chrom", "pos", "alt", "difference"]
    pd.testing.assert_frame_equal(there[columns].reset_index(drop=True), back[columns].reset_index(drop=True))


def test_score_variants__several_tasks_have_a_column_each(toy, genome, some, write_vcf):
    model = toy.Model(n_tasks=2)
    scores, _ = joined(score_variants(model, write_vcf(some), genome, ScoringOptions(["JUND", "CTCF"]), background=20))
    assert [name for name in scores if name.startswith("z")] == ["z_JUND", "z_CTCF"]
    alone, _ = joined(score_variants(toy.Model(n_tasks=2), write_vcf(some), genome, background=20))
    assert np.allclose(scores["z_CTCF"], alone["z_2"])
    with pytest.raises(BadValueError, match=mentions("2", "JUND")):
        next(score_variants(model, write_vcf(some), genome, ScoringOptions(["JUND"])))


def test_score_variants__a_regression_has_no_logits(linear, genome, some, write_vcf):
    linear.mode = "regression"
    scores, _ = joined(score_variants(linear, write_vcf(some), genome))
    assert "logit_difference" not in scores


def test_score_variants__asks_a_strand_symmetric_model_once(linear, genome, toy, write_vcf):
    path = write_vcf([("chr21", 120, toy.contigs["chr21"][119], swapped(toy.contigs["chr21"][119]))])
    linear.ignores_strand = True
    joined(score_variants(linear, path, genome, background=None))
    assert linear.n_predicted == 2


def test_score_variants__refuses_a_model_of_rna(linear, genome, some, write_vcf):
    linear.alphabet = RNA
    with pytest.raises(AlphabetMismatchError, match=mentions("RNA", "DNA")):
        next(score_variants(linear, write_vcf(some), genome))


class TestBackground:
    def test_z_is_the_difference_in_units_of_the_backgrounds_spread(self, linear, genome, some, write_vcf):
        path = write_vcf(some)
        background = random_background(linear, path, genome, 200, near=50, seed=3)
        scores, _ = joined(score_variants(linear, path, genome, background=background))
        assert np.allclose(scores["z"], (scores["difference"] - background.mean[0]) / background.sd[0])
        assert background.n == 200
        assert background.of == "200 random substitutions within 50 bp of the variants, seed 3"

    def test_moments_are_those_of_all_differences(self, linear, genome, some, write_vcf):
        path = write_vcf(some[:3])
        background = vcf_background(linear, path, genome)
        differences = joined(score_variants(linear, path, genome, background=None))[0]["difference"]
        assert background.n == len(differences) == 4
        assert background.mean[0] == pytest.approx(differences.mean())
        assert background.sd[0] == pytest.approx(differences.std())

    def test_moments_do_not_depend_on_chunks(self, linear, genome, some, write_vcf, monkeypatch):
        path = write_vcf(some)
        whole = random_background(linear, path, genome, 100, seed=1)
        monkeypatch.setattr("deepchem_genomics.variants.predicting.CHUNK", 7)
        pieces = random_background(linear, path, genome, 100, seed=1)
        assert np.allclose(whole.mean, pieces.mean)
        assert np.allclose(whole.sd, pieces.sd)

    def test_the_seed_decides_it(self, linear, genome, some, write_vcf):
        path = write_vcf(some)
        same, again, other = (random_background(linear, path, genome, 50, seed=seed) for seed in (1, 1, 2))
        assert same == again
        assert same.mean != other.mean

    def test_substitutions_are_single_and_near_the_variants(self, linear, genome, toy, write_vcf, monkeypatch):
        seen = []

        def spied(table, *args, **kwargs):
            seen.append(table)
            return original(table, *args, **kwargs)

        from deepchem_genomics.variants import predicting

        original = predicting.variant_windows
        monkeypatch.setattr(predicting, "variant_windows", spied)
        ref = toy.contigs["chr22"][99]
        random_background(linear, write_vcf([("chr22", 100, ref, swapped(ref))]), genome, 40, near=10)
        [table] = seen
        assert table["pos"].between(90, 110).all()
        assert not table.duplicated(["chrom", "pos", "alt"]).any()
        assert all(toy.contigs["chr22"][row.pos - 1] == row.ref != row.alt for row in table.itertuples())

    def test_too_few_places_are_told(self, linear, genome, toy, write_vcf, caplog):
        ref = toy.contigs["chr22"][99]
        background = random_background(linear, write_vcf([("chr22", 100, ref, swapped(ref))]), genome, 40, near=2)
        assert background.n == 15
        assert re.search(mentions("background", "15", "40"), caplog.text)

    def test_without_places_z_is_missing(self, linear, genome, write_vcf, caplog):
        background = random_background(linear, write_vcf([("chr7", 100, "A", "C")]), genome, 40)
        assert (background.n, np.isnan(background.sd).all()) == (0, True)
        assert re.search(mentions("z"), caplog.text)

    def test_without_spread_z_is_missing(self):
        assert np.isnan(Background(np.zeros(1), np.zeros(1), 10, "").z(np.ones((2, 1)))).all()

    def test_one_substitution_is_not_enough(self, linear, genome, some, write_vcf):
        with pytest.raises(BadValueError, match=mentions("n", "1", "2", "substitutions")):
            random_background(linear, write_vcf(some), genome, 1)


class TestSideInputs:
    @pytest.fixture
    def bigwig(self, tmp_path, toy):
        pybigtools = pytest.importorskip("pybigtools")
        path = tmp_path / "dnase.bw"
        writer = pybigtools.open(str(path), "w")
        sizes = {name: len(letters) for name, letters in toy.contigs.items()}
        writer.write(sizes, iter([("chr21", 0, 100, 1.0), ("chr21", 100, 400, 5.0), ("chr22", 0, 200, 2.0)]))
        writer.close()
        return path

    @pytest.fixture
    def model(self, toy):
        from deepchem_genomics.data import SideInput

        model = toy.Model(signal_weight=0.5)
        table = SideInput.from_dict({"a": 1.0, "b": 3.0}, names=["DNase"]).scaled("standard", ["a", "b"])
        model.side_inputs = {"accessibility": table}
        return model

    def test_both_alleles_get_the_value_of_the_reference_window(self, model, bigwig, genome, some, write_vcf):
        before, asked = model.side_inputs["accessibility"], []
        original = model.predict

        def spied(dataset):
            asked.append((dataset.ids, model.side_inputs["accessibility"].lookup(dataset.ids)))
            return original(dataset)

        model.predict = spied
        scores, _ = joined(score_variants(model, write_vcf(some), genome, side_inputs=bigwig, background=None))
        assert model.side_inputs == {"accessibility": before}
        raw = {"chr21": {True: 1.0, False: 5.0}, "chr22": {True: 2.0, False: 2.0}}
        for ids, values in asked:
            assert set(ids) == set(scores["window"])
            contigs = [window.split(":") for window in ids]
            expected = [raw[name][int(place.split("-")[1]) <= 100] for name, place in contigs]
            assert np.allclose(values[:, 0], before.scaling.apply(np.array(expected)[:, None])[:, 0])

    def test_a_model_of_sequences_takes_none(self, linear, bigwig, genome, some, write_vcf):
        with pytest.raises(SideInputError, match=mentions("sequences")):
            next(score_variants(linear, write_vcf(some), genome, side_inputs=bigwig))

    def test_signals_have_the_names_of_the_model(self, model, bigwig):
        with (
            pytest.raises(SideInputError, match=mentions("DNase", "ATAC")),
            attached(model, {"ATAC": bigwig}),
        ):
            pass

    def test_of_another_assembly_is_refused(self, model, tmp_path, genome):
        pybigtools = pytest.importorskip("pybigtools")
        writer = pybigtools.open(str(tmp_path / "other.bw"), "w")
        writer.write({"chr21": 500}, iter([("chr21", 0, 100, 1.0)]))
        writer.close()
        with (
            pytest.raises(GenomeFileError, match=mentions("assembly")),
            attached(model, tmp_path / "other.bw", genome),
        ):
            pass


class TestFiles:
    @pytest.mark.parametrize("name", ["scores.tsv", "scores.tsv.gz", "scores.parquet"])
    def test_tables_have_the_scores(self, linear, genome, some, write_vcf, tmp_path, name):
        path = write_vcf(some)
        chunks = score_variants(linear, path, genome, ScoringOptions(chunk_size=2))
        summary, table = written(chunks, tmp_path / name, skipped=tmp_path / "skipped.tsv")
        scores, skipped = joined(score_variants(linear, path, genome))
        assert (summary.n_records, summary.n_scored, sum(summary.skipped.values())) == (7, 5, 4)
        assert list(table) == [
            "chrom", "pos", "id", "ref", "alt", "window", "prediction_ref", "prediction_alt", "difference",
            "logit_difference", "z",
        ]  # fmt: skip
        assert table["chrom"].tolist() == scores["chrom"].tolist()
        assert np.allclose(table["z"], scores["z"], rtol=1e-5)
        listed = pd.read_csv(tmp_path / "skipped.tsv", sep="\t", keep_default_na=False)
        assert listed["record"].tolist() == skipped["record"].tolist() == [2, 4, 5, 7]
        assert list(listed) == ["record", "chrom", "pos", "id", "ref", "alt", "reason", "detail"]

    def test_a_compressed_table_is_in_blocks(self, linear, genome, some, write_vcf, tmp_path):
        write_scores(score_variants(linear, write_vcf(some), genome), tmp_path / "scores.tsv.gz")
        assert (tmp_path / "scores.tsv.gz").read_bytes()[12:14] == b"BC"

    @pytest.mark.parametrize("name", ["scored.vcf", "scored.vcf.gz"])
    def test_vcf_keeps_every_record_and_adds_fields(self, linear, genome, some, write_vcf, tmp_path, name):
        path = write_vcf(some)
        write_scores(
            score_variants(linear, path, genome, ScoringOptions(chunk_size=2)), tmp_path / name, background='of "x"'
        )
        scores, _ = joined(score_variants(linear, path, genome))
        text = (gzip.decompress if name.endswith("gz") else bytes)((tmp_path / name).read_bytes()).decode()
        assert '##INFO=<ID=DCG_DIFF,Number=A,Type=Float,Description="DCG_ALT less DCG_REF">' in text
        assert r"in standard deviations of it (of \"x\")" in text
        with pysam.VariantFile(str(tmp_path / name)) as file:
            records = list(file)
        assert [(r.chrom, r.pos, r.ref, ",".join(r.alts)) for r in records] == some
        assert records[1].info["DCG_Z"][:2] == pytest.approx(scores["z"][1:3].tolist(), rel=1e-5)
        assert records[1].info["DCG_Z"][2] is None
        assert (
            records[1].info["DCG_SKIPPED"] == (".", ".", "symbolic") or records[1].info["DCG_SKIPPED"][2] == "symbolic"
        )
        assert dict(records[3].info) == {"DCG_SKIPPED": ("ref_mismatch",)}
        assert "DCG_SKIPPED" not in records[0].info

    def test_vcf_keeps_samples_and_replaces_earlier_scores(self, linear, genome, toy, tmp_path, write_vcf):
        ref = toy.contigs["chr21"][99]
        head = (
            toy.header
            + '##INFO=<ID=DCG_Z,Number=A,Type=Float,Description="old">\n'
            + '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
            + toy.columns.replace("INFO", "INFO\tFORMAT\tanna")
        )
        (tmp_path / "in.vcf").write_text(
            head + f"chr21\t100\trs1\t{ref}\t{swapped(ref)}\t30\tPASS\tDCG_Z=99\tGT\t0/1\n"
        )
        chunks = score_variants(linear, tmp_path / "in.vcf", genome, ScoringOptions(keep_samples=True))
        write_scores(chunks, tmp_path / "out.vcf")
        last = (tmp_path / "out.vcf").read_text().splitlines()[-1].split("\t")
        assert last[:7] == ["chr21", "100", "rs1", ref, swapped(ref), "30", "PASS"]
        assert last[8:] == ["GT", "0/1"]
        assert "DCG_Z=" in last[7] and "DCG_Z=99" not in last[7]
        assert '"old"' not in (tmp_path / "out.vcf").read_text()

    def test_vcf_has_fields_of_its_own_for_each_of_several_tasks(self, toy, genome, some, write_vcf, tmp_path):
        model = toy.Model(n_tasks=4)
        names = ["B b", "B_b", "B_b_2", "B-b"]
        write_scores(score_variants(model, write_vcf(some), genome, ScoringOptions(names)), tmp_path / "out.vcf")
        scores, _ = joined(score_variants(model, write_vcf(some), genome, ScoringOptions(names)))
        with pysam.VariantFile(str(tmp_path / "out.vcf")) as file:
            first = next(iter(file))
            about = {name: field.description for name, field in file.header.info.items()}
        fields = {name: text.partition("task ")[2] for name, text in about.items() if name.startswith("DCG_REF")}
        assert sorted(fields.values()) == sorted(names)
        for field, task in fields.items():
            assert first.info[field] == pytest.approx((scores.loc[0, f"prediction_ref_{task}"],), rel=1e-5)
        assert list(fields)[:2] == ["DCG_REF_B_b", "DCG_REF_B_b_2"]

    def test_nothing_scored_leaves_a_header(self, linear, genome, write_vcf, tmp_path):
        for name in ("scores.tsv", "scores.parquet"):
            chunks = score_variants(linear, write_vcf([("chr7", 100, "A", "C")]), genome, background=None)
            summary, table = written(chunks, tmp_path / name)
            assert summary == (1, 0, {"unknown_contig": 1})
            assert (len(table), list(table)[-1]) == (0, "z")

    def test_another_ending_is_refused(self, linear, genome, some, write_vcf, tmp_path):
        with pytest.raises(BadValueError, match=mentions(".tsv", ".tsv.gz", ".parquet", ".vcf", ".vcf.gz", "stdout")):
            write_scores(score_variants(linear, write_vcf(some), genome), tmp_path / "scores.xlsx")

    def test_a_fault_leaves_no_file(self, linear, genome, some, write_vcf, tmp_path, toy):
        path = write_vcf(some)
        path.write_text(path.read_text() + "chr21\tnowhere\t.\tA\tC\t.\t.\t.\n")
        out = tmp_path / "out"
        with pytest.raises(GenomeFileError, match=mentions("calls.vcf", "record 8", "chr21:30")):
            write_scores(score_variants(linear, path, genome, background=None), out / "s.tsv", out / "s.skipped.tsv")
        assert list(out.iterdir()) == []


class TestBadFiles:
    def test_an_empty_file(self, tmp_path):
        (tmp_path / "a.vcf").write_text("")
        with pytest.raises(EmptyInputError, match=mentions("a.vcf", "header")):
            list(read_variants(tmp_path / "a.vcf"))

    def test_a_file_without_records(self, write_vcf):
        with pytest.raises(EmptyInputError, match=mentions("calls.vcf", "records")):
            list(read_variants(write_vcf([])))

    @pytest.mark.parametrize(
        "text", ["chr1\t5\t6\n", ">chr1\nACGT\n", "##fileformat=VCFv4.2\nchr1\t5\t.\tA\tC\t.\t.\t.\n"]
    )
    def test_a_file_of_another_kind(self, tmp_path, text, capfd):
        (tmp_path / "a.vcf").write_text(text)
        with pytest.raises(GenomeFileError, match=mentions("a.vcf", "VCF", "BCF", "##fileformat=VCFv4.2")):
            list(read_variants(tmp_path / "a.vcf"))
        assert capfd.readouterr().err == ""

    def test_a_missing_file_and_a_folder(self, tmp_path):
        with pytest.raises(FileNotFoundError, match=mentions("a.vcf")):
            list(read_variants(tmp_path / "a.vcf"))
        with pytest.raises(GenomeFileError, match=mentions(tmp_path.name, "folder")):
            list(read_variants(tmp_path))

    @pytest.mark.parametrize("name", ["calls.vcf.gz", "b.vcf.gz"])
    def test_a_file_cut_short(self, write_vcf, name):
        path = write_vcf([("chr1", i + 1, "A", "ACGT"[i * 7919 % 4]) for i in range(20000)], name)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        with pytest.raises(GenomeFileError, match=mentions(name)):
            list(read_variants(path))

    def test_a_header_without_contigs_or_filters_is_no_fault(self, write_vcf, capfd):
        [table] = read_variants(write_vcf([("chr1", 5, "A", "G,*"), ("chr1", 3, "A", ".")]))
        assert table[["record", "allele", "pos", "alt"]].values.tolist() == [
            [1, 1, 5, "G"],
            [1, 2, 5, "*"],
            [2, 1, 3, "."],
        ]
        assert capfd.readouterr().err == ""

    def test_bcf_is_read_as_vcf(self, write_vcf, tmp_path):
        path = write_vcf([("chr1", 5, "A", "G,*"), ("chr1", 3, "A", "AT")])
        header = pysam.VariantHeader()
        header.add_line("##contig=<ID=chr1,length=100>")
        with pysam.VariantFile(str(tmp_path / "calls.bcf"), "wb", header=header) as file:
            for alleles, start in ((("A", "G", "*"), 4), (("A", "AT"), 2)):
                file.write(header.new_record("chr1", start, start + 1, alleles))
        pd.testing.assert_frame_equal(*(pd.concat(read_variants(each)) for each in (path, tmp_path / "calls.bcf")))

    def test_pysam_is_asked_for(self, write_vcf, monkeypatch):
        monkeypatch.setitem(__import__("sys").modules, "pysam", None)
        with pytest.raises(MissingExtraError, match=mentions("pysam", "deepchem_genomics[genome]")):
            list(read_variants(write_vcf([("chr1", 5, "A", "G")])))


@pytest.mark.parametrize("pack", [bytes, pysam.tabix_compress, gzip.compress])
def test_read_variants__passes_over_blank_lines_at_the_end(pack, tmp_path):
    head = "##fileformat=VCFv4.2\n##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    text = f"{head}1\t5\t.\tA\tC\t.\t.\t.\n1\t6\t.\tA\tC\t.\t.\t.\n"
    path = tmp_path / "v.vcf"

    def write(content):
        path.write_text(content)
        if pack is pysam.tabix_compress:
            pysam.tabix_compress(str(path), str(tmp_path / "v.vcf.gz"), force=True)
            return tmp_path / "v.vcf.gz"
        path.write_bytes(pack(path.read_bytes()))
        return path

    for blank in ("\n", "\n\n \n", "\t\n"):
        found = [pos for table in read_variants(write(text + blank), 1) for pos in table["pos"]]
        assert found == [5, 6]
    with pytest.raises(GenomeFileError, match=mentions("record 3", "1:6")):
        list(read_variants(write(text + "\n1\t7\t.\tA\tC\t.\t.\t.\n")))


def test_info__that_is_not_utf8_is_named_where_it_is_read(linear, genome, some, write_vcf, tmp_path):
    path = write_vcf(some[:1])
    fields, _ = path.read_bytes().rstrip(b"\n").rsplit(b"\t", 1)
    path.write_bytes(fields + b"\tNOTE=\xe9\n")
    with pytest.raises(GenomeFileError, match=mentions("record 1", "0xe9", "UTF-8")):
        annotations.read_variants(path)
    with pytest.raises(GenomeFileError, match=mentions("record 1", "0xe9", "UTF-8")):
        write_scores(score_variants(linear, path, genome, background=None), tmp_path / "scores.vcf")
    assert not (tmp_path / "scores.vcf").exists()
