"""Published files from a folder or a server of this machine: only what was published is handed out."""

import gzip
import hashlib
import pickle
import re
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest
from messages import mentions

from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.molnet import fetch
from deepchem_genomics.molnet.fetch import PublishedFile, blob_id, digest, read_published

CONTENT = b"sequence,label\nACGT,1\n"
COMMIT = "1" * 40
LONG = CONTENT * 20_000  # 440,000 bytes: several chunks
CHUNK = 2**16


def pinned(content=CONTENT, **changed):
    known = {
        "repository": "someone/data",
        "commit": COMMIT,
        "path": "raw/table.csv",
        "flat": "tables/table.csv",
        "blob": blob_id(content),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }
    return PublishedFile(**{**known, **changed})


def put(content, path):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


class Handler(SimpleHTTPRequestHandler):
    """Serves parts of files, as GitHub does, unless told not to; and ends in the middle when told to."""

    def log_message(self, *args):
        self.server.asked.append(self.path)

    def do_GET(self):
        path = self.server.root / self.path[1:]
        if not path.is_file():
            self.send_error(404)
            return
        content, begin = path.read_bytes(), 0
        if "Range" in self.headers and self.server.knows_parts:
            begin = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            if begin >= len(content):
                self.send_error(416)
                return
        self.server.began_at.append(begin)
        self.send_response(206 if begin else 200)
        if begin:
            self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(content) - begin))
        self.end_headers()
        ends = self.server.cut_off.pop(0) if self.server.cut_off else len(content)
        self.wfile.write(content[begin:ends])
        self.close_connection = True


@pytest.fixture(autouse=True)
def _no_folder_set(monkeypatch):
    monkeypatch.delenv(fetch.SOURCE_VARIABLE, raising=False)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """Serve a folder as GitHub serves raw files: repository, commit, path."""
    root = tmp_path / "served"
    root.mkdir()
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(root)))
    served.asked, served.began_at, served.cut_off, served.knows_parts, served.root = [], [], [], True, root
    monkeypatch.setattr(fetch, "_RAW", f"http://127.0.0.1:{served.server_port}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    thread = threading.Thread(target=served.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield served
    served.shutdown()
    thread.join()
    served.server_close()


def served_path(server):
    return server.root / "someone/data" / COMMIT / "raw/table.csv"


def left_in(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_blob_id__is_what_git_says(tmp_path):
    path = put(CONTENT, tmp_path / "table.csv")
    git = subprocess.run(["git", "hash-object", path], capture_output=True, text=True, check=True)
    assert blob_id(CONTENT) == git.stdout.strip()


@pytest.mark.parametrize("known", [{}, {"sha256": None}, {"sha256": None, "size": None}])
def test_read__downloads_once(server, tmp_path, known):
    put(CONTENT, served_path(server))
    cache = tmp_path / "cache"
    for _ in range(2):
        assert read_published(pinned(**known), data_dir=cache) == CONTENT
    assert server.asked == [f"/someone/data/{COMMIT}/raw/table.csv"]
    assert left_in(cache) == ["someone/data/raw/table.csv"]


def test_read__what_was_downloaded_is_a_local_folder_for_others(server, tmp_path):
    put(CONTENT, served_path(server))
    read_published(pinned(), data_dir=tmp_path / "cache")
    assert read_published(pinned(), source=tmp_path / "cache") == CONTENT
    assert len(server.asked) == 1


@pytest.mark.parametrize("known", [{}, {"sha256": None, "size": None}])
def test_read__refuses_a_changed_download_and_keeps_nothing_of_it(server, tmp_path, known):
    changed = CONTENT.replace(b"1", b"0")
    put(changed, served_path(server))
    with pytest.raises(
        DataFolderError,
        match=mentions(
            f"{fetch._RAW}/someone/data/{COMMIT}/raw/table.csv", "1111111", blob_id(changed), blob_id(CONTENT)
        ),
    ):
        read_published(pinned(**known), data_dir=tmp_path / "cache")
    assert left_in(tmp_path / "cache") == []


@pytest.mark.parametrize(("knows_parts", "second"), [(True, 3 * CHUNK), (False, 0)])
def test_read__a_download_that_was_cut_off_goes_on(server, tmp_path, knows_parts, second):
    put(LONG, served_path(server))
    server.knows_parts = knows_parts
    server.cut_off.append(3 * CHUNK + 5)
    cache = tmp_path / "cache"
    with pytest.raises(DataFolderError, match=mentions("downloaded")):
        read_published(pinned(LONG), data_dir=cache)
    assert left_in(cache) == [f"someone/data/raw/.table.csv.{blob_id(LONG)[:12]}.part"]
    assert read_published(pinned(LONG), data_dir=cache) == LONG
    assert server.began_at == [0, second]
    assert left_in(cache) == ["someone/data/raw/table.csv"]


def test_read__a_download_may_be_cut_off_many_times(server, tmp_path):
    put(LONG, served_path(server))
    server.cut_off += [CHUNK, 2 * CHUNK, 4 * CHUNK]
    for _ in range(3):
        with pytest.raises(DataFolderError, match=mentions("downloaded")):
            read_published(pinned(LONG), data_dir=tmp_path / "cache")
    assert read_published(pinned(LONG), data_dir=tmp_path / "cache") == LONG
    assert server.began_at == [0, CHUNK, 2 * CHUNK, 4 * CHUNK]


@pytest.mark.parametrize("left", [b"sequenze", CONTENT.replace(b"A", b"C"), CONTENT + b"more"])
def test_read__a_wrong_beginning_is_thrown_away(server, tmp_path, left, caplog):
    put(CONTENT, served_path(server))
    cache = tmp_path / "cache"
    put(left, cache / f"someone/data/raw/.table.csv.{blob_id(CONTENT)[:12]}.part")
    assert read_published(pinned(), data_dir=cache) == CONTENT
    assert re.search(mentions("earlier attempt"), caplog.text)
    assert left_in(cache) == ["someone/data/raw/table.csv"]


def test_read__goes_on_only_with_the_same_version(server, tmp_path):
    other = b"sequence,label\nGGGG,1\n"
    put(other, served_path(server))
    put(CONTENT[:9], tmp_path / f"cache/someone/data/raw/.table.csv.{blob_id(CONTENT)[:12]}.part")
    assert read_published(pinned(other), data_dir=tmp_path / "cache") == other
    assert server.began_at == [0]


def test_read__stops_reading_what_does_not_end(server, tmp_path):
    put(CONTENT + b"x" * 1_000_000, served_path(server))
    with pytest.raises(DataFolderError, match=mentions("22 bytes")):
        read_published(pinned(), data_dir=tmp_path / "cache")
    assert left_in(tmp_path / "cache") == []


def test_read__a_damaged_file_in_the_cache_is_downloaded_again(server, tmp_path, caplog):
    put(CONTENT, served_path(server))
    put(CONTENT[:7], tmp_path / "cache/someone/data/raw/table.csv")
    assert read_published(pinned(), data_dir=tmp_path / "cache") == CONTENT
    assert re.search(mentions("7 bytes", "22"), caplog.text)
    assert "downloading it again" in caplog.text


@pytest.mark.parametrize("offline", [False, True])
def test_read__without_network_or_copy_says_both_ways(server, tmp_path, monkeypatch, offline):
    if offline:
        monkeypatch.setattr(fetch, "_RAW", "http://127.0.0.1:9")
    reason = "Connection refused" if offline else "404"
    here = ("someone/data/raw/table.csv", "tables/table.csv", "source=", "DEEPCHEM_GENOMICS_SOURCE")
    there = f"{fetch._RAW}/someone/data/{COMMIT}/raw/table.csv"
    with pytest.raises(DataFolderError, match=mentions(there, reason, *here)):
        read_published(pinned(), data_dir=tmp_path / "cache")


@pytest.mark.parametrize("place", ["someone/data/raw/table.csv", "tables/table.csv"])
@pytest.mark.parametrize("by", ["argument", "environment"])
def test_read__takes_either_layout_of_a_folder(place, by, tmp_path, monkeypatch, server):
    put(CONTENT, tmp_path / "mine" / place)
    if by == "environment":
        monkeypatch.setenv(fetch.SOURCE_VARIABLE, str(tmp_path / "mine"))
        assert read_published(pinned()) == CONTENT
    else:
        monkeypatch.setenv(fetch.SOURCE_VARIABLE, "/nowhere")
        assert read_published(pinned(), source=tmp_path / "mine") == CONTENT
    assert server.asked == []


def test_read__unpacks_what_lies_packed_and_checks_the_content(tmp_path):
    file = pinned(flat="tables/table.csv.gz")
    packed = put(gzip.compress(CONTENT, mtime=0), tmp_path / file.flat)
    assert read_published(file, source=tmp_path) == CONTENT
    packed.write_bytes(packed.read_bytes()[:-9])
    with pytest.raises(DataFolderError, match=mentions("table.csv.gz", "raw/table.csv")):
        read_published(file, source=tmp_path)
    packed.write_bytes(CONTENT)
    assert read_published(file, source=tmp_path) == CONTENT, "whatever its name says"


def test_read__reads_no_more_than_the_file_should_have(tmp_path, monkeypatch):
    file = pinned(flat="tables/table.csv.gz")
    put(gzip.compress(bytes(10**6), mtime=0), tmp_path / file.flat)
    with pytest.raises(DataFolderError, match=mentions("22 bytes")):
        read_published(file, source=tmp_path)
    monkeypatch.setattr(fetch, "_LARGEST", 1000)
    with pytest.raises(DataFolderError, match=mentions("1000 bytes")):
        read_published(file._replace(size=None), source=tmp_path)


@pytest.mark.parametrize("content", [b"", CONTENT[:-1], CONTENT + b"\n", CONTENT.replace(b"1", b"0")])
def test_read__refuses_what_was_not_published(content, tmp_path):
    put(content, tmp_path / "tables/table.csv")
    with pytest.raises(DataFolderError, match=mentions("raw/table.csv", "someone/data", "1111111")):
        read_published(pinned(), source=tmp_path)


def test_read__the_sha256_counts_too(tmp_path):
    put(CONTENT, tmp_path / "tables/table.csv")
    with pytest.raises(DataFolderError, match=mentions("raw/table.csv", "1111111")):
        read_published(pinned(sha256="0" * 64), source=tmp_path)


def test_read__a_hostile_pickle_is_not_run(tmp_path):
    class Hostile:
        def __reduce__(self):
            return (open, (str(tmp_path / "was_run"), "w"))

    put(pickle.dumps(Hostile()), tmp_path / "tables/table.csv")
    with pytest.raises(DataFolderError, match=mentions("table.csv", "bytes")):
        read_published(pinned(), source=tmp_path)
    assert not (tmp_path / "was_run").exists()


def test_read__a_folder_is_not_topped_up_from_the_network(server, tmp_path):
    put(CONTENT, served_path(server))
    (tmp_path / "empty").mkdir()
    with pytest.raises(
        DataFolderError,
        match=mentions(
            f"{tmp_path}/empty",
            "someone/data/raw/table.csv",
            "tables/table.csv",
            "source",
            "DEEPCHEM_GENOMICS_SOURCE",
            f"{fetch._RAW}/someone/data/{COMMIT}/raw/table.csv",
        ),
    ):
        read_published(pinned(), source=tmp_path / "empty")
    with pytest.raises(DataFolderError, match=mentions("absent", "folder")):
        read_published(pinned(), source=tmp_path / "absent")
    assert server.asked == []


def test_read__a_file_of_no_repository_is_not_asked_for(server, tmp_path):
    with pytest.raises(
        DataFolderError,
        match=mentions("raw/table.csv", "repository", "tables/table.csv", "source=", "DEEPCHEM_GENOMICS_SOURCE"),
    ):
        read_published(pinned(repository=""), data_dir=tmp_path)
    assert server.asked == []


def test_sources__every_file_is_pinned_whole():
    tables = fetch.PUBLISHED.values()
    assert [len(table) for table in tables] == [13, 5, 5, 1, 2, 15]
    files = {file for table in tables for file in table.values()}
    for file in files:
        assert len(file.blob) == 40
        assert (len(file.commit) == 40) == bool(file.repository)
        assert file.sha256 is None or len(file.sha256) == 64
        assert ".." not in file.path + file.flat
    without = {file.flat for file in files if file.sha256 is None}
    assert without == {
        "book/accessibility.txt",
        *(f"book/train_dataset/shard-0-{what}.joblib" for what in ("X", "y", "w", "ids")),
        *(f"tf_binding_101bp/tf{task}_{part}.csv.gz" for task in (2, 3, 4) for part in ("train", "dev", "test")),
    }


def test_digest__is_of_the_contents_alone():
    assert digest([pinned()]) == digest([pinned(path="elsewhere.csv")])
    assert digest([pinned()]) != digest([pinned(CONTENT + b"\n")])


OUTSIDE = {
    "path": ({"path": "../../table.csv"}, "someone/data/../../table.csv"),
    "repository": ({"repository": "../someone"}, "../someone/raw/table.csv"),
    "absolute repository": ({"repository": "/someone"}, "/someone/raw/table.csv"),
}


@pytest.mark.parametrize(("changed", "place"), OUTSIDE.values(), ids=OUTSIDE)
def test_places__outside_the_folder_are_refused(tmp_path, changed, place, monkeypatch):
    monkeypatch.setattr("pooch.retrieve", lambda *arguments, **options: pytest.fail("something was downloaded"))
    put(CONTENT, tmp_path / "table.csv")
    for where in ({"source": tmp_path / "in"}, {"data_dir": tmp_path / "in"}):
        (tmp_path / "in").mkdir(exist_ok=True)
        with pytest.raises(DataFolderError, match=mentions(repr(place), str(tmp_path / "in"))):
            read_published(pinned(**changed), **where)


def test_flat_places__outside_the_folder_are_refused(tmp_path):
    put(CONTENT, tmp_path / "table.csv")
    for flat in ("../table.csv", "a/../../table.csv", str(tmp_path / "table.csv")):
        (tmp_path / "in").mkdir(exist_ok=True)
        with pytest.raises(DataFolderError, match=mentions("table.csv", str(tmp_path / "in"))):
            read_published(pinned(flat=flat), source=tmp_path / "in")
