"""The cache folder is private, and nothing in it is used that is not as it was made."""

import gzip
import os
import shutil

import pytest

from deepchem_genomics.genome import Genome
from deepchem_genomics.io import cache
from deepchem_genomics.io.cache import cached_copy
from deepchem_genomics.sirna import Transcriptome

SOUND, PLANTED = "ACGTACGTAC", "TTTTTTTTTT"


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Return the folder for temporary files of a user without a home."""
    folder = tmp_path / "tmp"
    folder.mkdir(mode=0o777)
    (tmp_path / "file").touch()
    monkeypatch.delenv("DEEPCHEM_GENOMICS_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr(cache.tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def fasta(tmp_path):
    path = tmp_path / "toy.fa.gz"
    path.write_bytes(gzip.compress(f">chr1\n{SOUND}\n".encode(), mtime=0))
    return path


def bases(path, cache_dir=None):
    with Genome(path, cache_dir=cache_dir) as genome:
        return genome.fetch(["chr1:0-10"])[0]


def test_folder__among_temporary_ones_is_this_users_and_closed(temporary, fasta):
    assert bases(fasta) == SOUND
    (folder,) = temporary.iterdir()
    assert folder.stat().st_mode & 0o777 == 0o700 and folder.stat().st_uid == os.getuid()
    assert bases(fasta) == SOUND and list(temporary.iterdir()) == [folder]


def open_to_all(folder):
    folder.chmod(0o777)


def of_another(folder):
    if os.getuid():
        pytest.skip("only the superuser can give a folder away")
    os.chown(folder, 12345, 12345)


def link(folder):
    folder.rename(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def file(folder):
    shutil.rmtree(folder)
    folder.touch()


@pytest.mark.parametrize("plant", [open_to_all, of_another, link, file])
def test_folder__among_temporary_ones_that_is_not_private_is_not_used(temporary, fasta, caplog, plant):
    assert bases(fasta) == SOUND
    (folder,) = temporary.iterdir()
    plant(folder)
    before = {path: path.stat().st_mtime_ns for path in folder.glob("*")}
    copy = cached_copy(fasta, ".fa")
    assert copy.parent != folder and copy.parent.stat().st_mode & 0o777 == 0o700
    assert bases(fasta) == SOUND
    assert {path: path.stat().st_mtime_ns for path in folder.glob("*")} == before
    assert str(folder) in caplog.text or plant is file


@pytest.mark.parametrize("mode", [0o777, 0o707])
def test_folder__of_this_users_that_all_may_write_in_is_not_used(temporary, tmp_path, monkeypatch, mode):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "own"))
    (tmp_path / "toy.fa").write_text(">a\nACGT\n")
    own = cached_copy(tmp_path / "toy.fa", ".fai").parent
    assert own == tmp_path / "own" / "deepchem_genomics"
    own.chmod(mode)
    assert cached_copy(tmp_path / "toy.fa", ".fai").parent.parent == temporary


def test_copy__that_was_planted_is_not_used(fasta, tmp_path):
    copy = cached_copy(fasta, ".fa", tmp_path / "cache")
    copy.write_text(f">chr1\n{PLANTED}\n")
    copy.with_name(copy.name + ".fai").write_text("chr1\t10\t6\t10\t11\n")
    assert bases(fasta, tmp_path / "cache") == SOUND


@pytest.mark.parametrize("ending", [".fa", ".fa.fai"])
def test_copy__that_was_changed_later_is_made_again(fasta, tmp_path, ending):
    assert bases(fasta, tmp_path / "cache") == SOUND
    path = cached_copy(fasta, ending, tmp_path / "cache")
    state, content = path.stat(), path.read_text()
    path.write_text(content.replace(SOUND, PLANTED).replace("\t6\t", "\t5\t"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert path.read_text() != content and path.stat().st_size == state.st_size
    assert bases(fasta, tmp_path / "cache") == SOUND
    assert cached_copy(fasta, ending, tmp_path / "cache").read_text() == content


def test_copy__of_a_file_that_was_replaced_by_one_of_the_same_size_and_time_is_made_again(fasta, tmp_path):
    assert bases(fasta, tmp_path / "cache") == SOUND
    state = fasta.stat()
    fasta.write_bytes(gzip.compress(f">chr1\n{SOUND[::-1]}\n".encode(), mtime=0))
    os.utime(fasta, ns=(state.st_atime_ns, state.st_mtime_ns))
    assert fasta.stat().st_size == state.st_size
    assert bases(fasta, tmp_path / "cache") == SOUND[::-1]


def test_index__that_was_planted_in_the_cache_is_not_used(tmp_path):
    folder = tmp_path / "read_only"
    folder.mkdir()
    path = folder / "toy.fa"
    path.write_text(">chr1\nACGTACGTAC\nGTACGTACGT\n")
    folder.chmod(0o555)
    try:
        planted = "chr1\t20\t6\t19\t20\n"  # the same begin and end, other lines between
        cached_copy(path, ".fai", tmp_path / "cache").write_text(planted)
        with Genome(path, cache_dir=tmp_path / "cache") as genome:
            assert genome.fetch(["chr1:8-14"]) == ["ACGTAC"]
    finally:
        folder.chmod(0o755)


def test_seeds__that_were_planted_are_counted_again(tmp_path, caplog):
    (tmp_path / "t.fa").write_text(">a\nACGUACGUAAACCC\n")
    (tmp_path / "other.fa").write_text(">b\nGGGGGGGGGGGGGG\n")
    other = Transcriptome(tmp_path / "other.fa", tmp_path / "elsewhere", index=False).folder
    planted = cached_copy(tmp_path / "t.fa", ".transcriptome", tmp_path / "cache")
    shutil.copytree(other, planted)
    assert Transcriptome(tmp_path / "t.fa", tmp_path / "cache", index=False).names == ["a"]
    assert str(planted / "seeds.npz") in caplog.text
