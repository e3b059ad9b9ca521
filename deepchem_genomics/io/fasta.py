r"""FASTA and FASTQ: the one reader of records, and the letters that a genome may have.

:func:`read_records` streams: it holds one record, or some of together 64 kB. For random access
see :mod:`deepchem_genomics.io.fasta_index`.
"""

import io
import logging
import os
from collections.abc import Generator, Iterable, Iterator
from functools import partial
from itertools import accumulate, chain, repeat
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from deepchem_genomics.errors import DuplicateIdError, EmptyInputError, GenomeFileError, UnknownBaseError
from deepchem_genomics.io.opening import LINE_LIMIT, encoding_error, line_too_long, opened

__all__ = [
    "IUPAC", "LETTERS", "MOST_BLANK", "READ_AS", "GenomeLetters", "Names", "Record", "RecordBlock", "letter_table",
    "read_record_blocks", "read_records", "too_many_blank", "unknown_letter",
]  # fmt: skip

_LOG = logging.getLogger(__name__)

IUPAC = {
    "A": "A", "C": "C", "G": "G", "T": "T",
    "R": "AG", "Y": "CT", "S": "CG", "W": "AT", "K": "GT", "M": "AC",
    "B": "CGT", "D": "AGT", "H": "ACT", "V": "ACG", "N": "ACGT",
}  # fmt: skip
"""The bases that each IUPAC code of DNA stands for: Cornish-Bowden (1985), table 1."""

LETTERS = "ACGTRYSWKMBDHVN"
"""The bases and IUPAC codes of DNA. Lower case (soft-masked repeats) is read as upper case."""

READ_AS = {"X": "N", "*": "N", "-": "N", "U": "T"}
"""What other letters are read as in a genome: masked bases, padding and gaps as N, RNA as DNA."""

_PROTEIN_ONLY = "EFILPQZJO"
MOST_BLANK = 10_000
"""Blank lines before the first record, at most: a small compressed file can unpack to millions."""

_BLOCK = 1 << 16  # bytes, which stay in the cache of a processor


class Record(NamedTuple):
    """A record of a FASTA or FASTQ file."""

    name: str  # first word of the header
    header: str  # without the ">" or "@"
    sequence: str  # as in the file, without line ends and outer blanks of lines
    quality: str | None  # FASTQ only
    line: int  # of the header, from 1


_record = partial(tuple.__new__, Record)  # costs a third of Record(...)


class RecordBlock(NamedTuple):
    """Records that follow one another, each field of :class:`Record` in a column."""

    names: Iterable[str]  # raises where one has a fault
    headers: list[str]
    sequences: list[str]
    qualities: Iterable[str | None]
    lines: list[int]


def read_records(path: str | os.PathLike[str], unique: bool = False) -> Iterator[Record]:
    r"""Read a FASTA or FASTQ file, known by its content, one record at a time.

    A line of bases may be of any length; headers and lines of FASTQ have the limit of text, ``LINE_LIMIT`` of
    :mod:`deepchem_genomics.io.opening`. Blank lines are ignored. Letters are not checked; that is left to the caller.
    A sequence of FASTA may be empty. With ``unique``, all names are kept in memory, and one that comes twice is a
    DuplicateIdError.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp(), "toy.fa")
    >>> _ = path.write_text(">a first\nAC\nGT\n>b\nNN\n")
    >>> [(record.name, record.sequence, record.line) for record in read_records(path)]
    [('a', 'ACGT', 1), ('b', 'NN', 4)]
    """
    for block in read_record_blocks(path, unique):
        yield from map(_record, zip(*block, strict=False))


def read_record_blocks(path: str | os.PathLike[str], unique: bool = False) -> Iterator[RecordBlock]:
    """Read the records of :func:`read_records` many at a time, which is faster where they are short."""
    where = os.fspath(path)
    names = Names(where, unique)
    with opened(path) as file:
        if file.peek(3)[:3] == b"\xef\xbb\xbf":
            file.read(3)
        before, first = 0, b"\n"
        while first and not first.strip():
            if before > MOST_BLANK:
                raise too_many_blank(where, before)
            before, first = before + 1, file.readline(LINE_LIMIT)
        if len(first) == LINE_LIMIT and b"\r" not in first:
            raise line_too_long(where, before)
        if not first:
            raise EmptyInputError(f"{where} is empty; expected FASTA: '>', a name, and lines of bases; or FASTQ")
        if first[:1] not in (b">", b"@"):
            raise GenomeFileError(
                f"{where}:{before}: the file begins with {first[:20].decode('latin-1').strip()!r}; FASTA begins with "
                "'>' and a name, FASTQ with '@'; give such a file"
            )
        if b"\r" in first.rstrip(b"\r\n"):  # lines end with nothing else, so this is the whole file
            content = io.BytesIO((first + file.read()).replace(b"\r\n", b"\n").replace(b"\r", b"\n"))
            first, file = content.readline(), io.BufferedReader(content)
        blocks = _blocks(first, file, where, before)
        if first[:1] == b">":
            lines, line = yield from _regular(">", 2, blocks, before, names)
            header, body = lines[0][1:].rstrip(), "\n".join([*lines[1:], ""])
            yield from _fasta(header, chain([body], blocks), line, names)
        else:
            lines, line = yield from _regular("@", 4, blocks, before, names)
            later = chain.from_iterable(map(_lines, blocks))
            yield from _fastq(chain(lines, later), line, names)


def too_many_blank(file: str, line: int) -> GenomeFileError:
    """Return the error for a file that begins with more than ``MOST_BLANK`` blank lines."""
    return GenomeFileError(
        f"{file}:{line}: {MOST_BLANK:,} blank lines come before the first record; check that this is the file you mean"
    )


class Names:
    """The names of records so far: each must be there, and be unique if that is requested."""

    def __init__(self, file: str, unique: bool = True) -> None:
        self.file = file
        self._lines: dict[str, int] | None = {} if unique else None

    def add(self, header: str, line: int) -> str:
        """Return the name in a header, without its mark, that stands on a line."""
        if not header.strip():
            raise GenomeFileError(f"{self.file}:{line}: a record has no name; write one after the mark")
        name = header.split(None, 1)[0]
        if self._lines is not None and self._lines.setdefault(name, line) != line:
            raise DuplicateIdError(
                f"{self.file}:{line}: record {name!r} is there already, from line {self._lines[name]}; the first word "
                "of a header must be unique; rename or drop one"
            )
        return name

    def add_all(self, headers: list[str], lines: list[int]) -> Iterable[str]:
        """Return the names in many headers, checked as a whole; only if one has a fault, one at a time up to there."""
        try:
            names = [header.split(None, 1)[0] for header in headers]
        except IndexError:
            return map(self.add, headers, lines)
        if self._lines is not None:
            if len(set(names)) < len(names) or not self._lines.keys().isdisjoint(names):
                return map(self.add, headers, lines)
            self._lines.update(zip(names, lines, strict=True))
        return names


def _blocks(first: bytes, file: io.BufferedReader, where: str, line: int) -> Iterator[str]:
    """Read blocks of whole lines, so that C code sees each letter, and Python each record."""
    is_fasta, content = first[:1] == b">", first + file.read(_BLOCK)
    while content:
        line += content.count(b"\n")
        begin = content[content.rfind(b"\n") + 1 :][:1] or file.peek(1)[:1]
        yield _decoded(content + _rest_of_line(file, is_fasta and begin != b">", where, line), where)
        line, content = line + 1, file.read(_BLOCK)


def _rest_of_line(file: io.BufferedReader, is_bases: bool, where: str, line: int) -> bytes:
    rest = file.readline(-1 if is_bases else LINE_LIMIT)
    if not is_bases and len(rest) == LINE_LIMIT:
        raise line_too_long(where, line)
    return rest


def _decoded(content: bytes, where: str) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise encoding_error(where, error) from None
    return text.replace("\r\n", "\n").removesuffix("\r") if "\r" in text else text


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    return lines if lines[-1] else lines[:-1]


def _regular(
    mark: str, n_lines: int, blocks: Iterator[str], line: int, names: Names
) -> Generator[RecordBlock, None, tuple[list[str], int]]:
    """Read blocks as long as each record has 2 lines, in FASTQ 4, and no fault; return the lines left over."""
    rest: list[str] = []
    for text in blocks:
        rest += _lines(text)
        end = (len(rest) - 1) // n_lines * n_lines  # the last record may have more lines
        headers = rest[: end + 1 : n_lines]
        sequences, *more = (rest[i:end:n_lines] for i in range(1, n_lines))
        if not (
            all(map(str.startswith, headers, repeat(mark)))
            and not any(map(str.startswith, sequences, repeat("+" if more else ">")))
            and sequences == list(map(str.strip, sequences))
            and (not more or _fit(sequences, *more))
        ):
            break
        qualities = more[1] if more else repeat(None)
        headers, lines = [header[1:].rstrip() for header in headers[:-1]], list(range(line, line + end, n_lines))
        yield RecordBlock(names.add_all(headers, lines), headers, sequences, qualities, lines)
        rest, line = rest[end:], line + end
    return rest, line


def _fit(sequences: list[str], marks: list[str], qualities: list[str]) -> bool:
    return (
        all(map(str.startswith, marks, repeat("+")))
        and qualities == list(map(str.strip, qualities))
        and list(map(len, qualities)) == list(map(len, sequences))
    )


def _fasta(header: str, blocks: Iterable[str], line: int, names: Names) -> Iterator[RecordBlock]:
    parts, n_lines = list[str](), 1  # of a record that may continue in the next block
    for text in blocks:
        begin, *pieces = ("\n" + text).split("\n>") if ">" in text else (text,)
        begin = begin if pieces else text
        parts.append(_sequence(begin))
        n_lines += begin.count("\n")
        if pieces:
            cut = [piece.partition("\n") for piece in pieces]
            headers = [header, *(header.rstrip() for header, _, _ in cut)]
            sequences = ["".join(parts), *(_sequence(body) for _, _, body in cut)]
            counts = (n_lines, *(piece.count("\n") + 1 for piece in pieces[:-1]))
            lines = list(accumulate(counts, initial=line))
            header, parts, line, n_lines = headers.pop(), [sequences.pop()], lines.pop(), pieces[-1].count("\n")
            yield RecordBlock(names.add_all(headers, lines), headers, sequences, repeat(None), lines)
    yield RecordBlock(names.add_all([header], [line]), [header], ["".join(parts)], [None], [line])


def _sequence(body: str) -> str:
    if " " in body or "\t" in body:
        return "".join(map(str.strip, body.split("\n")))
    return body.replace("\n", "")


def _fastq(lines: Iterator[str], line: int, names: Names) -> Iterator[RecordBlock]:
    header = next(lines, None)
    while header is not None:
        if not header.strip():
            header, line = next(lines, None), line + 1
            continue
        if header[0] != "@":
            raise GenomeFileError(
                f"{names.file}:{line}: {header[:20].strip()!r} where a record of FASTQ begins with '@'; is the file "
                "joined of FASTA and FASTQ, or a quality longer than its sequence?"
            )
        three = [text for text in (next(lines, None), next(lines, None), next(lines, None)) if text is not None]
        sequence, plus, quality = three if len(three) == 3 else ("", "", "")
        n_lines = 4
        if plus[:1] != "+" or sequence[:1] == "+" or len(sequence) != len(quality):  # longer, or a fault
            lines = chain(three, lines)
            sequence, quality, n_lines = "", "", 2
            while (text := next(lines, "+"))[:1] != "+":
                sequence, n_lines = sequence + text.strip(), n_lines + 1
            while len(quality) < len(sequence) and (more := next(lines, None)) is not None:
                quality, n_lines = quality + more.strip(), n_lines + 1
        header = header[1:].rstrip()
        name, sequence, quality = names.add(header, line), sequence.strip(), quality.strip()
        if len(quality) != len(sequence):
            raise GenomeFileError(
                f"{names.file}:{line}: record {name!r} has {len(sequence)} bases and {len(quality)} letters of "
                "quality; both have the same number; copy or download the file again"
            )
        yield RecordBlock([name], [header], [sequence], [quality], [line])
        header, line = next(lines, None), line + n_lines


def letter_table(letters: str, becomes: str) -> NDArray[np.uint8]:
    """Map the bytes of letters, upper and lower case alike, to those of others, and all else to zero: (256,)."""
    table = np.zeros(256, dtype=np.uint8)
    for letter, other in zip(letters, becomes, strict=True):
        table[[ord(letter), ord(letter.lower())]] = ord(other)
    return table


_READ_AS = "".join(READ_AS), "".join(READ_AS.values()).lower()  # lower case: to be told
_UPPER = (letter_table(LETTERS, LETTERS) | letter_table(*_READ_AS)).tobytes()
_LAST, _TO_UPPER = ord("Z"), np.uint8(0xDF)


class GenomeLetters:
    """Checks the letters that are read from a genome file, and puts them in upper case.

    The first time that one of :data:`READ_AS` is met, a warning says where.
    """

    def __init__(self, file: str) -> None:
        self.file = file
        self._told = False

    def __call__(
        self, letters: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64], chromosome: str
    ) -> NDArray[np.uint8]:
        """Return the letters of stretches of a chromosome, one after the other, as IUPAC codes of DNA.

        Raises UnknownBaseError for any that is neither such a code nor read as one.
        """

        def place(at: int) -> tuple[str, str, int]:
            after = np.cumsum(ends - starts)
            stretch = int(np.searchsorted(after, at, side="right"))
            where = f"{self.file}: record {chromosome!r}"
            return chr(letters[at]), where, int(ends[stretch] - after[stretch]) + at

        # Python looks bytes up in a table several times as fast as NumPy.
        upper = np.frombuffer(bytearray(letters).translate(_UPPER), np.uint8)
        if upper.size and not upper.min():
            raise unknown_letter(*place(int(np.argmin(upper))))
        if upper.size and upper.max() > _LAST:
            if not self._told:
                letter, where, position = place(int(np.argmax(upper > _LAST)))
                _LOG.warning(
                    "%s has %r at position %d, which is not a base of DNA; %s (reported once per file)",
                    where, letter, position, ", ".join(f"{one} is read as {other}" for one, other in READ_AS.items()),
                )  # fmt: skip
                self._told = True
            upper &= _TO_UPPER
        return upper


def unknown_letter(letter: str, where: str, position: int) -> UnknownBaseError:
    """Return the error for what is not a letter of a genome, with what it may mean."""
    if letter.upper() in _PROTEIN_ONLY:
        remedy = "this looks like protein: give the file of its genome"
    elif letter in "\r\n>":
        remedy = "an index next to the file does not belong to it: delete the .fai"
    else:
        remedy = "correct the letter, or write N"
    return UnknownBaseError(
        f"{where} has {letter!r} at position {position}; DNA has the letters A, C, G, T and the IUPAC codes "
        f"{', '.join(LETTERS[4:])}; {remedy}"
    )
