"""Arrays by name in files: as NumPy has them, and one error for whatever is wrong."""

import gc
import io
import re
import warnings
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy
from messages import mentions

from deepchem_genomics.io.npz import read_arrays, write_arrays

ARRAYS = {"000 conv1/kernel:0": np.arange(6.0).reshape(2, 3), "ids": np.array(["a", "é"]), "n": np.array(3)}


@given(st.dictionaries(st.sampled_from("abc"), of_numpy.arrays(np.float32, of_numpy.array_shapes())), st.booleans())
def test_arrays__come_back_as_they_were(arrays, compress):
    file = io.BytesIO()
    write_arrays(file, arrays, compress)
    found = read_arrays(io.BytesIO(file.getvalue()))
    assert list(found) == list(arrays)
    for name, values in arrays.items():
        assert found[name].dtype == values.dtype and np.array_equal(found[name], values, equal_nan=True)


@pytest.mark.parametrize("compress", [False, True])
def test_files__have_the_bytes_that_numpy_writes(tmp_path, compress):
    write_arrays(tmp_path / "ours.npz", ARRAYS, compress)
    (np.savez_compressed if compress else np.savez)(tmp_path / "theirs.npz", **ARRAYS)
    assert (tmp_path / "ours.npz").read_bytes() == (tmp_path / "theirs.npz").read_bytes()


def test_write__refuses_python_objects(tmp_path):
    with pytest.raises(ValueError, match="Object arrays"):
        write_arrays(tmp_path / "a.npz", {"a": np.array([None, {}])})


def test_write__that_fails_is_said_once(tmp_path, monkeypatch, capfd):
    """The garbage collector would otherwise find an open archive, and complain that it cannot be closed."""
    with pytest.raises(OSError, match=re.escape("[Errno 28]")):
        write_arrays("/dev/full", ARRAYS)
    gc.collect()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("at", range(0, 900, 30))
def test_read__of_a_damaged_file_is_one_kind_of_error_or_the_truth(tmp_path, at):
    file = tmp_path / "a.npz"
    write_arrays(file, ARRAYS)
    content = bytearray(file.read_bytes())
    content[at % len(content)] ^= 0x55
    file.write_bytes(content)
    try:
        found = read_arrays(file)
    except ValueError as error:
        assert str(error).startswith("no whole .npz file: ")
    else:
        assert all(np.array_equal(found[name], ARRAYS[name]) for name in found)


@pytest.mark.parametrize("content", [b"", b"PK", b"text", b"\x93NUMPY\x01\x00"])
def test_read__of_something_else(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match=mentions(".npz")):
        read_arrays(tmp_path / "a.npz")


@pytest.mark.parametrize("kept", [4, 100, 400, 600, -1])
def test_read__of_a_file_that_was_cut_off_leaves_it_closed(tmp_path, kept):
    write_arrays(tmp_path / "a.npz", ARRAYS)
    (tmp_path / "a.npz").write_bytes((tmp_path / "a.npz").read_bytes()[:kept])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        for given in (tmp_path / "a.npz", str(tmp_path / "a.npz")):
            with pytest.raises(ValueError, match=mentions(".npz")):
                read_arrays(given)
        gc.collect()
    assert not [warning for warning in caught if "a.npz" in str(warning.message)]


def test_read__leaves_an_open_file_to_the_one_who_opened_it(tmp_path):
    write_arrays(tmp_path / "a.npz", ARRAYS)
    with (tmp_path / "a.npz").open("rb") as file:
        assert list(read_arrays(file)) == list(ARRAYS)
        assert not file.closed


def test_read__of_damaged_bzip2_which_the_library_calls_an_error_of_the_system(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.npz", "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.npy", bytes(1000))
    content = bytearray((tmp_path / "a.npz").read_bytes())
    at = content.index(b"BZh")
    content[at : at + 3] = b"XXX"
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match=mentions(".npz", "Invalid data stream")):
        read_arrays(tmp_path / "a.npz")


def test_read__of_a_single_array_or_of_objects(tmp_path):
    np.save(tmp_path / "a.npy", np.zeros(3))
    np.savez(tmp_path / "b.npz", a=np.array([None]))
    for name in ("a.npy", "b.npz"):
        with pytest.raises(ValueError, match=mentions(".npz")):
            read_arrays(tmp_path / name)


def test_read__of_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        read_arrays(tmp_path / "a.npz")
