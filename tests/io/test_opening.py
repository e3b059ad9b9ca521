"""Whatever a file is compressed with, and wherever it comes from, its content is the same."""

import bz2
import gzip
import io
import lzma
import os
import subprocess
import sys
import threading

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from messages import mentions

from deepchem_genomics.errors import (
    DamagedFileError,
    DataFolderError,
    GenomeFileError,
    MissingExtraError,
    TextEncodingError,
)
from deepchem_genomics.io.opening import (
    bare_name,
    compression_of,
    ending,
    import_for,
    opened,
    opened_text,
    readable,
    require_kind_of_content,
    text_of,
)


def zstd(content):
    return pytest.importorskip("zstandard").ZstdCompressor().compress(content)


def bgzip(content):
    """Write blocks of 1,000 bytes as the SAM specification has them."""
    blocks = [content[i : i + 1000] for i in range(0, len(content), 1000)] + [b""]
    packed = b""
    for block in blocks:
        member = gzip.compress(block, mtime=0)
        size = len(member) + 8 - 1
        extra = b"BC\x02\x00" + size.to_bytes(2, "little")
        packed += member[:3] + b"\x04" + member[4:10] + b"\x06\x00" + extra + member[10:]
    return packed


PACKERS = {"gzip": gzip.compress, "bgzip": bgzip, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstd}
READ_ALL = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_read(content):
    try:
        require_kind_of_content("x", content)
    except GenomeFileError:
        return False
    return True


def content_of(path):
    with opened(path) as file:
        return file.read()


@pytest.mark.parametrize("kind", PACKERS)
@READ_ALL
@given(parts=st.lists(st.binary(max_size=5000), min_size=1, max_size=3))
def test_opened__gives_what_was_packed_in_one_stream_or_more(tmp_path, kind, parts):
    assume(all(map(is_read, [b"".join(parts), *parts])))
    path = tmp_path / "x"  # its name says nothing
    packed = b"".join(map(PACKERS[kind], parts))
    path.write_bytes(packed)
    assert compression_of(packed[:18]) == kind
    assert content_of(path) == b"".join(parts)


@READ_ALL
@given(content=st.binary(max_size=300))
def test_opened__gives_plain_bytes_as_they_are(tmp_path, content):
    assume(not compression_of(content[:18]) and is_read(content))
    (tmp_path / "x").write_bytes(content)
    assert content_of(tmp_path / "x") == content


@pytest.mark.parametrize("kind", PACKERS)
def test_opened__says_when_a_file_is_cut_short_or_damaged(tmp_path, kind):
    path = tmp_path / "x.txt"
    packed = PACKERS[kind](os.urandom(100_000))
    for keep in (len(packed) // 2, len(packed) - (30 if kind == "bgzip" else 5)):
        path.write_bytes(packed[:keep])
        with pytest.raises(DamagedFileError, match=mentions("x.txt", kind)):
            content_of(path)
    damaged = bytearray(packed)
    for i in range(len(packed) // 2, len(packed) // 2 + 40):
        damaged[i] ^= 0x55
    path.write_bytes(bytes(damaged))
    if kind != "zstd":  # whose frames have no checksum unless requested
        with pytest.raises(DamagedFileError, match=mentions("x.txt")):
            content_of(path)


@pytest.mark.parametrize(
    ("begin", "name"),
    [
        (b"PK\x03\x04", "zip"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml", "Excel"),
        (bytes.fromhex("d0cf11e0a1b11ae1"), "Excel"),
        (b"7z\xbc\xaf\x27\x1c", "7-zip"),
        (b"\x04\x22\x4d\x18", "lz4"),
        (b"Rar!\x1a\x07", "rar"),
        (b"LZIP", "lzip"),
        (lzma.compress(b"ACGT", format=lzma.FORMAT_ALONE), "lzma"),
        (b"\xff\x06\x00\x00sNaPpY", "snappy"),
        (b"x.bed".ljust(257, b"\0") + b"ustar", "tar"),
        (gzip.compress(b"x.bed".ljust(257, b"\0") + b"ustar", mtime=0), "tar"),
    ],
)
def test_opened__names_the_archives_that_it_does_not_read(tmp_path, begin, name):
    (tmp_path / "x").write_bytes(begin + bytes(30))
    with pytest.raises(GenomeFileError, match=mentions(name)):
        content_of(tmp_path / "x")
    with pytest.raises(DataFolderError, match=mentions(tmp_path.name, "folder")):
        content_of(tmp_path)


def test_zstd__names_the_extra_that_it_needs(tmp_path, monkeypatch):
    (tmp_path / "x").write_bytes(zstd(b"ACGT"))
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtraError, match=mentions("zstandard", "deepchem_genomics[zstd]")):
        content_of(tmp_path / "x")


def test_import_for__says_why_an_installed_package_cannot_be_imported(tmp_path, monkeypatch):
    (tmp_path / "broken_package.py").write_text("raise ImportError('broken_package requires NumPy 2.0 or newer')\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(MissingExtraError, match=mentions("x.parquet", "broken_package", "NumPy 2.0", "release")):
        import_for("broken_package", "x.parquet")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_text__in_another_encoding_is_named_with_its_line(tmp_path, pack):
    path = tmp_path / "x"
    path.write_bytes(pack("chr1\t0\t9\nchr1\t9\t20\tréponse\n".encode("latin-1") * 5000))
    with pytest.raises(TextEncodingError, match=mentions("x:2", "0xe9", "UTF-8", "iconv -f LATIN1")) as error:
        text_of(path)
    assert isinstance(error.value, GenomeFileError)
    for encoding in ("UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32"):
        path.write_bytes(pack("chr1\t0\t9\n".encode(encoding)))
        with pytest.raises(TextEncodingError, match=mentions("x:1", encoding, f"iconv -f {encoding} -t UTF-8")):
            text_of(path)


def test_text__has_no_byte_order_mark_and_one_kind_of_line_end(tmp_path):
    (tmp_path / "x").write_bytes(b"\xef\xbb\xbfa\r\nb\n")
    assert text_of(tmp_path / "x") == "a\nb\n"
    with opened_text(tmp_path / "x", newline="") as file:
        assert list(file) == ["a\r\n", "b\n"]


@pytest.mark.parametrize("kind", [None, *PACKERS])
def test_pipes__are_read_whole_and_as_often_as_one_likes(tmp_path, kind):
    content = os.urandom(300_000)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    packed = content if kind is None else PACKERS[kind](content)

    def write():
        with pipe.open("wb", buffering=0) as file:
            for i in range(0, len(packed), 1000):  # a reader gets no more than a piece at a time
                file.write(packed[i : i + 1000])

    writer = threading.Thread(target=write)
    writer.start()
    assert content_of(pipe) == content
    writer.join()
    assert content_of(pipe) == content
    assert readable(pipe).read_bytes() == packed


def test_pipes__leave_no_copy_behind(tmp_path):
    code = (
        "from deepchem_genomics.io.opening import readable, text_of\n"
        "assert text_of('/dev/stdin') == text_of('/dev/stdin') == 'chr1\\n' * 9999\nprint(readable('/dev/stdin'))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], input="chr1\n" * 9999, capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.strip() and not os.path.exists(run.stdout.strip())  # noqa: PTH110


def test_names__are_read_without_the_ending_of_their_compression():
    assert [ending(name) for name in ("a/X.BED.GZ", "x.bed.zst", "x.bed", "x", "x.tar.xz")] == [
        ".bed", ".bed", ".bed", "", ".tar",
    ]  # fmt: skip
    assert bare_name("a/x.fa.bz2") == "x.fa"


def test_opened__gives_lines_like_any_file(tmp_path):
    lines = [b"%d\n" % i for i in range(50_000)]
    (tmp_path / "x").write_bytes(gzip.compress(b"".join(lines)))
    with opened(tmp_path / "x") as file:
        assert isinstance(file, io.BufferedReader)
        assert file.peek(1)[:1] == b"0"
        assert list(file) == lines
