"""Windows of a person's two chromosomes, against the genome with every allele written into it base by base."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from messages import mentions

from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import AlphabetMismatchError, BadValueError, GenomeFileError, OutOfBoundsError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.variants import NOTES, Haplotypes, predict_haplotypes

pytest.importorskip("pysam")

HEAD = '##fileformat=VCFv4.2\n##INFO=<ID=END,Number=1,Type=Integer,Description="End">\n'
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\t"


@pytest.fixture
def person(tmp_path, genome):
    """Return a function that writes (pos, ref, alt, genotype) on chr21 and reads the haplotypes."""

    def read(rows, sample=None, samples=("me",), name="calls.vcf", chrom="chr21"):
        lines = ""
        for pos, ref, alt, *calls in rows:
            info, alt = (f"END={alt[6:]}", "<DEL>") if alt.startswith("<DEL>=") else (".", alt)
            lines += "\t".join([chrom, str(pos), ".", ref, alt, ".", ".", info, "GT", *calls]) + "\n"
        path = tmp_path / name
        path.write_text(HEAD + COLUMNS + "\t".join(samples) + "\n" + lines)
        return Haplotypes(path, genome, sample)

    return read


def texts(windows):
    return [[row.tobytes().decode() for row in letters] for letters in windows[:2]]


def written(letters, edits):
    """Return one string for each base of the genome, what a haplotype has in its place."""
    cells = list(letters)
    for pos, ref, alt in edits:
        start = pos - 1
        for i in range(len(ref)):
            last = i == len(ref) - 1
            if i or ref[0] != alt[0]:  # the base before an insertion or deletion is left as it is
                cells[start + i] = alt[i:] if last else alt[i : i + 1]
            elif last:
                cells[start] += alt[1:]
    return cells


def cut(cells, start, length):
    """Cut a window whose middle base is that of the genome, or the next to the right that is left."""
    before = "".join(cells[: start + length // 2])
    return (before[len(before) - length // 2 :] + "".join(cells[start + length // 2 :])[: length - length // 2])[
        :length
    ]


@pytest.mark.parametrize("seed", range(20))
def test_windows__are_the_genome_with_every_allele_written_into_it(person, toy, seed):
    rng, letters = np.random.default_rng(seed), toy.contigs["chr21"]
    rows, edits, pos = [], ([], []), 20
    while pos < 270:
        ref = letters[pos - 1 : pos - 1 + int(rng.choice([1, 1, 2, 4]))]
        alt = rng.choice(list("ACGT".replace(ref[0], ""))) if len(ref) == 1 and rng.random() < 0.5 else None
        alt = alt or ref[0] + "".join(rng.choice(list("ACGT"), rng.integers(0, 4) if len(ref) == 1 else 0))
        genotype = str(rng.choice(["0|1", "1|0", "1|1"]))
        if alt != ref:
            rows.append((pos, ref, alt, genotype))
            for haplotype in (0, 1):
                if genotype[2 * haplotype] == "1":
                    edits[haplotype].append((pos, ref, alt))
        pos += int(rng.integers(len(ref), 8))
    length = int(rng.integers(1, 40))
    starts = rng.integers(40, 300 - length - 40, 25).tolist()
    strands = rng.choice(["+", "-"], 25).tolist()
    table = pd.DataFrame({"chrom": "21", "start": starts, "end": np.add(starts, length), "strand": strands})
    found = texts(person(rows).windows(table))
    for haplotype in (0, 1):
        cells = written(letters, edits[haplotype])
        plain = [cut(cells, start, length) for start in starts]
        stranded = [reverse_complement(w) if s == "-" else w for w, s in zip(plain, strands, strict=True)]
        assert found[haplotype] == stranded


def test_windows__keep_their_middle_and_length(person, toy):
    letters = toy.contigs["chr21"]
    base = "ACGT".replace(letters[50], "")[0]
    me = person([(51, letters[50], letters[50] + base * 2, "1|0"), (61, letters[60:64], letters[60], "0|1")])
    first, second = texts(me.windows(["chr21:46-57", "chr21:56-67", "chr21:57-68"]))
    assert first[0] == letters[48:51] + base * 2 + letters[51:57]  # the 52nd base in the middle, what is new left of it
    # The bases 62 to 64 are deleted, so base 65 is in the middle of the windows that were centered on 62 or 63.
    assert second[1] == second[2] == letters[56:61] + letters[64:70]
    assert texts(me.windows(["chr21:46-56"]))[0] == [letters[48:51] + base * 2 + letters[51:56]]  # of even length


def test_windows__count_the_changes_in_them(person, toy):
    letters = toy.contigs["chr21"]
    me = person([(51, letters[50], letters[50] + "AC", "1|0"), (53, letters[52:54], letters[52], "1|1")])
    windows = me.windows(["chr21:46-57", "chr21:80-91"])
    assert windows.changes.tolist() == [[2, 1], [0, 0]]
    assert texts(windows)[0][1] == texts(windows)[1][1] == letters[80:91]
    assert windows.ids.tolist() == ["chr21:46-57", "chr21:80-91"]
    assert (me.sample, me.n_records, me.n_applied, dict(me.notes)) == ("me", 2, 2, {})


def swapped(letter):
    return "CATG"["ACGT".index(letter)]


@pytest.mark.parametrize(
    ("genotype", "alleles", "note"),
    [
        ("0/1", (0, 1), "unphased"),
        ("1/1", (1, 1), None),
        ("1|.", (1, 0), "missing"),
        ("./.", (0, 0), "missing"),
        ("1", (1, 0), "haploid"),
        ("0", (0, 0), "haploid"),
        ("1|0|1", (1, 0), "polyploid"),
    ],
)
def test_genotypes__are_taken_as_bcftools_takes_them_and_counted(person, toy, genotype, alleles, note):
    letters = toy.contigs["chr21"]
    me = person([(51, letters[50], swapped(letters[50]), genotype)])
    found = texts(me.windows(["chr21:45-56"]))
    changed = letters[45:50] + swapped(letters[50]) + letters[51:56]
    assert [each[0] for each in found] == [changed if allele else letters[45:56] for allele in alleles]
    assert dict(me.notes) == ({} if note is None else {note: 1})
    assert set(me.notes) <= set(NOTES)


@pytest.mark.parametrize(
    ("ref", "alt", "note"),
    [
        ("", "<DUP>", "symbolic"),
        ("", "<NON_REF>", "symbolic"),
        ("", "*", "overlapping_deletion"),
        ("", "A[chr22:10[", "breakend"),
        ("X", "G", "ref_mismatch"),
    ],
)
def test_alleles__that_cannot_be_written_are_counted_and_left_out(person, toy, ref, alt, note):
    letters = toy.contigs["chr21"]
    me = person([(51, swapped(letters[50]) if ref else letters[50], alt, "1|1")])
    assert texts(me.windows(["chr21:45-56"])) == [[letters[45:56]]] * 2
    assert (dict(me.notes), me.n_applied) == ({note: 1}, 0)


def test_alleles__elsewhere_are_counted(person):
    assert dict(person([(1, "A", "C", "1|1")], chrom="chr7").notes) == {"unknown_contig": 1}
    assert dict(person([(5000, "A", "C", "1|1")]).notes) == {"outside_contig": 1}


def test_alleles__that_overlap_one_before_are_left_out_and_counted(person, toy):
    letters = toy.contigs["chr21"]
    me = person([(51, letters[50:54], letters[50], "1|0"), (53, letters[52], swapped(letters[52]), "1|1")])
    first, second = texts(me.windows(["chr21:40-61"]))
    assert first == [letters[40:51] + letters[54:64]]
    assert second == [letters[40:52] + swapped(letters[52]) + letters[53:61]]
    assert dict(me.notes) == {"overlapping": 1}


def test_symbolic_deletions__reach_to_their_end(person, toy):
    letters = toy.contigs["chr21"]
    me = person([(51, letters[50], "<DEL>=80", "0|1")])
    assert texts(me.windows(["chr21:45-56"])) == [[letters[45:56]], [letters[45:51] + letters[80:85]]]
    assert dict(me.notes) == {"symbolic_deletion": 1}


def test_windows__past_an_end(person, toy):
    letters = toy.contigs["chr21"]
    end = len(letters)
    me = person([(end - 5, letters[-6:-2], letters[-6], "0|1")])
    first, second = texts(me.windows([f"chr21:{end - 11}-{end}"]))
    assert first == [letters[-11:]]
    assert second == [letters[-11:-5] + letters[-2:] + "NNN"]
    with pytest.raises(OutOfBoundsError):
        me.windows([f"chr21:{end - 5}-{end + 6}"])
    assert texts(me.windows([f"chr21:{end - 5}-{end + 6}"], out_of_bounds="pad"))[0][0].endswith("N" * 6)


def test_sample__is_named_and_the_others_are_listed(person):
    rows = [(51, "A", "C", "0|1", "1|1", "0|0")]
    with pytest.raises(BadValueError, match=mentions("calls.vcf", "you", "mother", "father", "child")):
        person(rows, "you", ("mother", "father", "child"))
    with pytest.raises(BadValueError, match=mentions("3", "mother")):
        person(rows, None, ("mother", "father", "child"))


def test_sample__of_a_file_without_genotypes(write_vcf, genome):
    with pytest.raises(BadValueError, match=mentions("calls.vcf", "genotypes")):
        Haplotypes(write_vcf([("chr21", 51, "A", "C")]), genome)


def test_sample__gets_its_own_genotypes(person, toy):
    letters = toy.contigs["chr21"]
    rows = [(51, letters[50], swapped(letters[50]), "0|1", "1|0")]
    mother, child = (person(rows, name, ("mother", "child")).windows(["chr21:45-56"]) for name in ("mother", "child"))
    assert texts(mother) == texts(child)[::-1]


def test_files__that_are_not_in_order_are_refused(person):
    with pytest.raises(GenomeFileError, match=mentions("calls.vcf", "record 2", "chr21:50", "bcftools sort")):
        person([(51, "A", "C", "0|1"), (50, "A", "C", "0|1")])


def test_predictions__are_of_both_haplotypes(person, toy, linear):
    letters = toy.contigs["chr21"]
    me = person([(51, letters[50], swapped(letters[50]), "1|0"), (53, letters[52], swapped(letters[52]), "0|1")])
    table = predict_haplotypes(linear, ["chr21:45-56", "chr21:80-91"], me)
    first, second = (letters[45:i] + swapped(letters[i]) + letters[i + 1 : 56] for i in (50, 52))
    expected = [linear_of(linear, text) for text in (first, second)]
    assert table["prediction_haplotype1"][0] == pytest.approx(expected[0], abs=1e-6)
    assert table["prediction_haplotype2"][0] == pytest.approx(expected[1], abs=1e-6)
    assert table["prediction_mean"][0] == pytest.approx(sum(expected) / 2, abs=1e-6)
    assert table["prediction_difference"].tolist() == [pytest.approx(expected[1] - expected[0], abs=1e-6), 0]
    assert linear.n_predicted == 3  # a window that both have alike is predicted once


def linear_of(model, text):
    total = sum(model.weights[i, "ACGT".index(letter), 0] for i, letter in enumerate(text))
    return 1 / (1 + np.exp(-total))


def test_predictions__of_one_chromosome_have_no_second_haplotype(person, toy, linear):
    letters = toy.contigs["chr21"]
    table = predict_haplotypes(
        linear, ["chr21:45-56", "chr21:80-91"], person([(51, letters[50], swapped(letters[50]), "1")])
    )
    assert table["prediction_haplotype2"].isna().tolist() == [True, False]
    assert table["prediction_difference"].isna().tolist() == [True, False]
    assert table["prediction_mean"][0] == table["prediction_haplotype1"][0]


def test_predictions__look_side_inputs_up_at_the_window_on_the_genome(person, toy):
    letters = toy.contigs["chr21"]
    model = toy.Model(signal_weight=1.0)
    model.side_inputs = {"accessibility": SideInput.from_dict({"chr21:45-56": 0.5, "chr21:80-91": 2.0})}
    me = person([(51, letters[50], letters[50] + "GGT", "1|0")])
    with_signal = predict_haplotypes(model, ["chr21:45-56"], me)["prediction_haplotype1"][0]
    model.side_inputs = {"accessibility": SideInput.from_dict({"chr21:45-56": 0.0})}
    without = predict_haplotypes(model, ["chr21:45-56"], me)["prediction_haplotype1"][0]
    assert np.log(with_signal / (1 - with_signal)) - np.log(without / (1 - without)) == pytest.approx(0.5, abs=1e-4)


def test_predictions__need_a_model_of_dna(person, linear):
    linear.alphabet = RNA
    with pytest.raises(AlphabetMismatchError):
        predict_haplotypes(linear, ["chr21:45-56"], person([(51, "A", "C", "0|1")]))


def test_docs__the_example_of_a_person_runs(tmp_path, monkeypatch):
    page = (Path(__file__).parents[2] / "docs" / "variants.md").read_text()
    blocks = re.findall(r"```python\n(.*?)```", page.partition("## Personal genomes")[2], re.DOTALL)
    monkeypatch.chdir(tmp_path)
    exec(blocks[0], {})
