"""Arrays of text, numbers and None come back as they are; what could be more, or asks for more, is refused."""

import base64
import io
import os
import pickle
import pickletools
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from messages import mentions

from deepchem_genomics.data.plain_arrays import PickleError, read_plain_array
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


@given(arrays.arrays(KINDS, arrays.array_shapes(min_dims=0, min_side=0, max_dims=3)), st.booleans(), st.booleans())
def test_arrays__come_back_with_type_and_shape(path, array, fortran, mapped):
    found = read_plain_array(save(path, np.array(array, order="F" if fortran else "C")), mapped)
    assert found.dtype == array.dtype and found.shape == array.shape and found.tobytes() == array.tobytes()


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


def steps(array):
    return pickletools.optimize(pickle.dumps(array, 3))[2:-1]  # without numbers, the protocol and the end


def changed(array, old, new):
    pickled = pickle.dumps(array, 3)
    assert pickled.count(old) == 1
    return pickled.replace(old, new)


SOUND = holding("a")
CRAFTED = {
    "an array before the array": b"\x80\x03" + steps(SOUND) + pickle.POP + steps(SOUND) + pickle.STOP,
    "an array dropped with a mark": b"\x80\x03(" + steps(SOUND) + pickle.POP_MARK + steps(SOUND) + pickle.STOP,
    "an array left on the stack": b"\x80\x03" + steps(SOUND) + steps(SOUND) + pickle.STOP,
    "a value left on the stack": b"\x80\x03N" + steps(SOUND) + pickle.STOP,
    "a mark left on the stack": b"\x80\x03(" + steps(SOUND) + pickle.STOP,
    "another flag of a type": changed(SOUND, b"K\x3ft", b"K\x3dt"),
    "a true flag of a type": changed(SOUND, b"K\x3ft", b"\x88t"),
    "another size of a type": changed(holding(np.str_("abc")), b"K\x0cK\x04", b"K\x0dK\x04"),
    "metadata of a type": changed(SOUND, b"|q\x0bNNN", b"|q\x0bN]N"),
    "a type that is not copied": changed(SOUND, b"O8q\x08\x89\x88", b"O8q\x08\x89\x89"),
    "bytes for objects": changed(SOUND, b"]q\x0dX\x01\x00\x00\x00aq\x0ea", b"C\x08AAAAAAAA"),
    "fewer objects than places": changed(SOUND, b"K\x01K\x01\x85", b"K\x01K\x02\x85"),
    "a number of another size": changed(holding(np.int32(1)), b"C\x04\x01\0\0\0", b"C\x02\x01\0"),
    "objects as a number": changed(holding(np.int64(1)), b"i8", b"O8"),
    "the array within itself": changed(SOUND, b"X\x01\x00\x00\x00aq\x0e", b"h\x05"),
    "another base of the array": changed(SOUND, b"K\x00\x85", b"K\x01\x85"),
    "a frame of exabytes": b"\x80\x04\x95" + b"\xff" * 7 + b"\x0f" + steps(SOUND) + pickle.STOP,
    "something after the array": pickle.dumps(SOUND, 3) + pickle.dumps(SOUND, 3),
}
"""Pickles that hold nothing but text and numbers, and are not what NumPy writes."""


@pytest.mark.parametrize("what", CRAFTED)
def test_objects__in_other_steps_than_numpys_are_refused(path, what):
    with pytest.raises(PickleError, match=mentions("x.npy", "pickle")):
        read_plain_array(objects_file(path, CRAFTED[what]))


WRITTEN = {
    "1.24.1": (
        "eNqlT01Lw1AQfGmi1qj1u35r9JIItVD1UIpQIQfBYCrBQj1ISdJXIrRp5/VFLFbwYlu9+me9adLYgwdPzsLCzs4ssx9m+er6ViAP"
        "5Emt0Y7L1IKi9kpqRlHrLcaZ7VdbrEYj+oYFNKQ7nt2m4aidZJTTw4zyrPwD8ovo+kGz3c26LUazzaDB723G7K5cZdRt+R3OApfL"
        "ILFK9mvxFoJBXpHQBQfiAJKFCc0QDNGQ+pj8kdZ4t01lTFUShJBSHsm34QDTFmTNECtCyPUwY5rm5VeIUTOKHLPO8A5zWiUZ7l2P"
        "5Qq5o2OkTF14xLxOsOClhiPt+ySJIFSijsWL4udoJn8803Hths1kLHlxnHIOy1GcFQur4zhnSIdxDCmsJMeao0tOdHu9jw0Lm97Y"
        "Ws9jK7JuW9gJrV769w+EY9fRk3Ea6Rx7fSgW9inHgZP9Bjg3i7I="
    ),
    "2.0.2 and 2.4.6": (
        "eNqlTr9Lw0AYvWvSGqSbIA4O2RIhBqIOUoQKGQQPUxE7OEjIjysntEm5JGKwgos1ym35/F/d9JIsdfZ98MG97717r/amV9d3GD2i"
        "ZyOmWcSNkW6sJoalG7OU5zxI/JTHtKFveUElnbFgSeXTPLb0kwNLf9H/ge1X9cvEqIXYTYrFsrT9KOXUXhTz/CHgPChBDH1OozTJ"
        "cl5EOdQg+q0SxFYSd5IaCHoDF4fwDjdgEkwUoq6BKaIf5+WSNqbe5BQ+qu6uCLwCz/MufyTaRcY5hNU9mEKLGHdGzuEReC5+AhcB"
        "26lazeegLYoFgovxd9eaITHIomAecJnBhqI3dTZTzpoUosrR5P+uGkoLrOWV7TXi2UYltv+3EGoMWpeinrcmKin7F3vGjkg="
    ),
}
"""What ``np.save`` of these releases wrote: compressed, in base 64."""


@pytest.mark.parametrize("release", WRITTEN)
def test_objects__that_numpy_wrote_are_read_as_it_reads_them(path, release):
    path.write_bytes(zlib.decompress(base64.b64decode(WRITTEN[release])))
    found = read_plain_array(path)
    assert found.tolist() == np.load(path, allow_pickle=True).tolist()
    assert found.tolist() == [["chr1:1-2", None, b"x", b""], ["chr1:1-2", True, -1, 2**40], ["", 1.5, "b", 2.5]]


def test_objects__more_than_a_batch_and_a_frame_hold_are_read(path):
    ids = np.array([f"chr1:{start}-{start + 101}" for start in range(70_000)] * 2, dtype=object)
    assert read_plain_array(save(path, ids)).tolist() == ids.tolist()


@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (2, 3, 1, 2)])
def test_objects__of_any_shape_come_back(path, shape):
    array = np.full(shape, "a", dtype=object)
    found = read_plain_array(save(path, array))
    assert found.shape == shape and found.tolist() == array.tolist()


def test_objects__that_would_fill_the_memory_as_text_are_damage(path):
    ids = np.array(["a" * 1_000_000] * 300, dtype=object)
    with pytest.raises(DataFolderError, match=mentions("x.npy", "1,200,000,000", "100")):
        read_plain_array(save(path, ids))


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


@settings(max_examples=200)
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
