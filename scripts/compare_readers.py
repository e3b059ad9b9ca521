"""Compare our readers with independent ones on random files: samtools and bcftools (in pysam), Biopython, plain arrays.

``python scripts/compare_readers.py --times 2500 --seed 0`` makes so many FASTA files, interval files, bigWig files,
VCF files and files of phased variants, reads each in both ways, and ends with 1 and the seeds of the files that differ.
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
    """Draw bases, some in lower case, some unknown, some that are none."""
    return "".join(rng.choice(list("ACGTACGTacgtacgtNRyX-*Uu"), n))


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
    read_as = str.maketrans("X-*U", "NNNT")
    records = SeqIO.parse(io.StringIO(path.read_text()), "fasta")  # type: ignore[no-untyped-call]
    whole = {record.id: str(record.seq).upper().translate(read_as) for record in records}
    path.with_name("g.fa.fai").unlink()
    with pysam.FastaFile(str(path)) as file:
        theirs = [file.fetch(*place).upper().translate(read_as) for place in places]
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


def write_phased(rng: Rng, path: Path, text: str) -> None:
    """Write sorted records of all kinds on one contig, with phased and other genotypes of two samples."""
    genotypes = ["0|1", "1|0", "1|1", "0/1", "2|1", "0|2", ".|1", "1|.", "./.", "0|0", "1", "0"]
    rows, pos = [], 1
    while (pos := pos + int(rng.integers(0, 12))) < len(text) - 8:
        ref = text[pos - 1 : pos - 1 + int(rng.choice([1, 1, 1, 2, 5]))]
        alts: list[str] = []
        while len(alts) < 2:
            new = "".join(rng.choice(list("ACGT" if text.isupper() else "acgt"), int(rng.integers(0, 5))))
            alt = ref[0] + new if rng.random() < 0.7 else new or text[0]
            alts += [alt] * (alt.upper() != ref.upper() and alt not in alts)
        end = ""
        if rng.random() < 0.05:
            ref, alts, end = ref[0], ["<DEL>", "<DEL>"], f"END={pos + int(rng.integers(1, 6))}"
        calls = "\t".join(rng.choice(genotypes, 2))
        rows.append(f"c\t{pos}\t.\t{ref}\t{','.join(alts)}\t.\t.\t{end or '.'}\tGT\t{calls}\n")
    path.write_text(
        f"##fileformat=VCFv4.2\n##contig=<ID=c,length={len(text)}>\n"
        '##FORMAT=<ID=GT,Number=1,Type=String,Description="Genotype">\n'
        '##INFO=<ID=END,Number=1,Type=Integer,Description="End">\n##ALT=<ID=DEL,Description="Deletion">\n'
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tmother\tchild\n" + "".join(rows)
    )


def compare_haplotypes(rng: Rng, folder: Path) -> bool:
    """Write all variants of a sample into both haplotypes as bcftools consensus -H does; windows are parts of these."""
    import pandas as pd
    import pysam
    from pysam import bcftools

    from deepchem_genomics.genome import Genome
    from deepchem_genomics.variants import Haplotypes

    text = "".join(rng.choice(list(rng.choice(["ACGT", "acgt"])), int(rng.integers(60, 300))))
    (folder / "h.fa").write_text(f">c\n{text}\n")
    write_phased(rng, folder / "h.vcf", text)
    packed = pysam.tabix_index(str(folder / "h.vcf"), preset="vcf", force=True)
    length = int(rng.integers(1, 40))
    starts = rng.integers(0, len(text) - length + 1, 20)
    around = pd.DataFrame({"chrom": "c", "start": [-len(text)], "end": [2 * len(text)]})
    within = pd.DataFrame({"chrom": "c", "start": starts, "end": starts + length})
    with Genome(folder / "h.fa") as genome:
        person = Haplotypes(packed, genome, "child")
        whole = person.windows(around, out_of_bounds="pad")
        windows = person.windows(within)
    for haplotype, (one, cut) in enumerate(zip(whole[:2], windows[:2], strict=True), start=1):
        chosen = ["-s", "child", "-H", str(haplotype), "-f", str(folder / "h.fa"), "-c", str(folder / "h.chain")]
        bcftools.consensus(*chosen, "-o", str(folder / "h.out"), packed, catch_stdout=False)
        theirs = "".join((folder / "h.out").read_text().splitlines()[1:]).upper()
        if one[0].tobytes().decode().strip("N") != theirs:
            return False
        for start, letters in zip(starts, cut, strict=True):
            at = lifted((folder / "h.chain").read_text(), int(start) + length // 2)
            ours = letters.tobytes().decode()
            if ours.strip("N") not in theirs:
                return False
            if at is not None and at >= length // 2 and ours.strip("N") != theirs[at - length // 2 :][:length]:
                return False
    return True


def lifted(chain: str, at: int) -> int | None:
    """Return where a chain file of one contig has a base; None if it is in a gap."""
    here, there = 0, 0
    for line in chain.splitlines()[1:]:
        size, *gaps = [int(number) for number in line.split() or ["0"]]
        if here <= at < here + size:
            return there + at - here
        gap_here, gap_there = gaps or (0, 0)
        here, there = here + size + gap_here, there + size + gap_there
    return None


COMPARISONS: dict[str, Callable[[Rng, Path], bool]] = {
    "fasta": compare_fasta,
    "intervals": compare_intervals,
    "bigwig": compare_bigwig,
    "vcf": compare_vcf,
    "haplotypes": compare_haplotypes,
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
