"""Compare our readers with independent ones on random files: samtools and bcftools (in pysam), Biopython, plain arrays.

``python scripts/compare_readers.py --times 2500 --seed 0`` makes so many FASTA files, interval files, bigWig files and
VCF files, reads each in both ways, and ends with 1 and the seeds of the files that differ.
"""

import argparse
import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

Rng = np.random.Generator


def letters(rng: Rng, n: int) -> str:
    """Draw bases, some in lower case, some unknown."""
    return "".join(rng.choice(list("ACGTacgtN"), n))


def write_fasta(rng: Rng, path: Path) -> dict[str, str]:
    """Write a few records, all lines of one but the last equally long."""
    records = {f"c{i}": letters(rng, int(rng.integers(1, 200))) for i in range(int(rng.integers(1, 5)))}
    width, end = int(rng.integers(1, 80)), str(rng.choice(["\n", "\r\n"]))
    lines = [
        f">{name} x{end}" + "".join(text[i : i + width] + end for i in range(0, len(text), width))
        for name, text in records.items()
    ]
    path.write_bytes("".join(lines).encode())
    return records


def draw_places(rng: Rng, sizes: dict[str, int], n: int) -> list[tuple[str, int, int]]:
    """Draw intervals within chromosomes."""
    places = []
    for _ in range(n):
        chrom = str(rng.choice(list(sizes)))
        start = int(rng.integers(0, sizes[chrom]))
        places.append((chrom, start, int(rng.integers(start + 1, sizes[chrom] + 1))))
    return places


def compare_fasta(rng: Rng, folder: Path) -> bool:
    """Fetch places as samtools and Biopython do."""
    import pysam
    from Bio import SeqIO

    from deepchem_genomics.genome import Genome

    path = folder / "g.fa"
    sizes = {name: len(text) for name, text in write_fasta(rng, path).items()}
    places = draw_places(rng, sizes, 5)
    with Genome(path) as genome:
        ours = [str(text) for text in genome.fetch([f"{c}:{s}-{e}" for c, s, e in places])]
    whole = {record.id: str(record.seq).upper() for record in SeqIO.parse(io.StringIO(path.read_text()), "fasta")}  # type: ignore[no-untyped-call]
    path.with_name("g.fa.fai").unlink()
    with pysam.FastaFile(str(path)) as file:
        theirs = [file.fetch(*place).upper() for place in places]
    return ours == theirs == [whole[c][s:e] for c, s, e in places]


def compare_intervals(rng: Rng, folder: Path) -> bool:
    """Read BED and GFF as the parsers of pysam do."""
    import pysam

    from deepchem_genomics.genome import read_intervals

    places = draw_places(rng, {"chr1": 1000, "chrUn_2": 90}, int(rng.integers(1, 20)))
    strands = rng.choice(["+", "-", "."], len(places))
    is_gff = bool(rng.random() < 0.5)
    rows = [
        f"{c}\tt\texon\t{s + 1}\t{e}\t.\t{strand}\t.\tID=x" if is_gff else f"{c}\t{s}\t{e}\tn\t0\t{strand}"
        for (c, s, e), strand in zip(places, strands, strict=True)
    ]
    path = folder / ("x.gff3" if is_gff else "x.bed")
    path.write_text("# comment\n" * int(rng.integers(0, 3)) + "\n".join(rows) + "\n")
    table = read_intervals(path)
    parser = pysam.asGTF() if is_gff else pysam.asBed()
    parsed = [parser(row.encode(), len(row)) for row in rows]
    theirs = [(row.contig, row.start, row.end, row.strand or ".") for row in parsed]
    return list(zip(table["chrom"], table["start"], table["end"], table["strand"], strict=True)) == theirs


def compare_bigwig(rng: Rng, folder: Path) -> bool:
    """Take means as an array with one value a base has them."""
    import pybigtools

    from deepchem_genomics.genome import Signal

    values, start = np.full(500, np.nan, np.float32), 0
    entries: list[tuple[str, int, int, float]] = []
    while start < 500:
        end = min(500, start + int(rng.integers(1, 60)))
        if rng.random() < 0.6 or (end == 500 and not entries):
            values[start:end] = rng.normal() * 10.0 ** rng.integers(-6, 7)
            entries.append(("chr1", start, end, float(values[start])))
        start = end
    path = folder / "s.bw"
    writer = pybigtools.open(str(path), "w")
    writer.write({"chr1": 500}, iter(entries))
    writer.close()
    places = draw_places(rng, {"chr1": 500}, 10)
    with Signal(path) as signal:
        ours = signal.summarize([f"{c}:{s}-{e}" for c, s, e in places], missing=0.0)
    theirs = [np.nan_to_num(values[s:e].astype(np.float64)).mean() for _, s, e in places]
    return bool(np.allclose(ours, theirs, rtol=1e-5, atol=1e-6))


def compare_vcf(rng: Rng, folder: Path) -> bool:
    """Cut alternative windows as bcftools consensus writes them."""
    import pandas as pd
    from pysam import bcftools

    from deepchem_genomics.genome import Genome
    from deepchem_genomics.variants import variant_windows

    text = "".join(rng.choice(list("ACGT"), 120))
    (folder / "v.fa").write_text(f">c\n{text}\n")
    pos, n_ref = int(rng.integers(40, 80)), int(rng.integers(1, 5))
    ref, alt = text[pos - 1 : pos - 1 + n_ref], "".join(rng.choice(list("ACGT"), int(rng.integers(1, 5))))
    if ref == alt or (ref[0] != alt[0] and len(ref) != len(alt)):
        return True
    head = "##fileformat=VCFv4.2\n##contig=<ID=c,length=120>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (folder / "v.vcf").write_text(f"{head}c\t{pos}\t.\t{ref}\t{alt}\t.\t.\t.\n")
    import pysam

    packed = pysam.tabix_index(str(folder / "v.vcf"), preset="vcf", force=True)
    bcftools.consensus("-f", str(folder / "v.fa"), "-o", str(folder / "v.out"), packed, catch_stdout=False)
    changed = "".join((folder / "v.out").read_text().splitlines()[1:])
    with Genome(folder / "v.fa") as genome:
        table = pd.DataFrame([("c", pos, ref, alt)], columns=["chrom", "pos", "ref", "alt"])
        windows, _ = variant_windows(table, genome, 21)
    ours = windows.alternative[0].tobytes().decode()
    return ours in changed and windows.reference[0].tobytes().decode() in text


COMPARISONS: dict[str, Callable[[Rng, Path], bool]] = {
    "fasta": compare_fasta,
    "intervals": compare_intervals,
    "bigwig": compare_bigwig,
    "vcf": compare_vcf,
}


def main() -> int:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--times", type=int, default=2500, help="files of each kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    different = 0
    for name, compare in COMPARISONS.items():
        seeds = []
        for seed in range(options.seed, options.seed + options.times):
            with tempfile.TemporaryDirectory() as folder:
                if not compare(np.random.default_rng(seed), Path(folder)):
                    seeds.append(seed)
        print(f"{name}: {options.times} files, {len(seeds)} differences{': seeds ' if seeds else ''}{seeds or ''}")
        different += len(seeds)
    return int(different > 0)


if __name__ == "__main__":
    sys.exit(main())
