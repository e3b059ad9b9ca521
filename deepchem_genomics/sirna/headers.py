"""Parse headers of transcripts: a short name, the gene, the place of the coding sequence."""

import re
from collections.abc import Iterator, Mapping
from typing import Generic, NamedTuple, TypeVar

__all__ = ["Gene", "Heading", "Versioned", "read_heading", "same_gene", "without_version"]

Value = TypeVar("Value")

_VERSION = re.compile(r"\.\d+$")
_GENCODE = re.compile(
    r"(?P<name>[^|\s]+)\|(?P<gene>ENS[A-Z]*G\d+[^|\s]*)\|"
    r"(?:(?:[^|\s]*\|){3}(?P<symbol>[^|\s]+)\|(?P<length>\d+)\|)?"
)
_OLD_REFSEQ = re.compile(r"(?:gi\|\d+\|)?ref\|(?P<name>[^|\s]+)\|")
_REFSEQ = re.compile(r"[NX][MR]_\d+")
_REFSEQ_SYMBOL = re.compile(r"\(([^()\s]+)\),")
_DATASETS_SYMBOL = re.compile(r"\S+\s+(\S+)\s+\[organism=")
_TAIR = re.compile(r"(AT[1-5CM]G\d{5})\.\d+(?=\s|$)")
_GENE = re.compile(r"\bgene[:=]([^\s\];|]+)")
_SYMBOL = re.compile(r"\bgene_(?:symbol|name)[:=]([^\s\];|]+)")
_CODING = re.compile(r"\bCDS[:=](\d{1,9})-(\d{1,9})\b")
_ACCESSION = re.compile(r"([A-Za-z]+)\d{6,}")


class Gene(NamedTuple):
    """A gene by the names that it has.

    Parameters
    ----------
    accession : str
        Such as "ENSG00000141510", without a version; "" if not known.
    symbol : str
        Such as "TP53"; "" if not known.
    """

    accession: str = ""
    symbol: str = ""

    @property
    def name(self) -> str:
        """The symbol, or else the accession."""
        return self.symbol or self.accession


class Heading(NamedTuple):
    """What the header of a transcript says.

    Parameters
    ----------
    name : str
        Its accession, or the first word.
    gene : Gene
        The gene, as far as it is named.
    coding : tuple of int, optional
        Start and end of the coding sequence, 0-based and half-open.
    length : int, optional
        Length of the transcript that the header is of, in bases.
    """

    name: str
    gene: Gene = Gene()
    coding: tuple[int, int] | None = None
    length: int | None = None


def read_heading(header: str) -> Heading:
    """Read the header of a transcript of GENCODE, Ensembl, RefSeq or gffread.

    Examples
    --------
    >>> heading = read_heading("ENST00000269305.9|ENSG00000141510.19|-|-|TP53-201|TP53|2512|UTR5:1-142|CDS:143-1324|")
    >>> heading[:2]
    ('ENST00000269305.9', Gene(accession='ENSG00000141510', symbol='TP53'))
    >>> heading.coding, heading.length
    ((142, 1324), 2512)
    >>> read_heading("NM_000546.6 Homo sapiens tumor protein p53 (TP53), transcript variant 1, mRNA")[:2]
    ('NM_000546.6', Gene(accession='', symbol='TP53'))
    >>> read_heading("ENST00000456328.2 cdna gene:ENSG00000290825.1 gene_symbol:DDX11L2").gene
    Gene(accession='ENSG00000290825', symbol='DDX11L2')
    """
    first = header.split(None, 1)[0]
    coding = _coding(header)
    if found := _GENCODE.match(header):
        length = None if found["length"] is None else int(found["length"])
        return Heading(found["name"], Gene(_unversioned(found["gene"]), found["symbol"] or ""), coding, length)
    if found := _OLD_REFSEQ.match(header):
        first = found["name"]
    return Heading(first, _gene(first, header), coding)


def _gene(name: str, header: str) -> Gene:
    symbols = [found[1] for found in (_SYMBOL.search(header), _DATASETS_SYMBOL.match(header)) if found]
    if not symbols and _REFSEQ.match(name):
        symbols = _REFSEQ_SYMBOL.findall(header)[-1:]
    written = symbols[0] if symbols else ""
    found = _GENE.search(header) or _TAIR.match(header)
    if found is None:
        return Gene("", written)
    gene = _unversioned(found[1])
    return Gene(gene, written) if written or _ACCESSION.match(gene) or _TAIR.match(header) else Gene("", gene)


def _unversioned(gene: str) -> str:
    """Leave out the version of an accession, and what stands behind it: ENSG00000182378.15_PAR_Y."""
    found = _ACCESSION.match(gene)
    return found[0] if found and gene[found.end() : found.end() + 1] in ("", ".") else gene


def _coding(header: str) -> tuple[int, int] | None:
    found = _CODING.search(header)
    if found is None or not 0 < int(found[1]) <= int(found[2]):
        return None
    return int(found[1]) - 1, int(found[2])


def same_gene(first: Gene, second: Gene) -> bool:
    """Return whether two genes are the same: by accession if both are of one kind, else by any name that they share.

    Examples
    --------
    >>> same_gene(Gene("ENSG00000141510", "TP53"), Gene("", "TP53"))
    True
    >>> same_gene(Gene("ENSG00000201098", "Y_RNA"), Gene("ENSG00000199347", "Y_RNA"))
    False
    """
    kinds = [_ACCESSION.match(gene.accession) for gene in (first, second)]
    if kinds[0] is not None and kinds[1] is not None and kinds[0][1] == kinds[1][1]:
        return first.accession == second.accession
    return bool(({*first} & {*second}) - {""})


def without_version(name: str) -> str:
    """Remove the version from the name of a transcript."""
    return _VERSION.sub("", name)


class Versioned(Generic[Value]):
    """Values by the names of transcripts, which may have a version in one place and none in another.

    Parameters
    ----------
    values : mapping
        By name.

    Examples
    --------
    >>> known = Versioned({"ENST00000269305.9": 1, "NM_000546": 2, "x.1": 3, "x.2": 4})
    >>> [known.key(name) for name in ("ENST00000269305", "NM_000546.6", "x", "x.2", "x.3")]
    ['ENST00000269305.9', 'NM_000546', None, 'x.2', None]
    >>> known.key("ENST00000269305.8"), known.key("ENST00000269305.8", other_version=True)
    (None, 'ENST00000269305.9')
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = values
        self._of_stem: dict[str, str | None] = {}  # None for several
        for name in values:
            stem = without_version(name)
            self._of_stem[stem] = None if stem in self._of_stem else name

    def key(self, name: str, other_version: bool = False) -> str | None:
        """Return the name that a transcript has here.

        That is the name itself; else the only one that is equal but for a version that one of them lacks, or, if
        ``other_version``, but for any version.
        """
        if name in self.values:
            return name
        stem = without_version(name)
        only = self._of_stem.get(stem)
        return only if other_version or stem in (name, only) else None

    def get(self, name: str, other_version: bool = False) -> Value | None:
        """Return the value of a transcript, None if it has none."""
        key = self.key(name, other_version)
        return None if key is None else self.values[key]

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self.values)
