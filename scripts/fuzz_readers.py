"""Every reader of files that ``fuzz.py`` can run: what it reads, under which names, and examples to begin with.

A function below takes the path of a file. It may return, or raise an error of this package; whatever else it raises is
a fault, also where what it read cannot be true.
"""

import gzip
from collections.abc import Callable, Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import numpy as np

ALLELES = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
NUMBERS = (b"-1", b"0", b"1e3", b"nan", b"inf", b"9" * 25, b"1_0", b"NA", b".", b"\xef\xbb\xbf")


class Reader(NamedTuple):
    """One kind of file: the functions that read it by the file's name, examples, and words that such files have.

    An example is what a file holds, or a function that writes it.
    """

    functions: dict[str, tuple[Callable[[Path], object], ...]]
    examples: tuple[bytes | Callable[[Path], object], ...]
    words: tuple[bytes, ...] = ()


def read_genome(path: Path) -> None:
    """Open a genome and read every base of it."""
    from deepchem_genomics.genome.sequence_files import open_sequence_file

    file = open_sequence_file(path, cache_dir=path.parent / "cache")
    try:
        for chromosome, size in file.sizes.items():
            if len(file.read(chromosome, np.array([0]), np.array([size]))) != size:
                raise AssertionError(f"{chromosome} has another length than the index says")
    finally:
        file.close()


def read_with_index(path: Path) -> None:
    """Read a genome that is whole, beside which lies this index."""
    genome = path.with_suffix("")
    if not genome.exists():
        genome.write_bytes(b">chr1 first\nACGTN\nACG\n>chr2\nAC\nG\n")
    path.touch()  # no older than the genome, so that it is believed
    read_genome(genome)


def read_with_block_index(path: Path) -> None:
    """Read a genome in bgzip's blocks that is whole, beside which lies this index of them."""
    genome = path.with_suffix("")
    if not genome.exists():
        bgzip_of(b">chr1\n" + b"ACGT\n" * 30)(genome)
    path.touch()
    read_genome(genome)


def read_transcripts(path: Path) -> None:
    """Read the records of a FASTA file of transcripts, then take them in."""
    from deepchem_genomics.sirna.transcripts import read_transcripts, transcript_records

    list(transcript_records(path))
    list(read_transcripts(path))


def read_sequences(path: Path) -> None:
    """Read a table or FASTA file of sequences; then make rows of them for a model."""
    from deepchem_genomics.data.sequence_files import is_fastx, read_sequence_chunks
    from deepchem_genomics.feat import DNA
    from deepchem_genomics.models.prediction_files import sequence_rows

    labels = () if is_fastx(path) else ("label",)
    n_rows = sum(len(chunk) for chunk in read_sequence_chunks(path, 3, label_columns=labels))
    model = SimpleNamespace(alphabet=DNA, length=4)
    found: Any = sequence_rows(path, cast(Any, model), on_length="fit")
    if sum(len(rows.ids) for rows in found) != n_rows:
        raise AssertionError("rows were lost on the way")


def read_intervals(path: Path) -> None:
    """Read intervals, and write and read their ids."""
    from deepchem_genomics import genome

    intervals = genome.read_intervals(path)
    again = genome.parse_ids(genome.interval_ids(intervals))
    if again["start"].tolist() != intervals["start"].tolist():
        raise AssertionError("ids do not give the intervals back")


def read_coding_regions(path: Path) -> None:
    """Read where coding sequences lie."""
    from deepchem_genomics.sirna.annotations import read_coding_regions

    read_coding_regions(path)


def read_exons(path: Path) -> None:
    """Read the exons of transcripts."""
    from deepchem_genomics.sirna.exons import read_exons

    read_exons(path)


def read_genes(path: Path) -> None:
    """Read which gene each transcript is of."""
    from deepchem_genomics.sirna.transcriptome import read_genes

    read_genes(path)


def read_side_input(path: Path) -> None:
    """Read a table of numbers by id."""
    from deepchem_genomics.data.side_input import SideInput

    SideInput.from_file(path)


def read_signal(path: Path) -> None:
    """Read every value of a bigWig file's short chromosomes."""
    from deepchem_genomics.genome.signal import Signal

    with Signal(path) as signal:
        short = [f"{name}:0-{size}" for name, size in signal.sizes.items() if 0 < size < 10**6]
        if short:
            signal.summarize(short)


def read_variants(path: Path) -> None:
    """Read a file of variants, a few records at a time."""
    from deepchem_genomics.variants.reading import read_variants

    list(read_variants(path, chunk_size=2))


def read_variants_of_transcripts(path: Path) -> None:
    """Read a file of variants by transcript."""
    from deepchem_genomics.sirna.annotations import read_variants

    read_variants(path)


def read_motifs(path: Path) -> None:
    """Read a file of motifs."""
    from deepchem_genomics.motifs.matrices import read_motifs

    for motif in read_motifs(path):
        motif.log_odds()


def read_shard(path: Path) -> None:
    """Read an array of a data set, without trust."""
    from deepchem_genomics.data.shard_files import METADATA, ShardFiles

    table = path.parent / METADATA
    if not table.exists():
        table.write_bytes(gzip.compress(f"ids,X,y,w\n{path.name},{path.name},,\n".encode()))
    list(ShardFiles(path.parent))


def read_space(path: Path) -> None:
    """Read what is to be tuned."""
    from deepchem_genomics.recipes import RECIPES
    from deepchem_genomics.tuning.search_space import read_space

    for recipe in RECIPES.values():
        read_space(path, recipe)


def bgzip_of(content: bytes) -> Callable[[Path], object]:
    """Return what writes a file in bgzip's blocks."""

    def write(path: Path) -> None:
        import pysam

        with pysam.BGZFile(str(path), "w") as file:
            file.write(content)

    return write


def write_bigwig(path: Path) -> None:
    """Write a bigWig file of two chromosomes."""
    import pybigtools

    values = [("chr1", 0, 5, 0.5), ("chr1", 7, 9, -1.0), ("chr2", 1, 2, 3.0)]
    pybigtools.open(str(path), "w").write({"chr1": 9, "chr2": 4}, iter(values))


def write_bcf(path: Path) -> None:
    """Write a BCF file of one record."""
    import pysam

    plain = path.with_suffix(".plain")
    plain.write_bytes(ALLELES.replace(b"#CHROM", b"##contig=<ID=1,length=9>\n#CHROM") + b"1\t1\t.\tN\tA\t.\t.\t.\n")
    with pysam.VariantFile(str(plain)) as file, pysam.VariantFile(str(path), "wb", header=file.header) as out:
        for record in file:
            out.write(record)


def parquet_of(columns: dict[str, list[object]]) -> Callable[[Path], object]:
    """Return what writes a Parquet file."""

    def write(path: Path) -> None:
        import pandas as pd

        pd.DataFrame(columns).to_parquet(path, index=False)

    return write


def array_of(values: Iterable[object], kind: str) -> Callable[[Path], object]:
    """Return what writes an array as a shard has it."""

    def write(path: Path) -> None:
        import numpy as np

        with path.open("wb") as file:
            np.save(file, np.array(list(values), dtype=kind), allow_pickle=kind == "O")

    return write


def read_predictions(path: Path) -> None:
    """Read the predictions of a benchmark's run."""
    from deepchem_genomics.benchmark.finished_runs import FinishedRun

    FinishedRun({}, path.parent).predictions()


def write_predictions(path: Path) -> None:
    """Write the predictions of a benchmark's run, compressed or not."""
    from deepchem_genomics.io.npz import write_arrays

    write_arrays(path, {"ids": ["a", "bc"], "y": [0.0, 1.0], "predicted": [0.25, 0.5], "fold": [0, 0]}, compress=False)


FASTA = (
    b">chr1 first\nACGTN\nACG\n>chr2\r\nacgt\r\n",
    b">t1 gene:ENSG1.2\nACGUACGUACGUACGUACGUACGU\n",
    b"@r\nAC\n+\nII\n",
)
BED = (
    b"track name=x\nchr1\t5\t9\nchr2\t0\t7\n",
    b"chr1\t5\t9\tpeak\t0.5\t+\n",
    b"chr1\t100\t200\t.\t9\t.\t4.8\t-1\t0.3\t35\n",
    b"chr1 5 9 x 1 - 5 9 0,0,0 1 4 0\n",
)
TABLES = (
    b"#chrom\tstart\tend\tlabel\nchr1\t5\t9\t1\nchr1\t7\t9\tNA\n",
    b"chr22:20-121\t0.5\t1e-3\nchr22:121-222\t-0.25\t7\n",
    b"id,open\nchr22:20-121,0.5\n",
    b'sequence\tlabel\nACGT\t1\n"AC"\t.\n',
)
VCF = (
    ALLELES + b"chr1\t5\trs1\tA\tG,AT\t.\t.\t.\n",
    ALLELES.replace(b"#CHROM", b"##contig=<ID=1,length=9>\n#CHROM") + b"1\t1\t.\tN\t<DEL>\t9\tPASS\tDP=3;X\n",
)
MOTIFS = (
    b">MA0000.1 TOY\nA [8 0 1]\nC [0 0 1]\nG [0 8 1]\nT [0 0 5]\n",
    b"8 0\n0 0.5\n0 8\n0 0\n",
    b"MEME version 4\nALPHABET= ACGT\nMOTIF M1 TOY\nletter-probability matrix: alength= 4 w= 1 nsites= 20\n"
    b"0.25 0.25 0.25 0.25\n",
)
TWO_BIT = bytes.fromhex("4327411a00000000010000000000000001411600000005000000000000000000000000000000001b00")

READERS = {
    "fasta": Reader({"x.fa": (read_genome, read_transcripts, read_sequences), "x.fq": (read_sequences,)}, FASTA),
    "fai": Reader({"x.fa.fai": (read_with_index,)}, (b"chr1\t8\t12\t5\t6\nchr2\t3\t28\t2\t3\n",), NUMBERS),
    "gzi": Reader({"x.fa.gzi": (read_with_block_index,)}, (b"\0" * 8, b"\1" + b"\0" * 7 + b"\x1c" + b"\0" * 15)),
    "bgzip": Reader({"x.fa.bgz": (read_genome,)}, (bgzip_of(b">chr1\n" + b"ACGT\n" * 30),)),
    "2bit": Reader({"x.2bit": (read_genome,)}, (TWO_BIT,)),
    "bed": Reader(
        {
            "x.bed": (read_intervals, read_coding_regions),
            **dict.fromkeys(("x.narrowPeak", "x.broadPeak", "windows"), (read_intervals,)),
        },
        BED,
        (*NUMBERS, b"browser ", b"track "),
    ),
    "gtf": Reader(
        {"x.gtf": (read_intervals, read_exons)},
        (
            b'#!x\n1\tx\texon\t6\t9\t.\t-\t.\ttranscript_id "T"; transcript_version "1";\n',
            b"1\tx\texon\t6\t9\t.\t+\t.\tID=e;transcript_id=T.1\n1\tx\texon\t20\t30\t.\t+\t.\ttranscript_id=T.1\n",
        ),
        (*NUMBERS, b"exon", b"transcript_id", b'"', b";", b"="),
    ),
    "tsv": Reader(
        {
            "x.tsv": (read_intervals, read_side_input, read_sequences, read_genes),
            "x.csv": (read_intervals, read_side_input, read_sequences),
        },
        TABLES,
        (*NUMBERS, b"chrom", b"start", b"end", b"strand", b"score", b"peak", b"sequence", b"label", b"id"),
    ),
    "parquet": Reader(
        {"x.parquet": (read_intervals, read_side_input, read_sequences)},
        (
            parquet_of({"chrom": ["chr1"], "start": [5], "end": [9], "label": [1.0]}),
            parquet_of({"id": ["a", "b"], "open": [0.5, 1.0]}),
            parquet_of({"sequence": ["ACGT"], "label": [1]}),
        ),
    ),
    "bigwig": Reader({"x.bw": (read_signal,)}, (write_bigwig,)),
    "vcf": Reader({"x.vcf": (read_variants, read_variants_of_transcripts)}, VCF, (b"PASS", b"<DEL>", b"##contig=<ID=")),
    "bcf": Reader({"x.bcf": (read_variants, read_variants_of_transcripts)}, (write_bcf,)),
    "motifs": Reader(
        {"x.jaspar": (read_motifs,)}, MOTIFS, (*NUMBERS, b"nsites=", b"w=", b"alength=", b"URL", b"strands: + -")
    ),
    "gzip": Reader(
        {
            "x.fa.gz": (read_genome, read_transcripts, read_sequences),
            "x.bed.gz": (read_intervals, read_coding_regions),
            "x.tsv.gz": (read_intervals, read_side_input, read_sequences, read_genes),
            "x.vcf.gz": (read_variants, read_variants_of_transcripts),
            "x.jaspar.gz": (read_motifs,),
        },
        tuple(gzip.compress(example[0], mtime=0) for example in (FASTA, BED, TABLES, VCF, MOTIFS)),
    ),
    "npy": Reader(
        {"x.npy": (read_shard,)},
        (array_of([1, 2], "i1"), array_of(["a", "bc"], "U2"), array_of(["a", None, 1.5], "O")),
        (b"'descr'", b"'|O'", b"'fortran_order'", b"'shape'", b"cos\nsystem\n"),
    ),
    "npz": Reader({"predictions.npz": (read_predictions,)}, (write_predictions,), (b"PK\3\4", b"PK\1\2", b"PK\5\6")),
    "toml": Reader(
        {"x.toml": (read_space,)},
        (b"dropout = {low = 0.1, high = 0.6}\nfilters = [15, 30]\n", b'scale = ["standard"]\nn_layers = 3\n'),
        (*NUMBERS, b"points", b"log = true", b"kernel_size", b"learning_rate"),
    ),
}
