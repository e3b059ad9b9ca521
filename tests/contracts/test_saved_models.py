"""Every public model comes back from a folder to the bit, in any process; changed folders are refused."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from messages import mentions
from sklearn.svm import SVR

from deepchem_genomics import models
from deepchem_genomics.errors import MissingIdError, ModelFolderError, SideInputError
from deepchem_genomics.io.npz import read_arrays, write_arrays
from deepchem_genomics.io.outputs import MARKER
from deepchem_genomics.models import guide_models
from deepchem_genomics.models.guide_features import ScaledBlocks
from deepchem_genomics.models.saving import fingerprint

FRESH = """
import json, sys
import numpy as np
from pathlib import Path
from deepchem.data import NumpyDataset
from deepchem_genomics import models
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.io.npz import read_arrays, write_arrays

root = Path(sys.argv[1])
results = {}
for folder in sorted(root.glob("*/model")):
    rows = read_arrays(folder.parent / "rows.npz")
    table = folder.parent / "table.tsv"
    model = models.load(folder, table if table.exists() else None)
    results[folder.parent.name] = model.predict(NumpyDataset(rows["X"], ids=rows["ids"]))
    results["fingerprint of " + folder.parent.name] = np.array(fingerprint(model))
write_arrays(root / "results.npz", results)
"""


def test_save__without_a_folder_replaces_what_a_model_wrote_before(fitted, kind):
    model, rows, table = fitted(kind)
    for _ in range(2):
        model.save()
    loaded = models.load(Path(model.model_dir) / "saved", table)
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))
    other = Path(model.model_dir) / "saved" / "mine.txt"
    other.write_text("not of a model")
    with pytest.raises(FileExistsError, match=mentions("saved", "mine.txt")):
        model.save()
    other.unlink()


@pytest.fixture(scope="module")
def saved(fitted, tmp_path_factory):
    """Return a function that gives the folder of a kind of model, with rows and table beside it."""
    root = tmp_path_factory.mktemp("saved")

    def save(kind):
        folder = root / kind / "model"
        if not folder.exists():
            model, rows, table = fitted(kind)
            model.save(folder)
            write_arrays(folder.parent / "rows.npz", {"X": rows.X, "ids": rows.ids.astype(str)})
            if table is not None:
                table.to_file(folder.parent / "table.tsv")
        return folder

    return save


@pytest.fixture
def copied(saved, kind, tmp_path):
    return shutil.copytree(saved(kind), tmp_path / "copy")


@pytest.fixture(scope="module")
def elsewhere(saved, all_kinds):
    """Return what another process, which has nothing but the folders, predicts; one for all."""
    root = {saved(kind).parents[1] for kind in all_kinds}.pop()
    done = subprocess.run([sys.executable, "-c", FRESH, root], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return read_arrays(root / "results.npz")


def files_of(folder):
    """Return the files of the model; what says who wrote them is not needed to load it."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MARKER)


def test_load__predicts_the_same_to_the_bit(fitted, saved, kind):
    model, rows, table = fitted(kind)
    loaded = models.load(saved(kind), table)
    assert type(loaded) is type(model)
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))
    assert fingerprint(loaded) == fingerprint(model)
    assert (loaded.length, loaded.alphabet, loaded.mode) == (model.length, model.alphabet, model.mode)
    assert (loaded.ignores_strand, loaded.is_network) == (model.ignores_strand, model.is_network)
    np.testing.assert_array_equal(type(model).load(saved(kind)).length, model.length)


def test_load__predicts_the_same_to_the_bit_in_a_fresh_process(fitted, elsewhere, kind):
    model, rows, _ = fitted(kind)
    predicted = model.predict(rows)
    np.testing.assert_array_equal(elsewhere[kind], predicted)
    assert elsewhere[kind].dtype == predicted.dtype
    assert elsewhere[f"fingerprint of {kind}"] == fingerprint(model)


def test_load__and_saved_again_is_the_same_model(fitted, saved, kind, tmp_path):
    _, rows, table = fitted(kind)
    loaded = models.load(saved(kind), table)
    loaded.save(tmp_path / "again")
    again = models.load(tmp_path / "again", table)
    np.testing.assert_array_equal(again.predict(rows), loaded.predict(rows))
    assert fingerprint(again) == fingerprint(loaded)
    assert [each.relative_to(tmp_path / "again") for each in files_of(tmp_path / "again")] == [
        each.relative_to(saved(kind)) for each in files_of(saved(kind))
    ]


def test_save__writes_json_and_plain_arrays_and_nothing_else(saved, kind):
    for path in files_of(saved(kind)):
        assert path.name in ("config.json", "weights.npz")
        if path.suffix == ".json":
            json.loads(path.read_text())
            continue
        with np.load(path, allow_pickle=False) as arrays:
            assert {arrays[name].dtype.kind for name in arrays.files} <= set("fiubU")


def test_load__refuses_a_folder_of_which_a_byte_was_changed(saved, kind, copied):
    for path in files_of(copied):
        whole = path.read_bytes()
        for place in (0, len(whole) // 3, 2 * len(whole) // 3, len(whole) - 2):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            with pytest.raises(ModelFolderError):
                models.load(copied)
        for shorter in (whole[:-1], whole[: len(whole) // 2], b""):
            path.write_bytes(shorter)
            if path.suffix == ".json" and shorter == whole.rstrip():
                continue  # a line's end says nothing
            with pytest.raises(ModelFolderError):
                models.load(copied)
        path.write_bytes(whole)
    models.load(copied)


def test_load__refuses_a_configuration_of_which_a_digit_was_changed(saved, kind, copied):
    for path in copied.rglob("config.json"):
        whole = path.read_text()
        digits = [place for place, letter in enumerate(whole) if letter.isdigit()]
        for place in digits[:: 1 + len(digits) // 300]:
            changed = whole[:place] + str((int(whole[place]) + 5) % 10) + whole[place + 1 :]
            if readable(changed) == json.loads(whole):
                continue  # such as the 17th digit of a number
            path.write_text(changed)
            with pytest.raises(ModelFolderError):
                models.load(copied)
        path.write_text(whole)


def readable(text):
    try:
        return json.loads(text)
    except ValueError:
        return None


def test_load__refuses_a_folder_that_lacks_a_file(saved, kind, copied):
    for path in files_of(copied):
        whole = path.read_bytes()
        path.unlink()
        with pytest.raises(ModelFolderError):
            models.load(copied)
        path.write_bytes(whole)


def test_load__without_its_side_inputs_says_so_and_with_others_too(fitted, saved, kind):
    model, rows, table = fitted(kind)
    if not model.side_inputs:
        with pytest.raises(SideInputError, match=mentions("sequences")):
            models.load(saved(kind), side_inputs=fitted.table)
        return
    loaded = models.load(saved(kind))
    assert [one.names for one in loaded.side_inputs.values()] == [("DNase", "ATAC")]
    with pytest.raises(MissingIdError, match="DNase, ATAC"):
        loaded.predict(rows)
    with pytest.raises(SideInputError, match="DNase, ATAC"):
        loaded.attach(table.select(["DNase"]))
    loaded.attach(table.select(["ATAC", "DNase"]))
    np.testing.assert_array_equal(loaded.predict(rows), model.predict(rows))


def test_support_vectors__agree_with_scikit_learn(fitted):
    model, rows, _ = fitted("SiRNASupportVectors")
    train = fitted.rows(model, 0)
    features = ScaledBlocks.of(train.X, guide_models._WEIGHTS)
    regression = SVR(C=model.cost, gamma=model.gamma, epsilon=model.tolerance)
    regression.fit(features(train.X), train.y[:, 0].astype(float))
    assert len(regression.support_) > 10
    for each in (train, rows):
        np.testing.assert_allclose(model.predict(each)[:, 0], regression.predict(features(each.X)), rtol=0, atol=1e-12)
