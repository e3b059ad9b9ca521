"""What could run a program of someone else's, or write where it should not: each place is known, with its reason."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

import deepchem_genomics
from deepchem_genomics.molnet import fetch as downloads

PACKAGE = Path(deepchem_genomics.__file__).parent
TESTS = Path(__file__).parent

DANGEROUS = {
    "pickle.load", "pickle.loads", "pickle.Unpickler", "pickle._Unpickler", "cloudpickle.load", "cloudpickle.loads",
    "joblib.load",
    "pd.read_pickle", "pandas.read_pickle", "marshal.loads", "marshal.load", "shelve.open", "dill.loads", "dill.load",
    "yaml.load", "yaml.unsafe_load", "yaml.full_load", "eval", "exec", "compile", "os.system", "os.popen",
    "torch.load", "tf.saved_model.load", "keras.models.load_model", "tf_keras.models.load_model",
    "tf.keras.models.load_model", "keras.saving.load_model", "pd.read_hdf", "dc.utils.load_from_disk",
    "dc.utils.data_utils.load_from_disk", "deepchem.utils.data_utils.load_from_disk", "deepchem.utils.load_from_disk",
}  # fmt: skip
MODULES = {name.split(".")[0] for name in DANGEROUS if "." in name} - {"os", "tf", "tf_keras", "keras", "deepchem"}
POSITION_OF_ALLOW_PICKLE = 2  # np.load(file, mmap_mode, allow_pickle)

OWN_PROCESS = "a file that this process or its child wrote into a new temporary folder, which only the user can open"
DASK = "sent by the user's own client through dask, all of whose messages are pickles"
REASONS = {
    ("runs/cluster.py", "unpacked", "pickle.loads"): DASK,
    ("runs/fresh_process.py", "FreshProcesses.call", "pickle.loads"): OWN_PROCESS,
    ("runs/fresh_process.py", "_main", "pickle.loads"): OWN_PROCESS,
    ("runs/fresh_process.py", "_unpacked", "pickle.loads"): OWN_PROCESS,
    ("runs/pool.py", "_raise", "pickle.loads"): OWN_PROCESS,
    ("runs/worker.py", "call", "pickle.loads"): OWN_PROCESS,
    (
        "data/shard_files.py",
        "ShardFiles._read",
        "joblib.load",
    ): "refused by the constructor without allow_pickle",
    ("data/shard_files.py", "ShardFiles._read", "np.load(allow_pickle)"): "only with allow_pickle",
    ("molnet/loader.py", "joblib_array", "joblib.load"): "bytes of read_published, whose hash was checked",
    ("molnet/loader.py", "_make_ids_plain", "np.load(allow_pickle)"): "ids that DeepChem's loader has just "
    "written to the user's own data folder",
    (
        "molnet/loader.py",
        "SimulatedLoader.load_dataset",
        "DiskDataset",
    ): "what this loader wrote to the user's own data folder, now or before",
    (
        "data/opened_folder.py",
        "open_folder",
        "DiskDataset",
    ): "after ShardFiles has refused pickles, or with --allow-pickle",
    ("data/loaders.py", "FolderLoader.create_dataset", "DiskDataset"): "the folder that was just built",
    ("reproduce/sources.py", "_read_dataset", "DiskDataset"): "the command's help says that it must be trusted",
}
"""Each place where bytes could become a program, by file, function and call; and why they cannot, or may."""

UNPACKERS = re.compile(r"\b(tarfile|extractall|unpack_archive|Untar|Unzip|untargz_file|unzip_file|ZipFile)\b")

PAGES = {
    "benchmark/page.py": ("benchmark/test_report.py", "test_page__names_that_look_like_markup_are_text"),
    "experiments/pages.py": ("experiments/test_pages.py", "test_pages__escape_names_that_look_like_markup"),
    "experiments/pipeline.py": ("experiments/test_pipeline.py", "test_page__escapes_names_that_look_like_markup"),
    "explain/report.py": ("explain/test_explain_sections.py", "test_page__escapes_every_name"),
    "reports/page.py": ("reports/test_page.py", "test_page__escapes_every_text"),
    "sirna/design_page.py": ("cli/test_cli_sirna.py", "test_page__escapes_names_and_links_marks_to_rows"),
}
"""Each module that writes a page, and the test that gives it a name such as ``<script>``."""


def sources_of_package() -> Iterator[tuple[str, str]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        yield path.relative_to(PACKAGE).as_posix(), path.read_text(encoding="utf-8")


class Finder(ast.NodeVisitor):
    """Notes every dangerous name with the function it is in."""

    def __init__(self) -> None:
        self.inside: list[str] = []
        self.found: set[tuple[str, str]] = set()

    def enter(self, node: ast.AST) -> None:
        self.inside.append(node.name)
        self.generic_visit(node)
        self.inside.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = enter  # noqa: N815

    def note(self, what: str) -> None:
        self.found.add((".".join(self.inside), what))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if ast.unparse(node) in DANGEROUS:
            self.note(ast.unparse(node))
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for name in node.names:
            if name.asname not in (None, "pd") and name.name in {*MODULES, "pandas"}:  # would hide what is called
                self.note(f"{name.name} as {name.asname}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for name in node.names:
            if f"{node.module}.{name.name}" in DANGEROUS or (name.name == "*" and node.module in MODULES):
                self.note(f"{node.module}.{name.name}")

    def visit_Call(self, node: ast.Call) -> None:
        called = ast.unparse(node.func)
        options = {option.arg: ast.unparse(option.value) for option in node.keywords}
        if called in ("eval", "exec", "compile"):
            self.note(called)
        positional = called in ("np.load", "numpy.load") and len(node.args) > POSITION_OF_ALLOW_PICKLE
        if called.endswith(".load") and (positional or options.get("allow_pickle", "False") != "False"):
            self.note(f"{called}(allow_pickle)")
        if called.split(".")[-1] == "DiskDataset":
            self.note("DiskDataset")
        if options.get("shell", "False") != "False":
            self.note(f"{called}(shell)")
        self.generic_visit(node)


def found_in(text: str) -> set[tuple[str, str]]:
    finder = Finder()
    finder.visit(ast.parse(text))
    return finder.found


def test_package__unpickles_and_runs_nothing_but_in_the_places_that_are_known():
    found = {(file, function, what) for file, text in sources_of_package() for function, what in found_in(text)}
    assert found == set(REASONS), "a new place needs a reason here, and bytes that were checked"


@pytest.mark.parametrize(
    "code",
    [
        "import pickle\npickle.loads(b'')",
        "from pickle import loads",
        "joblib.load(path)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=allow_pickle)",
        "np.load(path, None, True)",
        "import pickle as plain",
        "from joblib import *",
        "from torch import load",
        "tf.saved_model.load(folder)",
        "dc.utils.load_from_disk(path)",
        "eval('1')",
        "subprocess.run('ls', shell=True)",
        "dc.data.DiskDataset(folder)",
        "class Reader(pickle.Unpickler): pass",
    ],
)
def test_search__finds_what_it_is_to_find(code):
    assert found_in(code)


def test_published_arrays__are_unpickled_only_where_their_content_was_checked():
    users = {file for file, text in sources_of_package() if "joblib_array(" in text}
    assert users == {"molnet/loader.py", "molnet/jund.py", "molnet/sirna.py"}
    for file in users - {"molnet/loader.py"}:
        assert "read_published" in (PACKAGE / file).read_text(encoding="utf-8")


def test_package__unpacks_no_archives():
    found = {(file, match[0]) for file, text in sources_of_package() for match in UNPACKERS.finditer(text)}
    writes = {("io/npz.py", "ZipFile")}
    assert found == writes, "an archive can name files outside its folder: check every name before one is unpacked"
    assert (PACKAGE / "io" / "npz.py").read_text(encoding="utf-8").count('ZipFile(file, "w"') == 1


def test_downloads__have_names_that_stay_in_their_folder(tmp_path):
    tables = downloads.PUBLISHED.values()
    for file in {file for table in tables for file in table.values()}:
        for name in (*file.places, f"{file.repository}/{file.path}".lstrip("/")):
            assert not PurePosixPath(name).is_absolute() and ".." not in PurePosixPath(name).parts
            assert (tmp_path / name).resolve().is_relative_to(tmp_path.resolve())


class Answer:
    """A server's answer that would rather have another name."""

    status_code = 200
    headers = {"Content-Disposition": 'attachment; filename="../../evil"', "Content-Length": "4"}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def raise_for_status(self):
        return None

    def iter_content(self, size):
        yield b"data"


def test_download__writes_where_it_is_told_whatever_the_server_calls_it(tmp_path, monkeypatch):
    monkeypatch.setattr(downloads.requests, "get", lambda url, **options: Answer())
    folder = tmp_path / "one" / "two"
    folder.mkdir(parents=True)
    downloads.download("http://127.0.0.1/a/../../../evil", folder / "part", 100)
    assert [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()] == ["one/two/part"]


def test_pages__each_has_a_test_with_names_that_look_like_markup():
    assert {file for file, text in sources_of_package() if "render_page(" in text} == set(PAGES)
    for file, test in PAGES.values():
        assert f"def {test}(" in (TESTS / file).read_text(encoding="utf-8")
