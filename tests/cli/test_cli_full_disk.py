"""Every command on a full disk, where nobody may write, and where files may not grow: one line, and nothing half made.

The disks are real ones, in memory, of a process that sees mounts of its own; where that is not allowed, as for most
users but the superuser, there are no tests here. ``test_full_disk.py`` has some that need no disk.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pysam", reason="pysam is not installed")
pytest.importorskip("pybigtools", reason="pybigtools is not installed")
pytest.importorskip("pyarrow", reason="pyarrow is not installed")

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("commands_on_a_bad_disk.py")
COMMANDS = {
    "build": "data",
    "intervals": "windows",
    "tiles": "tiles",
    "evaluate": "page.html",
    "inspect": "plot.png",
    "train": "model",
    "predict": "predictions.tsv",
    "predict to Parquet": "predictions.parquet",
    "variants": "scores.tsv",
    "variants to gzip": "scores.tsv.gz",
    "variants to VCF": "scores.vcf",
    "scan to a track": "track.bw",
    "scan to peaks": "peaks.bed",
    "sirna design": "sites",
    "explain": "report",
    "benchmark": "benchmark",
    "tune": "search",
    "reproduce": "reproduced",
    "run": "project",
}
REASONS = {
    "full": "no space left on the disk; the unfinished output is removed; free some, or write elsewhere",
    "sealed": "read-only file system; write elsewhere",
    "small": "larger than files may be there (ulimit -f, or the kind of the disk); the unfinished output is removed; "
    "raise the limit, or write elsewhere",
}
OUTPUTS_OF_RUN = 4
WITHOUT_NUMBER = {  # what NumPy and pysam say, which give no number
    (
        "train",
        "small",
    ): r"not written to its end \(\d+ requested and \d+ written\); see how much of the disk is free, or "
    "write elsewhere",
    (
        "variants to gzip",
        "full",
    ): r"not written to its end \(Error (closing|flushing) BGZFile object\); see how much of the disk is free, or "
    "write elsewhere",
}


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("disks")


@pytest.fixture(scope="module")
def found(work):
    alone = ["unshare", "--mount"]
    try:
        subprocess.run([*alone, "mount", "-t", "tmpfs", "none", work], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no mounts of one's own here: {error}")
    fonts = str(work.with_name("fonts"))  # a list of another environment's may name files that are gone
    environment = {
        **os.environ,
        "MPLCONFIGDIR": fonts,
        "PYTHONPATH": str(PROGRAM.parents[2]),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    command = [*alone, sys.executable, str(PROGRAM), str(work), json.dumps(COMMANDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    assert "[E::" not in done.stderr, "htslib's remarks stay out"
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("disk", REASONS)
@pytest.mark.parametrize("command", COMMANDS)
def test_output__that_cannot_be_written_is_named_in_one_line(found, work, command, disk):
    result = found[f"{command}, {disk}"]
    assert result["status"] == 1
    said = [line for line in result["stderr"].splitlines() if "error:" in line.lower() or "Traceback" in line]
    assert len(said) == (OUTPUTS_OF_RUN if (command, disk) == ("run", "sealed") else 1), result["stderr"]
    output = re.escape(str(work / disk / COMMANDS[command]))
    for line in said:
        found = re.fullmatch(f"dcgenomics: error: {output}[a-z./]*: (.*)", line)
        if (command, disk) == ("run", "small"):
            assert line.startswith("dcgenomics: error: build ended with status 1: "), "the step itself says why"
        elif (command, disk) in WITHOUT_NUMBER:
            assert re.fullmatch(WITHOUT_NUMBER[command, disk], found[1])
        else:
            assert found[1] == REASONS[disk]
    assert "retracing" in result["stderr"] or result["stderr"].count("\n") == len(said)


@pytest.mark.parametrize("disk", ["full", "small"])
@pytest.mark.parametrize("command", COMMANDS)
def test_output__that_cannot_be_written_is_not_there(found, command, disk):
    resumed = command in ("benchmark", "tune", "run")
    kept = {COMMANDS[command] if resumed else f"{COMMANDS[command]}.run"}  # what it can continue from
    left = [Path(path) for path in found[f"{command}, {disk}"]["left"]]
    assert [path for path in left if not kept & set(path.parts)] == []
    assert [path for path in left if "partial" in path.name] == []
