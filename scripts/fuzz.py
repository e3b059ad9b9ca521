"""Feed readers of files with bytes that nobody would write, and see whether they fail as they promise.

``python scripts/fuzz.py READER --seconds N`` runs one of the readers of ``fuzz_readers.py`` for N seconds. A reader may
accept a file or raise an error of this package (:class:`~deepchem_genomics.errors.GenomicsError`); whatever else it
raises, a warning, or a process that dies is a fault. The first file for each fault is kept in ``--faults`` and the exit
status is 1.

The bytes come from atheris (``pip install atheris``), which follows the branches that the readers take. Where it is
not installed, the examples are changed blindly, which finds less; the last line says which of the two it was.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path

from fuzz_readers import READERS, Reader  # beside this file

LONGEST = 2048  # bytes of a file
OWN_CODE = "deepchem_genomics"
MEMORY = Path("/dev/shm")  # a disk can take milliseconds to cut a file short, as long as a reader to read it


class Trial:
    """One reader in a folder of its own, which remembers each fault once."""

    def __init__(self, reader: Reader, faults: Path, name: str) -> None:
        self.reader, self.faults, self.name = reader, faults, name
        place = MEMORY if os.access(MEMORY, os.W_OK) else None
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-", dir=place)
        self.paths = {Path(self.folder.name) / name: functions for name, functions in reader.functions.items()}

    def __call__(self, content: bytes) -> None:
        """Let every function of the reader read the bytes."""
        from deepchem_genomics.errors import GenomicsError

        for path, functions in self.paths.items():
            for ending in ("", ".fai", ".gzi"):  # the file before, and its indices
                path.with_name(path.name + ending).unlink(missing_ok=True)
            path.write_bytes(content)
            for read in functions:
                try:
                    read(path)
                except GenomicsError:
                    continue
                except (KeyboardInterrupt, SystemExit):
                    raise
                except BaseException as error:  # a panic in a library's Rust is not an Exception
                    self.remember(error, content)

    def examples(self) -> list[bytes]:
        """Return what the examples hold, after every function has read them, so that all it needs is imported."""
        contents = []
        for number, example in enumerate(self.reader.examples):
            if not isinstance(example, bytes):
                path = next(iter(self.paths)).with_stem(f"example{number}")  # some writers look at the ending
                example(path)
                example = path.read_bytes()
                path.unlink()
            self(example)
            contents.append(example)
        return contents

    def remember(self, error: BaseException, content: bytes) -> None:
        """Keep a file, unless one with the same fault in the same line of our code is there."""
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if OWN_CODE in frame.filename]
        place = f"{Path(frames[-1].filename).stem}-{frames[-1].lineno}" if frames else "elsewhere"
        kept = self.faults / f"{self.name}-{type(error).__name__}-{place}"
        if not kept.exists():
            kept.write_bytes(content)
            print(f"FAULT {kept.name}: {' '.join(str(error).split())[:200]}", flush=True)


def changed(examples: list[bytes], chance: random.Random) -> bytes:
    """Change an example blindly: bytes, pieces taken out, doubled, or from another example."""
    content = bytearray(chance.choice(examples))
    for _ in range(chance.randint(1, 4)):
        at, end = sorted(chance.randint(0, len(content)) for _ in range(2))
        other = chance.choice(examples)
        piece = chance.choice([b"", bytes(content[at:end]) * 2, other[chance.randint(0, len(other)) :], b"\t", b"\n"])
        content[at:end] = chance.choice(
            [piece, bytes([chance.randint(0, 255)]), chance.choice([b"-1", b"nan", b"9" * 25])]
        )
    return bytes(content[:LONGEST])


def run_blindly(trial: Trial, examples: list[bytes], seconds: float, seed: int) -> None:
    """Try changed examples until time is up."""
    chance, end, n_files = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        trial(changed(examples, chance))
        n_files += 1
    print(f"{n_files} files, changed blindly")


def run_atheris(trial: Trial, examples: list[bytes], seconds: float, seed: int) -> None:
    """Try what atheris makes of the examples; this does not return."""
    import atheris

    corpus = Path(trial.folder.name) / "corpus"
    corpus.mkdir()
    for number, example in enumerate(examples):
        (corpus / str(number)).write_bytes(example)
    options = [f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", f"-max_len={LONGEST}"]
    options += ["-timeout=60", "-report_slow_units=60"]  # on a busy machine, seconds mean nothing
    options += [f"-artifact_prefix={trial.faults}/{trial.name}-process-", "-close_fd_mask=0", "-print_final_stats=1"]
    if trial.reader.words:
        words = Path(trial.folder.name) / "words"
        words.write_text("".join(f'"{"".join(f"{chr(92)}x{byte:02x}" for byte in w)}"\n' for w in trial.reader.words))
        options.append(f"-dict={words}")
    atheris.Setup([sys.argv[0], *options, str(corpus)], trial)
    atheris.Fuzz()


def fuzz(name: str, seconds: float, seed: int, faults: Path) -> None:
    """Run one reader in this process."""
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", ResourceWarning)  # of generators that an error ends
    trial = Trial(READERS[name], faults, name)
    try:
        import atheris
    except ImportError:
        run_blindly(trial, trial.examples(), seconds, seed)
        return
    with warnings.catch_warnings(), atheris.instrument_imports(include=[OWN_CODE]):
        warnings.simplefilter("ignore")  # of what is imported
        examples = trial.examples()
    run_atheris(trial, examples, seconds, seed)


def main() -> int:
    """Run a reader in a process of its own, since some of the libraries below can take theirs down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("reader", choices=READERS)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--faults", type=Path, default=Path("fuzz-faults"), help="folder for files that are faults")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)  # the process of its own
    arguments = parser.parse_args()
    arguments.faults.mkdir(parents=True, exist_ok=True)
    if arguments.here:
        fuzz(arguments.reader, arguments.seconds, arguments.seed, arguments.faults)
        return 0
    command = [sys.executable, __file__, *sys.argv[1:], "--here"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")
    for line in re.findall(r"^(?:FAULT .*|.*files, changed blindly)$", ended.stdout + ended.stderr, re.M):
        print(line)
    if ended.returncode:
        print(ended.stderr[-1500:], file=sys.stderr)
    found = sorted(path.name for path in arguments.faults.glob(f"{arguments.reader}-*"))
    counted = re.search(r"stat::number_of_executed_units: +(\d+)", ended.stderr)
    how = f"atheris, {counted[1]} files" if counted else "blind changes"
    if ended.returncode:
        how = f"{how}, ended with status {ended.returncode}"
    print(f"{arguments.reader}: {len(found)} faults in {arguments.seconds:g} s of {how}, kept in {arguments.faults}")
    return int(bool(found) or ended.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
