"""Off-targets of siRNA designs: times and memory by the size of the transcriptome, and counts against a plain search.

The section of the page indexes transcriptomes of the size of human ones and designs against them.

``python -m benchmarks.off_targets`` draws a transcriptome of 100 million bases with families of genes, isoforms and
unknown bases, designs against some of its transcripts, and compares the counts of 100 sites, and every place that was
listed for them, with those of a search letter by letter, which knows nothing of indices. Nothing is written.
"""

import argparse
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from benchmarks.machine import describe_machine
from benchmarks.processes import DCGENOMICS, Cost, cost_of, size_of
from benchmarks.record import Record, Settings
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem_genomics import sirna  # noqa: E402

LETTERS = np.frombuffer(b"ACGU", np.uint8)
MISMATCHES = 2
_CHUNK = 1 << 20  # bases
_PIECE = slice(200, 320)  # of a target: 100 sites
_Place = tuple[str, int, str, int]  # transcript, position, strand, mismatches


class Drawn(NamedTuple):
    """A transcriptome: sequences by name, and the gene of each."""

    sequences: dict[str, str]
    genes: dict[str, str]


def draw_transcriptome(n_bases: int, seed: int = 0) -> Drawn:
    """Draw genes in families of one to eight, up to a tenth of their bases changed, with one to four isoforms each."""
    rng = np.random.default_rng(seed)
    sequences, genes, size, family = dict[str, str](), dict[str, str](), 0, 0
    while size < n_bases:
        ancestor = rng.integers(0, 4, rng.integers(600, 4000))
        for member in range(rng.integers(1, 9)):
            codes = ancestor.copy()
            changed = rng.random(len(codes)) < rng.uniform(0, 0.1)
            codes[changed] = rng.integers(0, 4, changed.sum())
            letters = LETTERS[codes]
            if rng.random() < 0.1:
                letters[rng.integers(0, len(letters) - 5) :][:5] = ord("N")
            for isoform in range(rng.integers(1, 5)):
                start, end = sorted(rng.integers(0, len(letters), 2)) if isoform else (0, len(letters))
                kept = np.concatenate([letters[:start], letters[end:]]) if isoform else letters
                name = f"f{family}m{member}i{isoform}"
                sequences[name], genes[name] = kept.tobytes().decode(), f"f{family}m{member}"
                size += len(kept)
        family += 1
    return Drawn(sequences, genes)


def write_transcripts(path: Path, drawn: Drawn, names: Iterable[str]) -> None:
    """Write transcripts with their genes as FASTA."""
    with path.open("w") as file:
        file.writelines(f">{name} gene:{drawn.genes[name]}\n{drawn.sequences[name]}\n" for name in names)


def targets_of(drawn: Drawn, n: int, rng: np.random.Generator) -> list[str]:
    """Choose a transcript of each of some genes."""
    firsts = [name for name in drawn.sequences if name.endswith("i0")]
    chosen: list[str] = rng.choice(firsts, min(n, len(firsts)), replace=False).tolist()
    return chosen


def run(record: Record, settings: Settings) -> None:
    """Index transcriptomes of two sizes, then design against each; every step in a process of its own."""
    steps: dict[int, tuple[list[int], list[int]]] = settings.pick(
        {126_000_000: ([1, 2], [1, 20, 100]), 418_000_000: ([1], [1])}, {2_000_000: ([1, 2], [1, 3])}
    )
    indexed, designed = list[list[str]](), list[list[str]]()
    for n_bases, (jobs, n_genes) in steps.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            drawn = draw_transcriptome(n_bases)
            write_transcripts(folder / "all.fa", drawn, drawn.sequences)
            for n in n_genes:
                write_transcripts(folder / f"{n}.fa", drawn, targets_of(drawn, n, np.random.default_rng(1)))
            size = f"{n_bases / 1e6:,.0f} Mb, {len(drawn.sequences):,} transcripts"
            del drawn
            for n in jobs:
                cost = _indexed(folder, n)
                disk = size_of(folder / f"cache{n}") / 2**20
                indexed.append([size, str(n), *_cells(cost), f"{disk:,.0f}"])
            for n in n_genes:
                designed.append([size, str(n), *_cells(_designed(folder, n, jobs[0]))])
    columns = ["seconds", "CPU seconds", "peak MB"]
    record.table("Counting seeds and indexing, once", ["transcriptome", "jobs", *columns, "MB on the disk"], indexed)
    record.table(
        "`sirna design` against an index that is there",
        ["transcriptome", "genes", *columns],
        designed,
        "One core for each process; from the start of the process to its end, imports included. Guides are not folded.",
    )
    record.use_versions("numpy", "pandas")


def _cells(cost: Cost) -> list[str]:
    return [f"{cost.wall:.1f}", f"{cost.processor:.1f}", f"{cost.megabytes:,.0f}"]


def _indexed(folder: Path, jobs: int) -> Cost:
    code = (
        "import sys; from deepchem_genomics.sirna import Transcriptome as T; T(*sys.argv[1:3], jobs=int(sys.argv[3]))"
    )
    arguments = [str(folder / "all.fa"), str(folder / f"cache{jobs}"), str(jobs)]
    return cost_of([sys.executable, "-c", code, *arguments], OMP_NUM_THREADS="1")


def _designed(folder: Path, n_genes: int, jobs: int) -> Cost:
    arguments = [str(folder / f"{n_genes}.fa"), "--transcriptome", str(folder / "all.fa"), "--fold", "no", "--quiet"]
    command = [*DCGENOMICS, "sirna", "design", *arguments, "--out", str(folder / f"design{n_genes}")]
    return cost_of(command, OMP_NUM_THREADS="1", DEEPCHEM_GENOMICS_CACHE=str(folder / f"cache{jobs}"))


class Letters:
    """A transcriptome as one text, to be compared letter by letter."""

    def __init__(self, sequences: dict[str, str]) -> None:
        self.names = list(sequences)
        lengths = np.array([len(sequence) + 1 for sequence in sequences.values()])
        self.starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        self.text = np.frombuffer(("-".join(sequences.values()) + "-" * 18).encode(), np.uint8)

    def places(self, wanted: str) -> Iterator[tuple[str, int, int]]:
        """Yield transcript, position and mismatches of all places that differ from 18 bases in two or fewer."""
        for begin in range(0, len(self.text) - 17, _CHUNK):
            chunk = self.text[begin : begin + _CHUNK + 17]
            n = len(chunk) - 17
            differ = np.zeros(n, dtype=np.uint8)
            for offset, letter in enumerate(wanted.encode()):
                differ += chunk[offset : offset + n] != letter
            for at in np.flatnonzero(differ <= MISMATCHES).tolist():
                window = chunk[at : at + 18]
                if np.isin(window, LETTERS).all():
                    number = int(np.searchsorted(self.starts, begin + at, side="right")) - 1
                    yield self.names[number], begin + at - int(self.starts[number]), int(differ[at])


def expected_places(target: str, text: Letters) -> set[_Place]:
    """Find what pairs with bases 2 to 19 of the guide, and of the passenger, against a site."""
    guide, passenger = reverse_complement(target, RNA), target[2:] + "UU"
    return {
        (name, position, strand, mismatches)
        for strand, bases in (("guide", guide), ("passenger", passenger))
        for name, position, mismatches in text.places(reverse_complement(bases[1:19], RNA))
    }


def expected_counts(places: set[_Place], genes: dict[str, str], own: str) -> list[int]:
    """Count other genes by their closest place, those that the passenger matches, and isoforms of the own gene."""
    closest: dict[str, int] = defaultdict(lambda: MISMATCHES + 1)
    for name, _, _, mismatches in places:
        closest[genes[name]] = min(closest[genes[name]], mismatches)
    fewest = [n for gene, n in closest.items() if gene != own]
    passenger = {genes[name] for name, _, strand, _ in places if strand == "passenger"} - {own}
    isoforms = {name for name, _, strand, n in places if genes[name] == own and strand == "guide" and n == 0}
    return [*(fewest.count(n) for n in range(MISMATCHES + 1)), len(passenger), len(isoforms)]


COUNTS = ["off_target_0", "off_target_1", "off_target_2", "passenger_matches", "isoforms"]


def compare(n_bases: int, n_sites: int, n_targets: int = 5, seed: int = 0) -> tuple[int, int, int]:
    """Design against some transcripts; return how many sites, counts and places differ, of how many places."""
    drawn = draw_transcriptome(n_bases, seed)
    rng = np.random.default_rng(seed + 1)
    targets = targets_of(drawn, n_targets, rng)
    options = sirna.DesignOptions(
        fold="no", top=10**6, spacing=1, not_required=("runs", "immune"), off_target_rows=10**9
    )
    with tempfile.TemporaryDirectory() as folder:
        fasta = Path(folder) / "all.fa"
        write_transcripts(fasta, drawn, drawn.sequences)
        begin, begin_working = time.perf_counter(), time.process_time()
        transcriptome = sirna.Transcriptome(fasta, Path(folder) / "cache")
        print(
            f"{len(transcriptome)} transcripts, {transcriptome.n_bases} bases; indexed in "
            f"{time.perf_counter() - begin:.0f} s, {time.process_time() - begin_working:.0f} s of them of a processor"
        )
        begin = time.perf_counter()
        pieces = {name: drawn.sequences[name][_PIECE] for name in targets}
        records = {f"{name} gene:{drawn.genes[name]}": piece for name, piece in pieces.items()}
        found = sirna.design(records, options, transcriptome=transcriptome)
        print(f"{len(found.sites)} sites of {len(targets)} targets designed in {time.perf_counter() - begin:.0f} s")
    return _compared(found, drawn, n_sites, rng)


def _compared(found: sirna.Design, drawn: Drawn, n_sites: int, rng: np.random.Generator) -> tuple[int, int, int]:
    sites = found.sites[found.sites["off_target_searched"]]
    sites = sites.iloc[rng.permutation(len(sites))[:n_sites]]
    listed = dict(iter(found.off_targets.groupby(["record", "start"])))
    text = Letters(drawn.sequences)
    n_counts = n_places = n_all = 0
    begin = time.perf_counter()
    for row in sites.to_dict("records"):
        own = drawn.genes[row["record"]]
        places = expected_places(row["target"], text)
        n_counts += [row[name] for name in COUNTS] != expected_counts(places, drawn.genes, own)
        others = {place for place in places if drawn.genes[place[0]] != own}
        n_places += len(others ^ _listed(listed.get((row["record"], row["start"]))))
        n_all += len(others)
    print(f"{len(sites)} sites searched letter by letter in {time.perf_counter() - begin:.0f} s")
    print(f"{n_counts} of {len(sites)} sites have other counts; {n_places} of {n_all} places differ")
    return n_counts, n_places, n_all


def _listed(rows: pd.DataFrame | None) -> set[_Place]:
    if rows is None:
        return set()
    columns = [rows[name].tolist() for name in ("transcript", "position", "strand", "mismatches")]
    return set(zip(*columns, strict=True))


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabases", type=float, default=100)
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--targets", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    print(describe_machine())
    n_counts, n_places, _ = compare(int(arguments.megabases * 1e6), arguments.sites, arguments.targets, arguments.seed)
    raise SystemExit(bool(n_counts or n_places))


if __name__ == "__main__":
    main()
