"""Every command of README.md and docs runs as it is typed there, on small files made for it."""

import contextlib
import gzip
import re
import shlex
import shutil
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from deepchem.data import NumpyDataset

from deepchem_genomics.benchmark import Fold, Problem, ProblemData
from deepchem_genomics.benchmark.problems import TUNABLE
from deepchem_genomics.data import SideInput
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.reproduce import EXPERIMENTS, SimulatedSource, runner
from deepchem_genomics.simulate import simulate_sirna, simulate_tf_binding

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")))
TESTED_ELSEWHERE = {"docs/extending.md": "tests/test_extending.py"}

LONG = re.compile(r"(reproduce|benchmark|tune)\b")
"""Commands that take minutes, and published files: they run with few rows, epochs and models, see ``short``."""

FEW = {
    "binding": ("prevalence", "gc-content", "kmers", "network", "network-accessibility", "rc-network"),
    "efficacy": ("mean", "guide-gc-content", "ridge", "sirna-network"),
}
"""The models of long commands: baselines and networks of both kinds."""

NOT_OURS = re.compile(r"pip install|^python scripts/|^snakemake|^\.|^chmod")


class Block(NamedTuple):
    """The commands of one block of a page."""

    page: str
    number: int
    commands: tuple[str, ...]


def blocks() -> Iterator[Block]:
    for page in PAGES:
        if page in TESTED_ELSEWHERE:
            continue
        text = (ROOT / page).read_text()
        for number, block in enumerate(
            re.findall(r"^```(?:bash|console|sh)\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        ):
            lines = block.replace("\\\n", " ").splitlines()
            commands = tuple(line for line in lines if line.strip() and not NOT_OURS.search(line))
            if commands:
                yield Block(page, number, commands)


BLOCKS = list(blocks())


def words_of(command: str) -> list[str]:
    """Split a command as a shell does, up to a pipe."""
    words = shlex.split(command, comments=True)
    return words[: words.index("|")] if "|" in words else words


def reverse_complement(bases: str) -> str:
    return bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


class World:
    """Makes files of the names that pages use: a genome with sites at every 300th base, and what belongs to it."""

    def __init__(self, folder: Path, run) -> None:
        self.folder, self.run = folder, run
        rng = np.random.default_rng(0)
        self.chromosomes = {}
        for name in ("chr1", "chr21", "chr22"):
            letters = rng.choice(list("ACGT"), 24_000)
            for start in range(300, 23_700, 300):
                letters[start + 46 : start + 54] = list("TGACTCAT")
            self.chromosomes[name] = "".join(letters)
        self.sites = [(name, start) for name in self.chromosomes for start in range(300, 23_700, 300)]
        self.genome()
        self.signals()
        self.intervals()
        self.sequences()
        self.variants()
        self.guides()
        self.made()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        if name.endswith(".gz"):
            path.write_bytes(gzip.compress(text.encode()))
        else:
            path.write_text(text)

    def genome(self) -> None:
        text = "".join(f">{name}\n{bases}\n" for name, bases in self.chromosomes.items())
        for name in ("hg38.fa", "hg38.fa.gz", "hg19.fa", "hg38.2bit"):  # content decides, not the name
            self.write(name, text)

    def signals(self) -> None:
        import pybigtools

        open_at = {(name, start // 100) for name, start in self.sites}
        runs = (
            (name, start, start + 100, 2.0 if (name, start // 100) in open_at else 0.1)
            for name, bases in self.chromosomes.items()
            for start in range(0, len(bases), 100)
        )
        sizes = {name: len(bases) for name, bases in self.chromosomes.items()}
        pybigtools.open(str(self.folder / "dnase.bw"), "w").write(sizes, runs)

    def intervals(self) -> None:
        peaks = [(name, start, start + 100) for name, start in self.sites]
        bed = "".join(f"{name}\t{start}\t{end}\n" for name, start, end in peaks)
        narrow = "".join(
            f"{name}\t{start}\t{end}\tp{number}\t100\t.\t5\t-1\t-1\t50\n"
            for number, (name, start, end) in enumerate(peaks)
        )
        for name in ("peaks.narrowPeak", "jund.narrowPeak", "jund.narrowPeak.gz"):
            self.write(name, narrow)
        opened = "".join(
            f"{name}\t{start}\t{start + 100}\to{start}\t100\t.\t5\t-1\t-1\t50\n"
            for name, bases in self.chromosomes.items()
            for start in range(100, len(bases) - 200, 100)
        )
        self.write("dnase.narrowPeak.gz", opened)
        for name in ("new.bed", "peaks.bed"):
            self.write(name, bed)

    def sequences(self) -> None:
        bound = [self.chromosomes[name][start : start + 101] for name, start in self.sites]
        unbound = [self.chromosomes[name][start + 100 : start + 201] for name, start in self.sites]
        for name, windows in (("bound.fa", bound), ("unbound.fa", unbound)):
            self.write(name, "".join(f">{name[0]}{number}\n{window}\n" for number, window in enumerate(windows)))
        few = "".join(f">w{number}\n{window}\n" for number, window in enumerate(bound[:8]))
        for name in ("windows.fa", "new.fa", "tf0_bound.fa"):
            self.write(name, few)
        self.write("tracks.tsv", "id\taccessibility\n" + "".join(f"w{number}\t1.5\n" for number in range(8)))

    def variants(self) -> None:
        head = "##fileformat=VCFv4.2\n"
        head += "".join(f"##contig=<ID={name},length={len(bases)}>\n" for name, bases in self.chromosomes.items())
        head += '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        columns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO"
        rows = []
        for name, start in self.sites[::9]:
            base = self.chromosomes[name][start + 48]
            rows.append(f"{name}\t{start + 49}\t.\t{base}\t{'C' if base == 'A' else 'A'}\t.\t.\t.")
        text = head + columns + "\n" + "".join(f"{row}\n" for row in rows)
        with_sample = head + columns + "\tFORMAT\tNA12878\n" + "".join(f"{row}\tGT\t0|1\n" for row in rows)
        for name in ("rare.vcf", "common.vcf"):
            self.write(name, text)
        self.write("calls.vcf.gz", with_sample)

    def guides(self) -> None:
        rng = np.random.default_rng(1)
        mrna = "".join(rng.choice(list("ACGT"), 420))
        other = "".join(rng.choice(list("ACGT"), 420))
        self.write("transcript.fa", f">tx1\n{mrna}\n")
        self.write("mrnas.fa", f">tx1\n{mrna}\n")
        self.write("gencode.transcripts.fa.gz", f">tx1\n{mrna}\n>tx2\n{other}\n")
        self.write("cds.bed", "tx1\t30\t390\n")
        base = mrna[100]
        self.write(
            "snps.vcf",
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
            f"tx1\t101\t.\t{base}\t{'C' if base == 'A' else 'A'}\t.\t.\t.\n",
        )
        chosen = [reverse_complement(mrna[start : start + 21]).replace("T", "U") for start in range(0, 360, 3)]
        values = rng.uniform(0.1, 1, len(chosen)).round(3)
        rows = [f"g{n}\t{guide}\t{value}\n" for n, (guide, value) in enumerate(zip(chosen, values, strict=True))]
        for name, part in (("guides.csv", rows[::5]), ("test.csv", rows[1::5])):
            self.write(name, "id,sequence,label\n" + "".join(part).replace("\t", ","))
        known = [f"{row.strip()}\t{('ours', 'theirs')[n % 2]}\ttx1\n" for n, row in enumerate(rows)]
        self.write("studies.csv", "id,sequence,efficacy,study,target\n" + "".join(known).replace("\t", ","))
        self.write("guides.fa", "".join(">{}\n{}\n".format(*row.split("\t")[:2]) for row in rows[:5]))
        for name, part in (("train.tsv", rows[::2]), ("valid.tsv", rows[1::2])):
            self.write(name, "id\tsequence\tlabel\n" + "".join(part))

    def made(self) -> None:
        """Make data sets and models with the command."""
        from deepchem_genomics.motifs.jaspar import ATF3

        rows = "\n".join(
            f"{letter} [ {' '.join(str(int(count)) for count in counts)} ]"
            for letter, counts in zip("ACGT", ATF3.counts, strict=True)
        )
        self.write("jund.jaspar", f">MA0605.2 ATF3\n{rows}\n")
        self.dcgenomics("build sequences bound.fa unbound.fa --labels 1,0 --out windows")
        self.dcgenomics("build sequences train.tsv --alphabet RNA --label-column label --id-column id --out guides")
        self.dcgenomics(
            "build intervals jund.narrowPeak --negatives 1 -g hg38.fa --track accessibility=dnase.bw --out both"
        )
        self.dcgenomics("train windows --model kmers --set k=3 --out from-sequence")
        self.dcgenomics("train both --model accessibility --out with-signal")
        self.dcgenomics("train guides --model ridge --out for-guides")
        (self.folder / "my-dataset").symlink_to(self.folder / "windows")
        page = (ROOT / "docs" / "tuning.md").read_text()
        self.write("space.toml", re.findall(r"^```toml\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[0])
        for name in ("DIR", "data"):  # of published files
            (self.folder / name).mkdir()

    def dcgenomics(self, line: str) -> None:
        result = self.run(*shlex.split(line))
        assert result.exit_code == 0, (line, result.stderr)


@pytest.fixture(scope="module")
def world(tmp_path_factory, dcgenomics, chapter_folder_template):
    pytest.importorskip("pybigtools")
    folder = tmp_path_factory.mktemp("documented")
    (folder / "Chapter06").symlink_to(chapter_folder_template)
    with contextlib.chdir(folder):
        World(folder, dcgenomics)
    return folder


@pytest.fixture
def here(world, tmp_path, monkeypatch):
    """Return a working folder with links to all files, and go there."""
    for path in world.iterdir():
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def few_rows(problem: Problem, source: object = None, data_dir: str | None = None, seed: int = 0) -> ProblemData:
    """Return simulated rows for any data set, in place of :meth:`Problem.load`; two folds of a cross-validation."""
    if problem.kind == "binding":
        rows = simulate_tf_binding(1000, seed=1, prevalence=0.06)
        sides = {"accessibility": SideInput(rows.ids, rows.accessibility[:, None])}
    else:
        rows = simulate_sirna(200, seed=1)
        sides = {}
    parts = [NumpyDataset(*(each[part::2] for each in (rows.X, rows.y, rows.w, rows.ids))) for part in (0, 1)]
    folds = [Fold(parts[0], None, parts[1]), Fold(parts[1], None, parts[0])]
    return ProblemData(folds[: 1 if problem.name in TUNABLE else 2], sides)


@pytest.fixture
def short(monkeypatch, in_this_process, one_epoch):
    """Make long commands short; they still read their arguments, train, score, and write all that they write."""
    monkeypatch.setattr(Problem, "load", few_rows)
    for name, recipe in list(RECIPES.items()):
        if name not in FEW[recipe.kind]:
            monkeypatch.delitem(RECIPES, name)
    monkeypatch.setattr(runner, "SimulatedSource", partial(SimulatedSource, n_train=1000, n_valid=500, prevalence=0.06))
    for name, experiment in EXPERIMENTS.items():
        once = {kind: getattr(experiment, kind)._replace(epochs=1, every=1) for kind in ("simulated", "folder")}
        monkeypatch.setitem(EXPERIMENTS, name, experiment._replace(**once))


def model_for(command: str) -> str:
    """Return the model that a command with MODEL is about."""
    if "guides.fa" in command:
        return "for-guides"
    return "with-signal" if "--track" in command else "from-sequence"


@pytest.mark.slow
@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: f"{block.page} {block.number}")
def test_command__runs_as_it_is_documented(block, here, dcgenomics, request):
    made = set(re.findall(r"(?:--out|-o) (\S+)", " ".join(block.commands)))
    for command in block.commands:
        words = words_of(command)
        assert words[0] == "dcgenomics", command
        arguments = words[1:]
        if LONG.match(arguments[0]):
            request.getfixturevalue("short")
        for name in {"MODEL", "model", "gue_model"} & set(arguments) - made:
            remove(here / name)
            (here / name).symlink_to(here / model_for(command))
        for option, address in pairwise(arguments):
            if option == "--scheduler":  # there is none at the address of the page
                running = request.getfixturevalue("cluster").scheduler_address
                arguments = [running if word == address else word for word in arguments]
        for option, out in pairwise(arguments):
            if option in ("--out", "-o"):
                remove(here / out)
        result = dcgenomics(*arguments)
        assert result.exit_code == 0, f"{command}\n{result.stderr}"


def remove(path: Path) -> None:
    """Remove what an earlier command of a block wrote under the same name: blocks show alternatives."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.is_dir():
        shutil.rmtree(path)
