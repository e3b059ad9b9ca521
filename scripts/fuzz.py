"""Feed readers of files with bytes that nobody would write, and see whether they fail as they promise.

``python scripts/fuzz.py READER --seconds N`` runs one of the readers below for N seconds. A reader may accept a file or
raise an error of this package (:class:`~deepchem_genomics.errors.GenomicsError`); whatever else it raises, a warning,
or a process that dies is a fault. The first file for each fault is kept in ``--faults`` and the exit status is 1.

The bytes come from atheris (``pip install atheris``), which follows the branches that the readers take. Where it is
not installed, the examples are changed blindly, which finds less; the last line says which of the two it was.
"""

import argparse
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ALLELES = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
LONGEST = 2048  # bytes of a file
OWN_CODE = "deepchem_genomics"


class Reader(NamedTuple):
    """One kind of file, all that reads it, and examples to begin with."""

    ending: str
    functions: tuple[Callable[[Path], object], ...]
    examples: tuple[bytes, ...]


def read_genome(path: Path) -> None:
    """Open a genome and read every base of it."""
    from deepchem_genomics.genome.sequence_files import open_sequence_file

    file = open_sequence_file(path, cache_dir=path.parent / "cache")
    try:
        for chromosome, size in file.sizes.items():
            if len(file.read(chromosome, 0, size)) != size:
                raise AssertionError(f"{chromosome} has another length than the index says")
    finally:
        file.close()


def read_transcripts(path: Path) -> None:
    """Read the records of a FASTA file of transcripts, then take them in."""
    from deepchem_genomics.sirna.transcripts import fasta_records, take_in

    list(fasta_records(path))
    list(take_in(path))


def read_sequences(path: Path) -> None:
    """Read a table or FASTA file of sequences."""
    from deepchem_genomics.data.sequence_files import read_sequence_chunks

    labels = () if path.suffix == ".fa" else ("label",)
    list(read_sequence_chunks(path, 3, label_columns=labels))


def read_intervals(path: Path) -> None:
    """Read intervals, and write and read their ids."""
    from deepchem_genomics import genome

    intervals = genome.read_intervals(path)
    again = genome.parse_ids(genome.interval_ids(intervals))
    if again["start"].tolist() != intervals["start"].tolist():
        raise AssertionError("ids do not give the intervals back")


def read_side_input(path: Path) -> None:
    """Read a table of numbers by id."""
    from deepchem_genomics.data.side_input import SideInput

    SideInput.from_file(path)


def read_variants(path: Path) -> None:
    """Read a file of variants, a few records at a time."""
    from deepchem_genomics.variants.reading import read_variants

    list(read_variants(path, chunk_size=2))


def read_motifs(path: Path) -> None:
    """Read a file of motifs."""
    from deepchem_genomics.motifs.reading import read_motifs

    for motif in read_motifs(path):
        motif.log_odds()


READERS = {
    "fasta": Reader(
        "fa",
        (read_genome, read_transcripts, read_sequences),
        (
            b">chr1 first\nACGTN\nACG\n>chr2\r\nacgt\r\n",
            b">t1 gene:ENSG1.2\nACGUACGUACGUACGUACGUACGU\n",
            b"@r\nAC\n+\nII\n",
        ),
    ),
    "2bit": Reader(
        "2bit",
        (read_genome,),
        (bytes.fromhex("4327411a00000000010000000000000001411600000005000000000000000000000000000000001b00"),),
    ),
    "bed": Reader(
        "bed",
        (read_intervals,),
        (
            b"track name=x\nchr1\t5\t9\nchr2\t0\t7\n",
            b"chr1\t5\t9\tpeak\t0.5\t+\n",
            b"chr1\t100\t200\t.\t9\t.\t4.8\t-1\t0.3\t35\n",
            b"chr1 5 9 x 1 - 5 9 0,0,0 1 4 0\n",
        ),
    ),
    "tsv": Reader(
        "tsv",
        (read_intervals, read_side_input, read_sequences),
        (
            b"#chrom\tstart\tend\tlabel\nchr1\t5\t9\t1\nchr1\t7\t9\tNA\n",
            b"chr22:20-121\t0.5\t1e-3\nchr22:121-222\t-0.25\t7\n",
            b"id,open\nchr22:20-121,0.5\n",
            b'sequence\tlabel\nACGT\t1\n"AC"\t.\n',
        ),
    ),
    "vcf": Reader(
        "vcf",
        (read_variants,),
        (
            ALLELES + b"chr1\t5\trs1\tA\tG,AT\t.\t.\t.\n",
            ALLELES.replace(b"#CHROM", b"##contig=<ID=1,length=9>\n#CHROM") + b"1\t1\t.\tN\t<DEL>\t9\tPASS\tDP=3;X\n",
        ),
    ),
    "motifs": Reader(
        "jaspar",
        (read_motifs,),
        (
            b">MA0000.1 TOY\nA [8 0 1]\nC [0 0 1]\nG [0 8 1]\nT [0 0 5]\n",
            b"8 0\n0 0.5\n0 8\n0 0\n",
            b"MEME version 4\nALPHABET= ACGT\nMOTIF M1 TOY\nletter-probability matrix: alength= 4 w= 1 nsites= 20\n"
            b"0.25 0.25 0.25 0.25\n",
        ),
    ),
}


class Trial:
    """One reader in a folder of its own, which remembers each fault once."""

    def __init__(self, reader: Reader, faults: Path, name: str) -> None:
        self.reader, self.faults, self.name = reader, faults, name
        self.folder = tempfile.TemporaryDirectory(prefix="fuzz-")
        self.path = Path(self.folder.name) / f"x.{reader.ending}"

    def __call__(self, content: bytes) -> None:
        """Let every function of the reader read the bytes."""
        from deepchem_genomics.errors import GenomicsError

        self.path.with_name(self.path.name + ".fai").unlink(missing_ok=True)  # of the file before
        self.path.with_name(self.path.name + ".gzi").unlink(missing_ok=True)
        self.path.write_bytes(content)
        for read in self.reader.functions:
            try:
                read(self.path)
            except GenomicsError:
                continue
            except Exception as error:
                self.remember(error, content)

    def remember(self, error: Exception, content: bytes) -> None:
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


def run_blindly(trial: Trial, seconds: float, seed: int) -> None:
    """Try changed examples until time is up."""
    chance, end, n_files = random.Random(seed), time.monotonic() + seconds, 0
    while time.monotonic() < end:
        trial(changed(list(trial.reader.examples), chance))
        n_files += 1
    print(f"{n_files} files, changed blindly")


def run_atheris(trial: Trial, seconds: float, seed: int) -> None:
    """Try what atheris makes of the examples; this does not return."""
    import atheris  # type: ignore[import-not-found]

    corpus = Path(trial.folder.name) / "corpus"
    corpus.mkdir()
    for number, example in enumerate(trial.reader.examples):
        (corpus / str(number)).write_bytes(example)
    options = [f"-max_total_time={max(1, round(seconds))}", f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=20"]
    options += [f"-artifact_prefix={trial.faults}/{trial.name}-process-", "-close_fd_mask=0", "-print_final_stats=1"]
    atheris.Setup([sys.argv[0], *options, str(corpus)], trial)
    atheris.Fuzz()


def fuzz(name: str, seconds: float, seed: int, faults: Path) -> None:
    """Run one reader in this process."""
    warnings.simplefilter("error")
    warnings.simplefilter("ignore", ResourceWarning)  # of generators that an error ends
    try:
        import atheris
    except ImportError:
        run_blindly(Trial(READERS[name], faults, name), seconds, seed)
        return
    with warnings.catch_warnings(), atheris.instrument_imports(include=[OWN_CODE]):
        warnings.simplefilter("ignore")
        import deepchem_genomics.data.sequence_files
        import deepchem_genomics.data.side_input
        import deepchem_genomics.genome.genome
        import deepchem_genomics.motifs.reading
        import deepchem_genomics.sirna.transcripts
        import deepchem_genomics.variants.reading  # noqa: F401
    run_atheris(Trial(READERS[name], faults, name), seconds, seed)


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
    for line in re.findall(
        r"^(?:FAULT .*|.*files, changed blindly|stat::number_of_executed_units:.*)$", ended.stdout + ended.stderr, re.M
    ):
        print(line)
    if ended.returncode:
        print(ended.stderr[-1500:], file=sys.stderr)
    found = sorted(path.name for path in arguments.faults.glob(f"{arguments.reader}-*"))
    how = "atheris" if "stat::" in ended.stderr else "blind changes"
    print(f"{arguments.reader}: {len(found)} faults in {arguments.seconds:g} s of {how}, kept in {arguments.faults}")
    return int(bool(found) or ended.returncode != 0)


if __name__ == "__main__":
    sys.exit(main())
