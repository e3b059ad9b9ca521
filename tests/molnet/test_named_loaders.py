"""Published data sets, made small: what the loaders make of files of the published kinds."""

import inspect
import io
import re
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import deepchem as dc
import joblib
import numpy as np
import pytest
from messages import mentions

import deepchem_genomics.molnet.gue_tf as gue_tf_module
import deepchem_genomics.molnet.jund as jund_module
import deepchem_genomics.molnet.sirna as sirna_module
from deepchem_genomics import molnet
from deepchem_genomics.errors import BadValueError, DataFolderError
from deepchem_genomics.feat import RNA, decode, one_hot
from deepchem_genomics.molnet import fetch
from deepchem_genomics.molnet.fetch import SOURCE_VARIABLE, blob_id
from deepchem_genomics.molnet.loader import AsPublished

NAMED = ["gue_tf", "jund", "sirna"]
OPTIONS = {"gue_tf": {"task": 2}, "jund": {}, "sirna": {"split": "huesken"}}


def dumped(array):
    stream = io.BytesIO()
    joblib.dump(array, stream, compress=3)
    return stream.getvalue()


def sequences(rng, n, length, letters):
    return ["".join(rng.choice(list(letters), length)) for _ in range(n)]


def jund_files(rng, n_train):
    contents, start = {"accessibility.txt": b""}, 0
    for part, n in {"train": n_train, "valid": 8, "test": 9}.items():
        X = one_hot(sequences(rng, n, 101, "ACGT"))
        X[0, 50] = 0
        ids = np.array([f"chr22:{position}-{position + 101}" for position in range(start, start + n * 101, 101)])
        start += n * 101
        arrays = {"X": X, "y": np.arange(n)[:, None] % 4 == 1, "w": np.full((n, 1), 0.5), "ids": ids}
        arrays["y"] = arrays["y"].astype(np.int64)
        contents |= {f"{part}_dataset/shard-0-{what}.joblib": dumped(array) for what, array in arrays.items()}
        contents["accessibility.txt"] += "".join(f"{name}\t0.25\n" for name in ids).encode()
    return contents


def sirna_files(rng, n=60):
    guides = sequences(rng, n, 21, "ACGU")
    efficacy = rng.random(n).round(3)
    names = [f"{number}" for number in range(100, 100 + n)]
    rows = [
        f"{name},{g[:19]}{g[19:].lower().replace('u', 't')},X,,{e}\r\n"
        for name, g, e in zip(names, guides, efficacy, strict=True)
    ]
    fasta = "".join(f">A{number}\r\n{guide[:19]}{guide[19:].lower()}\r\n" for number, guide in enumerate(guides))
    targets = "siRNA,mRNA,efficacy\n" + "".join(
        f"A{number},NM_{number % 12},{e}\n" for number, e in enumerate(efficacy)
    )
    huesken = {
        "Heusken_dataset.csv": "\ufeff" + "".join(rows),
        "rnafold.train.1.fasta": "".join(f">{name}\nACGU\n....\n" for name in names[:50]),
        "rnafold.test.1.fasta": "".join(f">{name}\nACGU\n....\n" for name in names[50:]),
        "raw/dataset_1/sirna_1.fas": fasta,
        "raw/dataset_1/sirna_mrna_efficacy.csv": targets,
    }
    order = rng.permutation(n)
    book = {
        f"{part}_siRNA/shard-0-X.joblib": dumped(one_hot([guides[row] for row in rows], RNA))
        for part, rows in {"train": order[:52], "valid": order[52:]}.items()
    }
    return {name: text.encode() for name, text in huesken.items()}, book, dict(zip(names, guides, strict=True))


def gue_files(rng):
    contents = {}
    for part, n in {"train": 20, "dev": 6, "test": 7}.items():
        rows = "".join(f"{window},{row % 2}\n" for row, window in enumerate(sequences(rng, n, 101, "ACGT")))
        contents[f"GUE/tf/2/{part}.csv"] = f"sequence,label\n{rows}".encode()
    return contents


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Put small files where the published ones would be, and pin them instead of those."""
    rng = np.random.default_rng(0)
    root = tmp_path / "source"

    def publish(module, table, contents, flat=False):
        pinned = dict(getattr(module, table))
        for name, content in contents.items():
            pinned[name] = pinned[name]._replace(blob=blob_id(content), size=len(content), sha256=None)
            path = root / pinned[name].places[-1 if flat else 0]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        monkeypatch.setattr(module, table, pinned)
        return pinned

    jund = publish(jund_module, "JUND", jund_files(rng, 40))
    part = {name: content for name, content in jund_files(rng, 15).items() if name[:5] in ("train", "acces")}
    available = publish(jund_module, "JUND_AVAILABLE", part)
    monkeypatch.setattr(
        jund_module, "_VERSIONS", {"published": jund, "available": jund | {n: available[n] for n in part}}
    )
    huesken, book, _ = sirna_files(rng)
    publish(sirna_module, "SIRNA", huesken)
    publish(sirna_module, "SIRNA_BOOK", book, flat=True)
    publish(gue_tf_module, "GUE_TF", gue_files(rng))
    monkeypatch.setenv(SOURCE_VARIABLE, str(root))
    return root


@pytest.fixture
def reads(monkeypatch):
    made = []
    for module in (jund_module, sirna_module, gue_tf_module):
        read = module._read
        monkeypatch.setattr(module, "_read", lambda *given, read=read: (made.append(given), read(*given))[1])
    return made


def load(name, tmp_path, **options):
    return molnet.load(name, save_dir=str(tmp_path / "save"), **{**OPTIONS[name], **options})


@pytest.mark.parametrize("name", NAMED)
def test_load__has_the_signature_of_a_molnet_loader(name):
    function = molnet.loaders[name]
    stock = list(inspect.signature(dc.molnet.load_delaney).parameters)
    parameters = inspect.signature(function).parameters
    assert list(parameters)[: len(stock) - 1] == stock[:-1]
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in list(parameters.values())[len(stock) - 1 :])
    assert function.__name__ == f"load_{name}"
    for fact in ("rows", "prevalence" if name != "sirna" else "label", "source", "license", "paper", "References"):
        assert fact in function.__doc__


@pytest.mark.parametrize(
    ("name", "sizes", "length"), [("gue_tf", [20, 6, 7], 101), ("jund", [40, 8, 9], 101), ("sirna", [50, 0, 10], 21)]
)
def test_load__parts_are_as_published(name, sizes, length, folder, tmp_path):
    for reload in (True, True, False):  # made, found, made again
        tasks, parts, transformers = load(name, tmp_path, reload=reload)
        assert len(tasks) == 1
        assert transformers == []
        assert [len(part) for part in parts] == sizes
        assert [part.X.shape for part in parts] == [(size, length, 4) for size in sizes]
        assert {part.X.dtype for part in parts} == {np.dtype(np.int8)}
        ids = [part_id for part in parts for part_id in part.ids]
        assert len(set(ids)) == len(ids) == sum(sizes)


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("splitter", ["published", "Published", "random", None])
def test_load__reads_the_files_once_and_keeps_no_pickle(name, splitter, folder, tmp_path, reads):
    first = load(name, tmp_path, splitter=splitter)
    again = load(name, tmp_path, splitter=splitter)
    assert len(reads) == 1
    for part, part_again in zip(first[1], again[1], strict=True):
        assert part.ids.tolist() == part_again.ids.tolist()
        arrays = list(Path(part_again.data_dir).glob("shard-*"))
        assert len(arrays) == 4 * part.get_number_shards()
        for path in arrays:
            np.load(path, allow_pickle=False)


@pytest.mark.parametrize("name", NAMED)
def test_load__another_splitter_takes_all_rows_and_the_seed(name, folder, tmp_path):
    _, (whole,), _ = load(name, tmp_path, splitter=None)
    splits = {}
    for seed in (0, 1):
        _, parts, _ = load(name, tmp_path, splitter="random", seed=seed)
        splits[seed] = [part.ids.tolist() for part in parts]
        assert sorted(name for of_part in splits[seed] for name in of_part) == sorted(whole.ids.tolist())
    assert splits[0] != splits[1]


@pytest.mark.parametrize("name", NAMED)
def test_load__transformers_are_fitted_on_train_alone(name, folder, tmp_path):
    _, (train, *others), _ = load(name, tmp_path)
    for _ in range(2):
        _, (transformed, *_), transformers = load(
            name,
            tmp_path,
            transformers=[dc.molnet.TransformerGenerator(dc.trans.NormalizationTransformer, transform_y=True)],
        )
        np.testing.assert_allclose(transformers[0].y_means, train.y.mean(axis=0), rtol=1e-5)
        assert abs(transformed.y.mean()) < 1e-6
    everything = np.concatenate([train.y, *(part.y for part in others if len(part))])
    assert abs(float(everything.mean()) - float(train.y.mean())) > 1e-6  # else the test would prove nothing


@pytest.mark.parametrize("name", NAMED)
def test_load__the_cache_does_not_outlive_what_the_files_should_hold(name, folder, tmp_path, monkeypatch, reads):
    load(name, tmp_path)
    module, table = {"gue_tf": (gue_tf_module, "GUE_TF"), "sirna": (sirna_module, "SIRNA")}.get(
        name, (jund_module, "JUND")
    )
    changed = {key: file._replace(blob="0" * 40) for key, file in getattr(module, table).items()}
    monkeypatch.setattr(module, table, changed)
    if name == "jund":
        monkeypatch.setitem(module._VERSIONS, "published", changed)
    with pytest.raises(DataFolderError, match=mentions("0" * 40)):
        load(name, tmp_path)
    assert len(reads) == 2


@pytest.mark.parametrize("name", molnet.loaders)
def test_load__has_three_parts_by_default(name, folder, tmp_path):
    options = {"task": 2} if name == "gue_tf" else {"n": 200} if name.startswith("simulated") else {}
    _, parts, _ = molnet.load(name, save_dir=str(tmp_path), **options)
    assert [len(part) > 0 for part in parts] == [True] * 3


def test_load_sirna__huesken_is_one_argument_away(folder, tmp_path):
    _, (train, valid, test), _ = molnet.load_sirna(split="huesken", save_dir=str(tmp_path))
    assert [len(train), len(valid), len(test)] == [50, 0, 10]


@pytest.mark.parametrize("name", NAMED)
def test_load__names_published_among_its_splitters(name, folder, tmp_path, reads):
    with pytest.raises(BadValueError, match=mentions("'scaffold'", "published")):
        load(name, tmp_path, splitter="scaffold")
    assert not reads


def test_load__a_choice_is_one_of_those_there_are(tmp_path):
    for bad in (5, -1, "0", True, 1.5):
        with pytest.raises(BadValueError, match=mentions("task", repr(bad), "0, 1, 2, 3, 4")):
            molnet.load_gue_tf(task=bad)
    with pytest.raises(BadValueError, match=mentions("split", "random", "'gene', 'huesken', 'book'")):
        molnet.load_sirna(split="random")
    with pytest.raises(BadValueError, match=mentions("part", "all", "'published', 'available'")):
        molnet.load_jund(part="all")
    with pytest.raises(BadValueError, match=mentions("splitter", "huesken")):
        molnet.load_sirna(splitter="huesken", save_dir=str(tmp_path))


def test_load__a_featurizer_gets_strings(folder, tmp_path):
    class Letters(dc.feat.Featurizer):
        def _featurize(self, datapoint, **kwargs):
            return np.array([len(datapoint), datapoint.count("N"), datapoint.count("U")])

    _, (train, _, _), _ = load("jund", tmp_path, featurizer=Letters())
    assert train.X[0].tolist() == [101, 1, 0]
    _, (train, _, _), _ = load("sirna", tmp_path, featurizer=Letters())
    assert (train.X[:, 2] > 0).any()


def test_load_jund__arrays_are_those_of_the_shards(folder, tmp_path):
    _, parts, _ = load("jund", tmp_path)
    for name, part in zip(("train", "valid", "test"), parts, strict=True):
        for what in ("X", "y", "w", "ids"):
            path = folder / jund_module.JUND[f"{name}_dataset/shard-0-{what}.joblib"].places[0]
            np.testing.assert_array_equal(getattr(part, what), joblib.load(path))
    assert jund_module.load_jund(save_dir=str(tmp_path / "save"))[1][0].y.dtype == np.float32


def test_load_jund__the_available_part_has_a_cache_of_its_own(folder, tmp_path, caplog, monkeypatch):
    for _ in range(2):
        _, (train, valid, test), _ = load("jund", tmp_path, part="available")
        assert (len(train), len(valid), len(test)) == (15, 8, 9)
        assert len(load("jund", tmp_path)[1][0]) == 40
    assert re.search(mentions("47496", "276216"), caplog.text)
    folders = sorted(path.name for path in (tmp_path / "save").iterdir())
    assert ["part_available" in name for name in folders].count(True) == 1
    assert len(folders) == 2
    monkeypatch.delenv(SOURCE_VARIABLE)
    with pytest.raises(DataFolderError, match=mentions("repository", "folder")):
        load("jund", tmp_path, part="available", reload=False)


def test_load_jund__does_not_take_the_available_part_for_the_published_one(folder, tmp_path, monkeypatch):
    for name, file in jund_module._VERSIONS["available"].items():
        if name.startswith("train"):
            (folder / jund_module.JUND[name].places[0]).write_bytes((folder / file.flat).read_bytes())
    sizeless = {name: file._replace(size=None) for name, file in jund_module.JUND.items()}
    monkeypatch.setitem(jund_module._VERSIONS, "published", sizeless)
    with pytest.raises(DataFolderError, match=mentions("part='available'")):
        load("jund", tmp_path)
    assert not (tmp_path / "save").exists()


def test_jund_accessibility__has_a_value_for_each_window(folder, tmp_path):
    accessibility = molnet.jund_accessibility()
    assert accessibility.names == ("accessibility",)
    for part in load("jund", tmp_path)[1]:
        np.testing.assert_array_equal(accessibility.lookup(part.ids), 0.25)


@pytest.mark.parametrize("split", ["book", "huesken", "gene"])
def test_load_sirna__joins_guides_and_efficacy_by_id(split, folder, tmp_path):
    _, _, guides = sirna_files(_after_jund())
    _, parts, _ = load("sirna", tmp_path, split=split)
    for part in parts:
        if len(part):
            assert decode(part.X, RNA) == [guides[name] for name in part.ids]
            assert part.y.shape == part.w.shape == (len(part), 1)
    assert sum(len(part) for part in parts) == 60


def _after_jund():
    """Return a generator in the state in which the fixture makes the guides."""
    rng = np.random.default_rng(0)
    jund_files(rng, 40)
    jund_files(rng, 15)
    return rng


def test_load_sirna__the_books_parts_are_told_by_sequence(folder, tmp_path):
    _, (train, valid, test), _ = load("sirna", tmp_path, split="book")
    assert (len(train), len(valid), len(test)) == (52, 8, 0)
    path = folder / sirna_module.SIRNA_BOOK["valid_siRNA/shard-0-X.joblib"].flat
    assert sorted(decode(joblib.load(path), RNA)) == sorted(decode(valid.X, RNA))


@pytest.mark.parametrize("seed", range(3))
def test_load_sirna__no_gene_is_in_two_parts(seed, folder, tmp_path):
    genes = molnet.sirna_genes()
    _, parts, _ = load("sirna", tmp_path, split="gene", seed=seed)
    of_parts = [{genes[name] for name in part.ids} for part in parts]
    assert all(of_parts)
    assert sum(len(of_part) for of_part in of_parts) == len(set.union(*of_parts)) == 12


def test_load_sirna__a_guide_without_a_target_is_named(folder, tmp_path, monkeypatch):
    contents = {name: (folder / file.places[0]).read_bytes() for name, file in sirna_module.SIRNA.items()}
    fasta = contents["raw/dataset_1/sirna_1.fas"].split(b">A59")[0]
    file = sirna_module.SIRNA["raw/dataset_1/sirna_1.fas"]
    (folder / file.places[0]).write_bytes(fasta)
    pinned = sirna_module.SIRNA | {"raw/dataset_1/sirna_1.fas": file._replace(blob=blob_id(fasta), size=len(fasta))}
    monkeypatch.setattr(sirna_module, "SIRNA", pinned)
    with pytest.raises(DataFolderError, match=mentions("1", "target", "159")):
        load("sirna", tmp_path, split="gene")


def test_load_gue_tf__rows_are_those_of_the_files(folder, tmp_path):
    _, parts, _ = load("gue_tf", tmp_path)
    for name, part in zip(("train", "dev", "test"), parts, strict=True):
        lines = (folder / gue_tf_module.GUE_TF[f"GUE/tf/2/{name}.csv"].places[0]).read_text().splitlines()[1:]
        assert decode(part.X) == [line.split(",")[0] for line in lines]
        assert part.y.ravel().tolist() == [float(line.split(",")[1]) for line in lines]
        assert part.ids.tolist() == [f"gue_tf2:{name}:{row}" for row in range(len(lines))]


def test_as_published__is_for_the_rows_that_were_read():
    with pytest.raises(ValueError, match=mentions("0 rows", "3")):
        AsPublished().split(dc.data.NumpyDataset(np.zeros(3)))


class ByCommit(SimpleHTTPRequestHandler):
    """Serve <repository>/<path> as <repository>/<commit>/<path>."""

    def translate_path(self, path):
        owner, repository, _, *rest = path.lstrip("/").split("/")
        return super().translate_path("/".join(["", owner, repository, *rest]))

    def log_message(self, *args):
        self.server.asked.append(self.path)


@pytest.mark.parametrize(("name", "n_files"), [("gue_tf", 3), ("jund", 12), ("sirna", 5)])
def test_load__downloads_what_it_needs_and_no_more(name, n_files, folder, tmp_path, monkeypatch):
    _, expected, _ = load(name, tmp_path, reload=False)
    monkeypatch.delenv(SOURCE_VARIABLE)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(ByCommit, directory=str(folder)))
    server.asked = []
    monkeypatch.setattr(fetch, "_RAW", f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        for _ in range(2):
            _, parts, _ = load(name, tmp_path, data_dir=str(tmp_path / "raw"), reload=False)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert len(set(server.asked)) == len(server.asked) == n_files
    for part, same in zip(parts, expected, strict=True):
        np.testing.assert_array_equal(part.X, same.X)
        np.testing.assert_array_equal(part.y, same.y)
