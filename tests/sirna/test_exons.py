"""Variants of a genome on transcripts, against a map base by base."""

import gzip
import re
from typing import NamedTuple

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.errors import BadValueError, ChromosomeNameError
from deepchem_genomics.sirna import Annotations, DesignOptions, Exons, Variant, design, read_exons, read_variants
from deepchem_genomics.sirna.annotations import fitting

PAIR = {"A": "T", "C": "G", "G": "C", "T": "A"}
HEAD = "##fileformat=VCFv4.2\n{}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


class World(NamedTuple):
    """A chromosome, and transcripts cut from it: their bases, and where each of them is on the chromosome."""

    genome: str
    gtf: list[str]
    sequences: dict[str, str]
    bases: dict[str, list[int]]  # 0-based positions on the chromosome, from 5' to 3'


def drawn(n, seed=0):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


@pytest.fixture(scope="module")
def world():
    """Return transcripts of one to five exons on both strands, which overlap each other."""
    rng = np.random.default_rng(4)
    genome, gtf, sequences, bases = drawn(1100), [], {}, {}
    for number in range(8):
        ends = np.sort(rng.choice(np.arange(1, 890), 2 * rng.integers(1, 6), replace=False)).reshape(-1, 2)
        strand, name = "+-"[number % 2], f"T{number}.1"
        positions = [at for start, end in ends for at in range(start, end)]
        bases[name] = positions if strand == "+" else positions[::-1]
        letters = [genome[at] if strand == "+" else PAIR[genome[at]] for at in bases[name]]
        sequences[name] = "".join(letters)
        rows = ends if strand == "+" else ends[::-1]  # GTF has exons in the order of the transcript
        gtf += [
            f'chr1\tx\texon\t{start + 1}\t{end}\t.\t{strand}\t.\tgene_id "G"; transcript_id "{name}"; n "1";'
            for start, end in rows
        ]
        gtf.append(f'chr1\tx\tCDS\t1\t2\t.\t{strand}\t0\tgene_id "G"; transcript_id "{name}";')
    return World(genome, gtf, sequences, bases)


def write_world(folder, world, records):
    (folder / "t.gtf").write_text("\n".join(["#!genome-build toy", *world.gtf]) + "\n")
    (folder / "v.vcf").write_text(HEAD.format("##contig=<ID=1>\n") + "".join(f"{line}\n" for line in records))
    return read_variants(folder / "v.vcf", read_exons(folder / "t.gtf"))


def test_variants__of_a_genome_lie_on_the_bases_of_every_transcript_that_has_them(world, tmp_path):
    rng = np.random.default_rng(5)
    records, changed = [], {}  # by id: the bases of the chromosome that are changed
    for number in range(400):
        at, kind = int(rng.integers(0, 880)), number % 4
        length = 1 if kind < 2 else int(rng.integers(2, 120))
        while kind == 2 and world.genome[at + length - 1] == world.genome[at]:  # else it could be written in two ways
            length += 1
        ref = world.genome[at : at + length]
        alt = {0: "ACGT"["ACGT".index(ref[0]) - 1], 1: ref + PAIR[ref[0]], 2: ref[0], 3: "<DEL>"}[kind]
        info = f"END={at + length}" if kind == 3 else "."
        changed[f"v{number}"] = {
            0: (at, at + 1),
            1: (at + 1, at + 1),
            2: (at + 1, at + length),
            3: (at + 1, at + length),
        }[kind]
        records.append(f"1\t{at + 1}\tv{number}\t{ref[0] if kind == 3 else ref}\t{alt}\t.\t.\t{info}")
    found = write_world(tmp_path, world, sorted(records, key=lambda line: int(line.split("\t")[1])))
    n_checked = 0
    for name, bases in world.bases.items():
        here = {variant.name.split(":")[0]: variant for variant in found[name]}
        assert len(here) == len(found[name])
        assert len(fitting(found[name], world.sequences[name].replace("T", "U")).variants) == len(here)
        for called, (start, end) in changed.items():
            touched = [place for place, base in enumerate(bases) if start <= base < end]
            if start == end:  # between two bases, one of which is in an exon
                sides = [bases.index(base) for base in (start - 1, start) if base in bases]
                assert (called in here) == bool(sides)
                if len(sides) == 2 and abs(sides[0] - sides[1]) == 1:
                    assert (here[called].start, here[called].end) == (max(sides), max(sides))
                continue
            assert (called in here) == bool(touched)
            if touched:
                assert list(range(here[called].start, here[called].end)) == sorted(touched)
                n_checked += 1
    assert n_checked > 300


def test_variants__of_the_strand_minus_have_the_ref_of_the_transcript(tmp_path):
    genome = drawn(100)
    exons = {"t": Exons("chr1", "-", ((10, 30), (50, 60)))}
    lines = [f"chr1\t{at + 1}\t.\t{genome[at : at + n]}\tN\t.\t.\tAF=0.2" for at, n in ((12, 1), (28, 24), (40, 1))]
    (tmp_path / "v.vcf").write_text(HEAD.format("##contig=<ID=chr1>\n") + "\n".join(lines) + "\n")
    first, second = read_variants(tmp_path / "v.vcf", exons)["t"]
    assert first == Variant(27, 28, f"chr1:13:{genome[12]}>N", PAIR[genome[12]], 27, 0.2)
    assert second[:2] == (8, 12) and second.ref == "".join(PAIR[genome[at]] for at in (51, 50, 29, 28))


def test_variants__with_another_ref_or_none_are_counted_on_transcripts(world, tmp_path):
    at = world.bases["T1.1"][30]
    wrong = next(base for base in "ACGT" if base != world.genome[at])
    lines = [
        f"1\t{at + 1}\t{name}\t{ref}\tN\t.\t.\t." for name, ref in (("w", wrong), ("m", "."), ("r", world.genome[at]))
    ]
    variants = write_world(tmp_path, world, lines)["T1.1"]
    assert [variant.name[0] for variant in variants] == ["w", "m", "r"]
    kept = fitting(variants, world.sequences["T1.1"].replace("T", "U"))
    assert ([variant.name[0] for variant in kept.variants], kept.n_past, kept.n_other) == (["r"], 0, 2)


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ('gene_id "G.1"; transcript_id "T.2"; exon_number 1;', "T.2"),
        ('gene_id "G"; gene_version "1"; transcript_id "T"; transcript_version "2";', "T.2"),
        ("ID=exon:T:1;Parent=T.2;transcript_id=T.2;level=2", "T.2"),
        ('gene_id "G"; transcript_id "T";', "T"),
    ],
)
@pytest.mark.parametrize("asked", ["T.2", "T", None])
def test_exons__are_read_under_the_names_of_transcripts(tmp_path, attributes, name, asked):
    text = "".join(
        f"chr1\tx\t{kind}\t11\t20\t.\t+\t.\t{given}\n"
        for kind, given in (("transcript", attributes), ("exon", attributes), ("exon", 'transcript_id "other.1";'))
    )
    with gzip.open(tmp_path / "a.gz", "wt") as file:
        file.write(text)
    found = read_exons(tmp_path / "a.gz", None if asked is None else [asked])
    assert found.pop(name) == Exons("chr1", "+", ((10, 20),)) and list(found) == ([] if asked else ["other.1"])


@pytest.mark.parametrize(
    ("lines", "asked", "facts"),
    [
        (["chr1 exon 1 9 + T.1"], ["T.2", "U"], ("e.gtf", "'T.1'", "2", "'T.2'")),
        (["chr1 exon 1 9 + T.1", "chr2 exon 20 30 + T.1"], None, ("e.gtf:2", "'T.1'", "chr2")),
        (["chr1 exon 1 9 + T.1", "chr1 exon 20 30 - T.1"], None, ("e.gtf:2", "'T.1'", "'-'")),
        (["chr1 exon 1 9 . T.1"], None, ("e.gtf:1", "'T.1'", "'.'")),
        (["chr1 exon 20 30 + T.1", "chr1 exon 10 20 + T.1"], None, ("e.gtf", "'T.1'", "chr1:20-20")),
        (["chr1 gene 1 9 + T.1"], None, ("e.gtf", "exon", "transcript_id")),
    ],
)
def test_exons__that_cannot_be_are_refused(tmp_path, lines, asked, facts):
    rows = [line.split() for line in lines]
    text = "".join(f'{c}\tx\t{k}\t{s}\t{e}\t.\t{strand}\t.\ttranscript_id "{t}";\n' for c, k, s, e, strand, t in rows)
    (tmp_path / "e.gtf").write_text(text)
    with pytest.raises(BadValueError, match=mentions(*facts)):
        read_exons(tmp_path / "e.gtf", asked)


def test_variants__on_other_chromosomes_than_all_exons_are_refused(world, tmp_path):
    world_of_2 = world._replace(gtf=[line.replace("chr1", "chr2") for line in world.gtf])
    with pytest.raises(ChromosomeNameError, match=mentions("v.vcf", "1 record", "'1'", "chr2")):
        write_world(tmp_path, world_of_2, [f"1\t101\t.\t{world.genome[100]}\tN\t.\t.\t."])


def test_design__counts_transcripts_without_exons_and_of_another_length():
    letters = drawn(120, 3)
    exons = {"t": Exons("1", "+", ((0, 120),)), "tail": Exons("1", "+", ((0, 90),))}
    variants = {"t": [Variant(60, 61, "v", letters[60], 60)]}
    records = {"t.1": letters, "tail": drawn(120, 4), "none": drawn(120, 5)}
    found = design(records, DesignOptions(fold="no"), annotations=Annotations(variants=variants, exons=exons))
    assert any(re.search(mentions("2 of 3 records", "none"), note) for note in found.notes)
    assert any(re.search(mentions("1 of 3 records", "tail"), note) for note in found.notes)
    assert set(found.sites.loc[found.sites["snp"] != "", "record"]) == {"t.1"}
