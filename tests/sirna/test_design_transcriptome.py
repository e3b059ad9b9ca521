"""Near-perfect matches and seeds in a transcriptome, against a search letter by letter."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from killing import die, killed_while
from messages import mentions

from deepchem_genomics.errors import DuplicateIdError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.sirna import Transcriptome, near_matches, read_genes, seed_counts
from deepchem_genomics.sirna import transcriptome as transcriptome_module


def drawn(rng, n):
    return "".join(rng.choice(list("ACGU"), n))


@pytest.fixture(scope="module")
def sequences():
    """Return short transcripts cut from one stretch, with changes: many near matches, and many ends."""
    rng = np.random.default_rng(0)
    base = drawn(rng, 120)
    cut = []
    for _ in range(60):
        start, length = rng.integers(0, 95), rng.integers(15, 60)
        letters = list(base[start : start + length])
        for place in rng.choice(len(letters), 2, replace=False):
            letters[place] = str(rng.choice(list("ACGUN")))
        cut.append("".join(letters))
    cut.append(reverse_complement(base[10:70], RNA))
    return base, {f"t{number}.1": text for number, text in enumerate(cut)}


@pytest.fixture(scope="module")
def transcriptome(sequences, tmp_path_factory):
    folder = tmp_path_factory.mktemp("transcriptome")
    (folder / "t.fa").write_text("".join(f">{name}\n{text}\n" for name, text in sequences[1].items()))
    return Transcriptome(folder / "t.fa", folder / "cache")


def near(site, transcripts, mismatches):
    found = set()
    guide, passenger = reverse_complement(site, RNA), site[2:] + "UU"
    for strand, text in (("guide", guide), ("passenger", passenger)):
        for number, transcript in enumerate(transcripts):
            for start in range(len(transcript) - 17):
                there = reverse_complement(transcript[start : start + 18], RNA)
                differ = tuple(n for n, (a, b) in enumerate(zip(text[1:19], there, strict=True), 2) if a != b)
                if len(differ) <= mismatches and "N" not in there:
                    found.add((number, start, strand, len(differ), differ))
    return found


@pytest.mark.parametrize("mismatches", [0, 2, 3])
def test_near_matches__are_all_there_are_and_no_others(sequences, transcriptome, mismatches):
    base, transcripts = sequences
    sites = [base[start : start + 21] for start in range(0, 100, 3)]
    found = [set() for _ in sites]
    for match in transcriptome.near_matches(sites, mismatches):
        assert match[1:] not in found[match.site]
        found[match.site].add(match[1:])
    assert found == [near(site, list(transcripts.values()), mismatches) for site in sites]
    assert sum(map(len, found)) > 30


def test_off_targets__are_counted_as_by_a_search_letter_by_letter():
    sys.path.insert(0, str(Path(__file__).parents[2]))  # benchmarks are not part of the package
    from benchmarks.off_targets import compare

    n_counts, n_places, n_all = compare(60_000, n_sites=25, n_targets=2, seed=3)
    assert (n_counts, n_places) == (0, 0) and n_all > 20


def test_transcriptome__is_read_once(transcriptome, monkeypatch):
    monkeypatch.setattr(transcriptome_module, "write_kmer_table", lambda *_: pytest.fail("indexed again"))
    monkeypatch.setattr("deepchem_genomics.sirna.transcriptome.transcript_records", lambda _: pytest.fail("read again"))
    again = Transcriptome(transcriptome.path, transcriptome.folder.parent)
    assert again.names == transcriptome.names and len(again) == 61
    assert np.array_equal(again.seeds.kmers, transcriptome.seeds.kmers)


def test_transcriptome__counts_what_is_never_matched(tmp_path):
    (tmp_path / "t.fa").write_text(">a\nACGUNNACRTacgt\n>b\nNNN\n")
    for _ in ("read", "cached"):
        transcriptome = Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False)
        assert (transcriptome.n_bases, transcriptome.n_unknown) == (17, 6)


def test_transcriptome__that_changed_is_read_anew(tmp_path):
    fasta = tmp_path / "t.fa"
    fasta.write_text(">a\nACGUACGUAAACCC\n")
    first = Transcriptome(fasta, tmp_path / "cache", index=False)
    fasta.write_text(">a\nACGUACGU\n>b\nACGU\n")
    second = Transcriptome(fasta, tmp_path / "cache", index=False)
    assert (len(first), len(second)) == (1, 2)
    assert [folder.name for folder in (tmp_path / "cache").iterdir()] == [second.folder.name]


@pytest.mark.parametrize("damage", [b"", b"PK", b"not zipped"])
def test_transcriptome__whose_cache_is_damaged_is_read_anew(tmp_path, caplog, damage):
    (tmp_path / "t.fa").write_text(">a\nACGUACGUAAACCC\n")
    first = Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False)
    (first.folder / "seeds.npz").write_bytes(damage)
    again = Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False)
    assert re.search(mentions(str(first.folder / "seeds.npz")), caplog.text)
    assert again.names == first.names and np.array_equal(again.seeds.kmers, first.seeds.kmers)
    assert Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False).n_bases == 14


def files_of(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def arrays_of(transcriptome):
    """Return what is kept of a transcriptome, but for the times of its files."""
    return {name: content for name, content in files_of(transcriptome.folder).items() if name.suffix != ".json"}


@pytest.fixture
def in_pieces(monkeypatch):
    """Have every transcriptome counted and indexed in several pieces."""
    monkeypatch.setattr(seed_counts, "_BATCH", 500)
    monkeypatch.setattr(near_matches, "_CHUNK", 300)


def test_transcriptome__is_the_same_whatever_the_number_of_processes(transcriptome, tmp_path, in_pieces):
    made = [Transcriptome(transcriptome.path, tmp_path / f"cache{jobs}", jobs=jobs) for jobs in (1, 2)]
    alone, together = map(arrays_of, made)
    assert alone == together == arrays_of(transcriptome) and len(alone) == 4


@pytest.mark.parametrize("stage", ["counting", "writing the counts", "sorting", "recording"])
def test_transcriptome__whose_making_was_killed_leaves_nothing(transcriptome, tmp_path, in_pieces, stage, monkeypatch):
    cache = tmp_path / "cache"

    def half():
        at = {
            "counting": (seed_counts, "_count"),
            "writing the counts": (transcriptome_module, "write_arrays"),
            "sorting": (near_matches, "_write_places"),
            "recording": (transcriptome_module, "record_as_made"),
        }
        monkeypatch.setattr(*at[stage], die)
        Transcriptome(transcriptome.path, cache)

    killed_while(half)
    monkeypatch.undo()
    again = Transcriptome(transcriptome.path, cache)
    assert arrays_of(again) == arrays_of(transcriptome)
    assert {file.name for file in cache.iterdir()} == {again.folder.name}
    assert {file.name for file in again.folder.iterdir()} == {file.name for file in transcriptome.folder.iterdir()}


def test_transcriptome__with_duplicate_names_is_refused(tmp_path):
    (tmp_path / "t.fa").write_text(">a\nACGUACGUAAACCC\n>b\nAC\n>a\nACGU\n")
    with pytest.raises(DuplicateIdError, match=mentions("t.fa:5", "record 'a'", "line 1")):
        Transcriptome(tmp_path / "t.fa", tmp_path / "cache")
    assert not list((tmp_path / "cache").iterdir())


def test_genes__are_found_whatever_the_version(tmp_path):
    header = "ENST00000456328.2 cdna gene:ENSG00000290825.1"
    (tmp_path / "t.fa").write_text(f">{header}\n{'ACGU' * 6}\n>b\n{'ACGU' * 6}\n>c.1\nACGU\n>c.2\nACGU\n")
    known = Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False)
    names = ("ENST00000456328", "ENST00000456328.9", "b", "d")
    assert [known.gene_of(name).accession for name in names] == [*["ENSG00000290825"] * 2, "", ""]
    assert [known.number_of(name) for name in ("ENST00000456328.2", "b.1", "c.2", "c", "c.3")] == [0, 1, 3, None, None]


def test_genes__are_read_from_a_table(tmp_path):
    (tmp_path / "g.tsv").write_text("#transcript\tgene\nb\tB\n")
    assert read_genes(tmp_path / "g.tsv") == {"b": "B"}


def test_genes__of_one_transcript_are_one(tmp_path):
    table = tmp_path / "g.tsv"
    table.write_text("a\tA\nb\tB\na\tA\n")
    assert read_genes(table) == {"a": "A", "b": "B"}
    table.write_text("a\tA\nb\tB\na\tC\n")
    with pytest.raises(DuplicateIdError, match=mentions("g.tsv:3", "'a'", "'C'", "'A'")):
        read_genes(table)
