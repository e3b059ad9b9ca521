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
        "layer for convolution, relu and dropout, which goes through the activations less often and draws one bit "
        "a unit at rate 0.5. PyTorch is a plain loop over tensors in memory, with as many threads as cores; a "
        "`DataLoader`, which collects rows one by one, would be slower. `TorchModel` is the same network within "
        "DeepChem. The last row of prediction is not a contender "
        "but a limit: NumPy's product of two large float32 matrices with as many multiplications as the network has, "
        "which is about the most that the processor does. The network of rc-network has 145,000 weights and treats "
        "both strands the same; its batches, of 128 rows, are those of the recipe.",
    ),
    "encoding": Section(
        "encoding",
        "One-hot encoding",
        "On a joined string tangermeme uses the same two-letter table, compiled, and checks neither lengths nor "
        "where an unknown letter is. Packages that are not in this environment run in another interpreter; what "
        "passes between the two is not timed.",
    ),
    "building": Section(
        "building",
        "Building datasets",
        "Intervals in random order on a genome of 51 million bases. A folder is more than an array: ours writes "
        "temporary rows, counts, ids and a manifest, the loop over pysam only DeepChem's shards. Each build of the "
        "growth and jobs tables runs in a process of its own; importing DeepChem is not in its time, but in its "
        "memory. Workers do not help here: to take a window from a genome is quicker than to hand it on. "
        "`FASTALoader` takes a time that grows with the square of the number of records.",
    ),
    "genome": Section(
        "whole_genome",
        "A whole genome",
        "hg38 has 3.1 billion bases: cut side by side, 30.6 million windows of 101 bp. Here each command runs on a "
        "part of a drawn genome and on a quarter of that part; the difference gives the cost of a window, the rest "
        "is what every start costs. **Whole-genome figures are extrapolated**, on the assumption that cost goes on "
        "growing with the number of windows, as it does from 50,000 to 3 million above, and that no base is N; in "
        "hg38 5% of bases are N, and windows of nothing else cost next to nothing.",
    ),
    "genome_size": Section(
        "genome_size",
        "Work of the size of a genome",
        "A drawn genome of 250 million bases, and a value for each 50 of them in a bigWig file; one core. Peers read "
        "fewer windows, most of them one by one, as they are made to; GenVarLoader holds the genome in memory, from a "
        "file that it makes once, where `Genome` reads the FASTA file. Rows in any order are as a table of peaks or a "
        "shuffled set has them. With two processes a command is less than twice as fast: importing the libraries and "
        "checking the input come before the work is shared, each process imports them again, and one alone reads the "
        "table and writes what the others hand it. In a build that one is busier than the others: it writes each row "
        "twice, first in the order of the input and then in shards. Where the last column is far above 1, the two "
        "virtual cores slow each other, as two threads of one physical core do; on another day the same commands were "
        "1.1 to 1.5 times as fast.",
    ),
    "startup": Section(
        "startup",
        "Start-up",
        "Each line is a new process, files in the cache. What a first prediction takes is mostly importing "
        "DeepChem, and with it TensorFlow. By default TensorFlow imports Keras 3 too, and Python looks for unreachable "
        "objects again and again among half a million that stay; the commands do without both. DeepChem imports "
        "PyTorch, too, where it is installed; here it was not.",
    ),
    "side_input": Section(
        "side_input",
        "Side inputs",
        "Loading checks every line and reports what it leaves out, which a loop into a dict does not. Before each "
        "look-up 30 MB are written, as a training step would, so that the table is not served from the nearest "
        "cache.",
    ),
    "bootstrap": Section(
        "bootstrap",
        "Bootstrap intervals",
        "As many rows as the book's validation set, one in 236 positive. The peers do a tenth of the resamples (a "
        "fiftieth in a quick run) and are scaled up; SciPy draws one resample at a time, since in one batch it "
        "would take 0.5 GB a column.",
    ),
    "simulation": Section(
        "simulation",
        "Simulated data",
        "Drawing and encoding letters at random, without a model of anything, is the floor.",
    ),
    "mutagenesis": Section(
        "mutagenesis",
        "Mutagenesis",
        "In plain stacks of convolutions only what a changed base can reach is computed again; other models "
        "predict every mutant, which is shown too. DeepChem's function calls `predict` once a sequence.",
    ),
    "sirna": Section(
        "sirna_design",
        "siRNA design",
        "Transcripts drawn at random, 1 to 4 kb; everything is written, no transcriptome is searched.",
    ),
    "off_targets": Section(
        "off_targets",
        "siRNA off-targets",
        "Transcriptomes drawn at random, with families of genes that differ in up to a tenth of their bases and up to "
        "four isoforms a gene. Everything is written. Memory is without the parts of files that are mapped. Drawn "
        "letters have no repeats such as Alu, which take longer.",
    ),
    "quality": Section(
        "time_to_quality",
        "Time to the chapter's quality",
        "How long it takes, from scratch, to predict efficacy with r = 0.60 on the book's validation guides: the "
        "chapter's network in DeepChem's own `KerasModel`, ten epochs at a time as its script does, and "
        "`SiRNAGaussianProcess`.",
    ),
}
