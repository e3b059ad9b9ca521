"""A full disk or a folder that cannot be written to: one line that says so, and nothing under the final name.

Building, predicting and whole folders have such tests of their own: ``test_cli_build.py``, ``test_cli_train.py`` and
``data/test_dataset_folder.py``. Here are the other writers, the commands that need no model, and what all rest on.
"""

import errno
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from messages import mentions

from deepchem_genomics.cli import main
from deepchem_genomics.cli.options import naming_the_output
from deepchem_genomics.data.side_input import SideInput
from deepchem_genomics.genome.sequence_files import open_sequence_file
from deepchem_genomics.io.outputs import atomic_directory, atomic_file

FORBIDDEN = Path("/proc/dcgenomics")  # nobody may make a folder in /proc, not even the superuser


def error_of(*arguments):
    """Run a command that must fail, and return the one line that it says."""
    result = CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="dcgenomics")
    assert result.exit_code == 1, result.output
    lines = [line for line in result.stderr.splitlines() if line.startswith("dcgenomics: error: ")]
    assert len(lines) == 1 and "Traceback" not in result.stderr
    return lines[0].removeprefix("dcgenomics: error: ")


@pytest.fixture
def full(monkeypatch):
    """Return a function that lets a method fail as on a full disk."""

    def fill(target):
        def fail(*arguments, **options):
            raise OSError(errno.ENOSPC, "No space left on device")

        monkeypatch.setattr(target, fail)

    return fill


@pytest.fixture
def transcript(tmp_path):
    path = tmp_path / "in" / "t.fa"
    path.parent.mkdir()
    path.write_text(">t1\n" + "ACGGTCATTGCAGCTTAGCATCGATCGGATTACAGCATCA" * 2 + "\n")
    return path


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_full_disk__is_told_in_the_words_of_the_user(number):
    with (
        pytest.raises(OSError, match=mentions("out.tsv", "disk")),
        naming_the_output(Path("out.tsv")),
    ):
        raise OSError(number, "full")


UNWRITTEN = {
    "ulimit -f": OSError(errno.EFBIG, "File too large"),
    "9 requested and 1 written": OSError("9 requested and 1 written"),
    "read-only": OSError(errno.EROFS, "Read-only file system", "in/.out.partial-x1.tsv"),
    "permission": PermissionError(errno.EACCES, "Permission denied", "in/out.tsv.run"),
}


@pytest.mark.parametrize(("fact", "error"), UNWRITTEN.items(), ids=range(len(UNWRITTEN)))
def test_output__is_named_whatever_the_reason(fact, error):
    with pytest.raises(OSError, match=mentions("in/out.tsv", fact)), naming_the_output(Path("in/out.tsv")):
        raise error


@pytest.mark.parametrize(
    "error",
    [
        OSError("truncated file"),
        PermissionError(errno.EACCES, "Permission denied", "in/genome.fa"),
        FileExistsError("in/out.tsv exists; closing the file that is written would replace it"),
        OSError(
            "in/out.tsv: no space left on the disk; the unfinished output is removed; free some, or write elsewhere"
        ),
    ],
)
def test_output__is_not_named_for_what_it_is_not_about(error):
    with pytest.raises(OSError) as caught, naming_the_output(Path("in/out.tsv")):
        raise error
    assert caught.value is error


def test_full_disk__other_errors_keep_their_words():
    with pytest.raises(PermissionError, match="Permission denied"), naming_the_output(Path("out.tsv")):
        raise PermissionError(errno.EACCES, "Permission denied", "genome.fa")


def test_sirna_design__tells_of_a_full_disk_and_leaves_what_it_can_go_on_from(transcript, tmp_path, full):
    full("deepchem_genomics.sirna.design_folder._Tables.add")
    message = error_of("sirna", "design", transcript, "--out", tmp_path / "out", "--fold", "no", "--quiet")
    assert re.search(mentions(f"{tmp_path}/out", "disk"), message)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.run"], "finished pieces stay"


def test_sirna_design__tells_of_a_folder_that_cannot_be_written_to(transcript):
    message = error_of("sirna", "design", transcript, "--out", FORBIDDEN / "out", "--fold", "no", "--quiet")
    assert re.search(mentions(str(FORBIDDEN), "no such file"), message)
    assert not FORBIDDEN.exists()


@pytest.mark.parametrize("make", [atomic_file, atomic_directory])
def test_nothing__is_made_where_nobody_may_write(make):
    with pytest.raises(OSError) as caught, make(FORBIDDEN / "out"):
        pytest.fail("there is nothing to write to")
    assert caught.value.filename == str(FORBIDDEN)


@pytest.mark.parametrize("name", ["side.tsv", "side.tsv.gz"])
def test_side_input__keeps_the_old_file_if_the_disk_is_full(name, tmp_path, full):
    path = tmp_path / name
    SideInput(["a"], [1.0]).to_file(path)
    before = path.read_bytes()
    full("deepchem_genomics.data.side_files._exact_text")
    with pytest.raises(OSError, match="No space left"):
        SideInput(["a", "b"], [1.0, 2.0]).to_file(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_genome__leaves_no_half_index_on_a_full_disk(transcript, full):
    full("deepchem_genomics.io.fasta_index.write_index")
    with pytest.raises(OSError, match="No space left"):
        open_sequence_file(transcript)
    assert [file.name for file in transcript.parent.iterdir()] == ["t.fa"]


def test_genome__in_a_read_only_folder_has_its_index_in_the_cache(transcript, tmp_path):
    transcript.parent.chmod(0o555)
    try:
        open_sequence_file(transcript, tmp_path / "cache").close()
    finally:
        transcript.parent.chmod(0o755)
    assert [file.name for file in transcript.parent.iterdir()] == ["t.fa"]
    assert len(list((tmp_path / "cache").glob("*.fai"))) == 1


WRITERS = {
    "predictions": "from deepchem_genomics.io.table_writers import writing_table\n"
    "with writing_table(out) as writer:\n"
    "    for i in range(99): writer.write(pd.DataFrame({'id': ['chr1:1-2'] * 999, 'y': np.ones(999, np.float32)}))\n",
    "scores": "from deepchem_genomics.io.table_writers import writing_table\n"
    "with writing_table(out, blocks=True) as listed:\n"
    "    for i in range(99): listed.write(pd.DataFrame({'id': ['chr1:1-2'] * 999}))\n",
}


@pytest.mark.parametrize(
    ("writer", "name"),
    [(writer, name) for writer in WRITERS for name in ("x.tsv", "x.tsv.gz")],
)
def test_tables__that_do_not_fit_appear_not_at_all(writer, name, tmp_path):
    out = tmp_path / "out" / name
    out.parent.mkdir()
    code = (
        "import resource, signal, sys\nimport numpy as np, pandas as pd\nfrom pathlib import Path\n"
        f"out = Path({str(out)!r})\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (2000, {resource.RLIM_INFINITY}))\n"
        f"try:\n{''.join('    ' + line + chr(10) for line in WRITERS[writer].splitlines())}"
        "except OSError as error:\n    sys.exit(0)\nsys.exit('it fitted')\n"
    )
    root = Path(__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "BGZF" not in run.stderr and "[E::" not in run.stderr, "neither htslib nor pysam remarks on it"
    assert list(out.parent.iterdir()) == []
