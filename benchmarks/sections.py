"""The sections of the page in their order, each with its module and what is to be said about it.

No figure is written here by hand: figures change, and these words are printed beside new ones.
"""

from typing import NamedTuple

__all__ = ["SECTIONS", "Section"]


class Section(NamedTuple):
    """One section of ``docs/performance.md``."""

    module: str  # within benchmarks, with run(record, settings)
    title: str
    prose: str


SECTIONS: dict[str, Section] = {
    "training": Section(
        "training",
        "Training and prediction",
        "The chapter's network. Each library has a process of its own, and only one works at a time. Ours has one "
        "layer for convolution, relu and dropout, which passes over the activations less often and draws one bit "
        "per unit at rate 0.5. PyTorch is a plain loop over tensors in memory, with as many threads as cores; a "
        "`DataLoader`, which collects rows one by one, would be slower. `TorchModel` is the same network within "
        "DeepChem. The last row of prediction is not a contender but a limit: NumPy's product of two large float32 "
        "matrices with as many multiplications as the network has, which is about the most that the processor can "
        "do. The network of rc-network has 145,000 weights and treats both strands the same; its batches, of 128 "
        "rows, are those of the recipe.",
    ),
    "encoding": Section(
        "encoding",
        "One-hot encoding",
        "On a joined string, tangermeme uses the same two-letter table, compiled, and checks neither lengths nor "
        "where an unknown letter is. Packages that are not in this environment run in another interpreter; the "
        "transfer between the two is not timed.",
    ),
    "building": Section(
        "building",
        "Building datasets",
        "Intervals in random order on a genome of 51 million bases. A folder is more than an array: ours writes "
        "temporary rows, counts, ids and a manifest, the loop over pysam only DeepChem's shards. Each build of the "
        "growth and jobs tables runs in a process of its own; importing DeepChem is not included in its time, but "
        "is in its memory. Workers hardly help here: taking a window from a genome is faster than passing it on. "
        "The time of `FASTALoader` grows with the square of the number of records.",
    ),
    "genome": Section(
        "whole_genome",
        "A whole genome",
        "hg38 has 3.1 billion bases, which are 30.6 million windows of 101 bp side by side. Here each command runs "
        "on a part of a drawn genome and on a quarter of that part; the difference gives the cost of a window, and "
        "the rest is the cost of starting. **Whole-genome figures are extrapolated**, on the assumptions that cost "
        "keeps growing with the number of windows, as it does from 50,000 to 3 million above, and that no base is "
        "N; in hg38 5% of bases are N, and windows that are all N cost next to nothing.",
    ),
    "genome_size": Section(
        "genome_size",
        "Work of the size of a genome",
        "A drawn genome of 250 million bases, with a value for every 50 of them in a bigWig file; one core. Peers "
        "read fewer windows, most of them one by one, as they are designed to; GenVarLoader holds the genome in "
        "memory, from a file that it makes once, while `Genome` reads the FASTA file. Rows in any order are what a "
        "table of peaks or a shuffled data set has. With two processes a command is less than twice as fast: "
        "importing the libraries and checking the input come before the work is shared, each process imports the "
        "libraries again, and a single process reads the table and writes the results of all. In a build, that "
        "process is busier than the others: it writes each row twice, first in the order of the input and then in "
        "shards. Where the last column is far above 1, the two virtual cores slow each other down, as two threads "
        "of one physical core do; on another day the same commands were 1.1 to 1.5 times as fast.",
    ),
    "startup": Section(
        "startup",
        "Start-up",
        "Each line is a new process, with its files in the cache. Most of the time of a first prediction goes to "
        "importing DeepChem, and with it TensorFlow. By default TensorFlow also imports Keras 3, and Python looks "
        "for unreachable objects again and again among half a million that stay; the commands avoid both. DeepChem "
        "also imports PyTorch if it is installed; here it was not.",
    ),
    "side_input": Section(
        "side_input",
        "Side inputs",
        "Loading checks every line and reports what it leaves out, which a loop into a dict does not. Before each "
        "look-up 30 MB are written, as in a training step, so that the table is not read from the fastest cache.",
    ),
    "bootstrap": Section(
        "bootstrap",
        "Bootstrap intervals",
        "As many rows as in the book's validation set, one in 236 of them positive. The peers do a tenth of the "
        "resamples (a fiftieth in a quick run), and their times are scaled up; SciPy draws one resample at a time, "
        "since in one batch it would need 0.5 GB per column.",
    ),
    "simulation": Section(
        "simulation",
        "Simulated data",
        "Drawing and encoding random letters, without simulating anything, is the baseline.",
    ),
    "mutagenesis": Section(
        "mutagenesis",
        "Mutagenesis",
        "In plain stacks of convolutions, only what a changed base can affect is computed again; other models "
        "predict every mutant, which is also shown. DeepChem's function calls `predict` once per sequence.",
    ),
    "sirna": Section(
        "sirna_design",
        "siRNA design",
        "Random transcripts of 1 to 4 kb; everything is written, and no transcriptome is searched.",
    ),
    "off_targets": Section(
        "off_targets",
        "siRNA off-targets",
        "Random transcriptomes, with families of genes that differ in up to a tenth of their bases and up to four "
        "isoforms per gene. Everything is written. Memory does not include mapped parts of files. Random letters "
        "have no repeats such as Alu, which take longer.",
    ),
    "quality": Section(
        "time_to_quality",
        "Time to the chapter's quality",
        "The time it takes, from scratch, to predict efficacy with r = 0.60 on the book's validation guides: the "
        "chapter's network in DeepChem's own `KerasModel`, ten epochs at a time as in its script, and "
        "`SiRNAGaussianProcess`.",
    ),
}
