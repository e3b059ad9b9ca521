"""Files to read that are whole, and the same with something knocked out of them."""

import pytest
from hypothesis import strategies as st

from deepchem_genomics.errors import GenomicsError


@pytest.fixture(scope="session")
def scratch(tmp_path_factory):
    """Return a function that writes bytes under a name in a folder of its own, where no earlier index lies."""
    count = iter(range(10**9))
    root = tmp_path_factory.mktemp("fuzz")

    def write(name, content):
        folder = root / str(next(count))
        folder.mkdir()
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture(scope="session")
def damaged():
    """Return a strategy of a file's bytes with a piece of it replaced by others."""

    def strategy(content, pieces=(b"\t", b"\n", b"-1", b"nan", b"9" * 25, b'"', b">", b"\xff", b"\0")):
        return st.builds(
            lambda at, length, piece: content[:at] + piece + content[at + length :],
            st.integers(0, len(content)),
            st.integers(0, 12),
            st.one_of(st.binary(max_size=4), st.sampled_from(pieces)),
        )

    return strategy


@pytest.fixture(scope="session")
def answer():
    """Return what a reader gives, or None where it raises an error of this package; anything else comes through."""

    def call(read, *arguments):
        try:
            return read(*arguments)
        except GenomicsError as error:
            assert str(error).strip(), "an error says something"
            return None

    return call
