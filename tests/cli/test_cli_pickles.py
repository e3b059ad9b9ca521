"""Every command that opens a dataset folder refuses a crafted one before anything unpickles it."""

import io
import pickle
import re
import subprocess
import sys
from pathlib import Path

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

import deepchem_genomics

PRETRAINED = Path(deepchem_genomics.__file__).parent / "models" / "pretrained"


def an_array(flags, items):
    """Return the steps that make an array of one object, without the first and the last step of a pickle."""
    return (
        b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85C\x01b\x87R(K\x01K\x01\x85"
        b"cnumpy\ndtype\nX\x02\x00\x00\x00O8\x89\x88\x87R(K\x03X\x01\x00\x00\x00|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K" + bytes([flags]) + b"tb\x89" + items + b"tb"
    )


@pytest.fixture
def crafted(tmp_path):
    """Return a folder whose ids make, and drop, an array that takes bytes for an address."""
    folder = tmp_path / "data"
    rows = np.zeros((1, 21, 4), np.int8)
    dc.data.DiskDataset.from_numpy(rows, np.ones((1, 1)), ids=np.array(["a"]), data_dir=str(folder))
    (path,) = folder.glob("*-ids.npy")
    head = io.BytesIO()
    np.lib.format.write_array_header_1_0(head, {"descr": "|O", "fortran_order": False, "shape": (1,)})
    address = an_array(63 - 2, b"C\x08AAAAAAAA")  # the flag of types whose items are kept as a list is missing
    plain = an_array(63, b"]X\x01\x00\x00\x00aa")
    path.write_bytes(head.getvalue() + b"\x80\x03" + address + pickle.POP + plain + pickle.STOP)
    return folder


def test_crafted_ids__end_the_interpreter_if_numpy_unpickles_them(crafted):
    (path,) = crafted.glob("*-ids.npy")
    ended = subprocess.run(
        [sys.executable, "-c", f"import numpy; numpy.load({str(path)!r}, allow_pickle=True)"],
        capture_output=True,
        check=False,
    )
    assert ended.returncode < 0  # by a signal


@pytest.mark.parametrize(
    "command",
    [
        "inspect DATA",
        "train DATA --out OUT",
        "train SOUND --valid DATA --out OUT",
        "tune DATA --model network --out OUT",
        "benchmark DATA --out OUT",
        "evaluate DATA --model MODEL",
        "predict DATA --model MODEL --out OUT",
        "explain MODEL DATA --out OUT",
    ],
)
def test_commands__refuse_crafted_ids_without_trust(dcgenomics, crafted, tmp_path, command):
    sound = tmp_path / "sound"
    rows = np.zeros((1, 21, 4), np.int8)
    dc.data.DiskDataset.from_numpy(rows, np.ones((1, 1)), ids=np.array(["a"]), data_dir=str(sound))
    model = next(PRETRAINED.glob("*/config.json")).parent
    names = {"DATA": crafted, "SOUND": sound, "MODEL": model, "OUT": tmp_path / "out"}
    result = dcgenomics(*(names.get(word, word) for word in command.split()))
    (path,) = crafted.glob("*-ids.npy")
    assert result.exit_code == 1, result.output
    assert re.search(mentions(str(path), "pickle", "--allow-pickle"), result.stderr.strip().splitlines()[-1])
    assert not (tmp_path / "out").exists()
