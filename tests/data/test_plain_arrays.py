"""Arrays of text, numbers and None come back as they are; what could be more, or asks for more, is refused."""

import io
import os
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from messages import mentions

from deepchem_genomics.data import shard_files
from deepchem_genomics.data.shard_files import PickleError, read_plain_array
from deepchem_genomics.errors import DataFolderError

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8)
OBJECTS = st.lists(
    st.one_of(
        TEXT,
        st.none(),
        st.integers(),
        st.floats(allow_nan=False),
        TEXT.filter(bool).map(np.str_),
        st.integers(-9, 9).map(np.int32),
        st.floats(allow_nan=False).map(np.float64),
        st.booleans().map(np.bool_),
    ),
    max_size=9,
)
KINDS = st.one_of(
    arrays.integer_dtypes(), arrays.floating_dtypes(), arrays.boolean_dtypes(), arrays.unicode_string_dtypes(max_len=5)
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("arrays") / "x.npy"


def save(path, array, **options):
    with path.open("wb") as file:
        np.save(file, array, **options)
    return path


@settings(deadline=None)
@given(arrays.arrays(KINDS, arrays.array_shapes(min_dims=0, min_side=0, max_dims=3)), st.booleans(), st.booleans())
def test_arrays__come_back_with_type_and_shape(path, array, fortran, mapped):
    found = read_plain_array(save(path, np.array(array, order="F" if fortran else "C")), mapped)
    assert found.dtype == array.dtype and found.shape == array.shape and found.tobytes() == array.tobytes()


@settings(deadline=None)
@given(OBJECTS, st.integers(2, 5))
def test_objects__come_back_in_order_whatever_the_protocol(path, objects, protocol):
    array = np.empty(len(objects), dtype=object)
    array[:] = objects
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": array.shape})
    path.write_bytes(head.getvalue() + pickle.dumps(array, protocol))
    found = read_plain_array(path)
    assert found.dtype == object and found.tolist() == objects


def objects_file(path, pickled, shape=(1,)):
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": shape})
    path.write_bytes(head.getvalue() + pickled)
    return path


class Reduced:
    """Pickled as a call."""

    def __init__(self, *call):
        self.call = call

    def __reduce__(self):
        return self.call


def holding(value):
    array = np.empty(1, dtype=object)
    array[0] = value
    return array


def with_state(function, state):
    """Give a function other settings, which a pickle can do to whatever it may name."""
    return Reduced(np.dtype, ("O8", False, True), state) if function is None else Reduced(function, ("a", "b"), state)


PROGRAMS = {
    "a call": pickle.dumps(holding(Reduced(os.mkdir, ("sprung",)))),
    "a function": pickle.dumps(holding(os.mkdir)),
    "an array within": pickle.dumps(holding(np.zeros(3))),
    "a type of NumPy's": pickle.dumps(holding(np.dtype("f8"))),
    "a set": pickle.dumps(holding({"a"})),
    "no array": pickle.dumps(["a"]),
    "no pickle": b"a program",
    "a type that is none": pickle.dumps(Reduced(np.dtype, ("V8,O",))),
    # From here on what no pickler writes. c: a name, }: a dict, b: give it as settings, r: number the object so.
    "settings of a function": b"\x80\x02cnumpy.core.multiarray\nscalar\n}X\x01\x00\x00\x00aK\x01sb.",
    "settings of a class": b"\x80\x02cnumpy\nndarray\nN}X\x05\x00\x00\x00arrayNs\x86b.",
    "a table of billions": b"\x80\x02]r\xff\xff\xff\x7f.",
    "a table of billions, in decimal": b"(lp2147483647\n.",
    "text of billions of letters": b"\x80\x04\x8d\xff\xff\xff\xff\xff\xff\xff\x0fa.",
}


@pytest.mark.parametrize("what", PROGRAMS)
def test_objects__that_are_more_than_text_and_numbers_are_refused(path, what):
    with pytest.raises(PickleError, match=mentions("x.npy", "pickle")):
        read_plain_array(objects_file(path, PROGRAMS[what]))
    assert not Path("sprung").exists()


def test_unpickler__is_left_as_it_was_by_what_it_refuses(path):
    before = {name: (vars(part).copy(), getattr(part, "__defaults__", None)) for name, part in parts().items()}
    for what in ("settings of a function", "settings of a class"):
        with pytest.raises(PickleError):
            read_plain_array(objects_file(path, PROGRAMS[what]))
    assert before == {name: (vars(part).copy(), getattr(part, "__defaults__", None)) for name, part in parts().items()}


def parts():
    own = shard_files.__name__
    return {name: part for name, part in vars(shard_files).items() if getattr(part, "__module__", "") == own}


HEAD = b"\x93NUMPY\x01\x00\x46\x00"


def head(text):
    return HEAD + text.encode().ljust(69) + b"\n"


DAMAGED = {
    "": ("magic string", "8 bytes", "0"),
    "text": ("magic string", "8 bytes", "4"),
    "text that is longer": ("magic string", "b'\\x93NUMPY'", "b'text t'"),
    b"\x93NUMPY\x09\x00": ("(9, 0)",),
    head("{'descr': '<f8', 'fortran_order': False, 'shape': (9,)}"): ("0 bytes", "72"),
    head("{'descr': '<f8', 'fortran_order': False, 'shape': (10**9,)}"): ("malformed node",),
    head("{'descr': '<f8', 'fortran_order': False, 'shape': (999999999,)}"): ("0 bytes", "7999999992"),
    head("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}"): ("(-1,)",),
    head("{'descr': '<U0', 'fortran_order': False, 'shape': (9,)}"): ("letters",),
    head("{'descr': '<M8', 'fortran_order': False, 'shape': (9,)}"): ("datetime64",),
    head("{'descr': '<f8', 'fortran_order': False, 'shape': (4,"): (),
    head("[" * 60): (),
}  # fmt: skip


@pytest.mark.parametrize(("content", "facts"), DAMAGED.items(), ids=range(len(DAMAGED)))
def test_damage__is_told_with_the_reason(path, content, facts):
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataFolderError, match=mentions("x.npy", *facts)):
        read_plain_array(path)


def test_objects__fewer_than_announced_are_damage(path):
    whole = np.array(["a", "b", None], dtype=object)
    with pytest.raises(DataFolderError, match=mentions("x.npy", "3", "5")):
        read_plain_array(objects_file(path, pickle.dumps(whole), (5,)))


def test_archives__are_no_arrays(path):
    # NumPy opens them unasked, and DeepChem unpickles what is in them.
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", "text")
    with pytest.raises(DataFolderError, match=mentions("x.npy", "b'PK")):
        read_plain_array(path)


@settings(deadline=None, max_examples=200)
@given(st.data())
def test_bytes__of_any_kind_give_an_array_or_one_of_our_errors(path, data):
    whole = data.draw(st.sampled_from([np.arange(5.0), np.array(["a", None, 1.5, np.str_("b")], dtype=object)]))
    content = bytearray(save(path, whole).read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content)
    try:
        assert isinstance(read_plain_array(path), np.ndarray)
    except DataFolderError as error:
        assert str(error).startswith(f"{path} is ")
