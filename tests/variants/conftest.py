"""A made-up genome of two contigs, files of variants, and a model whose scores can be computed by hand."""

import gzip
from types import SimpleNamespace

import numpy as np
import pytest

from deepchem_genomics.feat import DNA
from deepchem_genomics.genome import Genome
from deepchem_genomics.models import SequenceModel

LENGTH = 11
HEADER = "##fileformat=VCFv4.2\n"
COLUMNS = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"


def random_letters(n, seed):
    return "".join(np.random.default_rng(seed).choice(list("ACGT"), n))


CONTIGS = {"chr21": random_letters(300, 1) + "N" * 10 + random_letters(90, 2), "chr22": random_letters(200, 3)}


class SumOfLetters(SequenceModel):
    """Probability that is the sigmoid of a weight for each letter at each place: strands differ, all can be checked."""

    mode = "classification"
    alphabet = DNA

    def __init__(self, length=LENGTH, n_tasks=1, seed=0, signal_weight=None):
        self.length = length
        self.weights = np.random.default_rng(seed).normal(size=(length, 4, n_tasks))
        self.signal_weight = signal_weight
        self.side_inputs = {}
        self.n_predicted = 0

    def get_num_tasks(self):
        return self.weights.shape[2]

    def predict(self, dataset):
        scores = np.einsum("nla,lat->nt", dataset.X.astype(float), self.weights)
        if self.signal_weight is not None:
            scores += self.signal_weight * self.side_inputs["accessibility"].lookup(dataset.ids)
        self.n_predicted += len(scores)
        return (1 / (1 + np.exp(-scores))).astype(np.float32)

    def by_hand(self, window):
        """Average one window over its strands, letter by letter."""
        strands = window, "".join("TGCA"["ACGT".index(letter)] for letter in reversed(window))
        totals = [sum(self.weights[i, "ACGT".index(letter), 0] for i, letter in enumerate(text)) for text in strands]
        return sum(1 / (1 + np.exp(-total)) for total in totals) / 2


@pytest.fixture
def linear():
    return SumOfLetters()


@pytest.fixture(scope="session")
def fasta(tmp_path_factory):
    path = tmp_path_factory.mktemp("genome") / "toy.fa"
    path.write_text("".join(f">{name}\n{letters}\n" for name, letters in CONTIGS.items()))
    return path


@pytest.fixture
def genome(fasta):
    with Genome(fasta) as opened:
        yield opened


@pytest.fixture
def write_vcf(tmp_path):
    """Return a function that writes (chrom, pos, ref, alt) as a file of variants."""

    def write(variants, name="calls.vcf", head=HEADER + COLUMNS):
        lines = "".join(f"{chrom}\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\n" for chrom, pos, ref, alt in variants)
        path = tmp_path / name
        if name.endswith(".bgz") or name.endswith("b.vcf.gz"):
            import pysam

            with pysam.BGZFile(str(path), "w") as packed:
                packed.write((head + lines).encode())
        elif name.endswith(".gz"):
            path.write_bytes(gzip.compress((head + lines).encode()))
        else:
            path.write_text(head + lines)
        return path

    return write


@pytest.fixture
def toy():
    return SimpleNamespace(contigs=CONTIGS, length=LENGTH, header=HEADER, columns=COLUMNS, Model=SumOfLetters)
