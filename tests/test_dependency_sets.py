"""The script that tests the lowest and the newest releases, as far as it goes without installing any."""

import importlib.util
import subprocess
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def script():
    specification = importlib.util.spec_from_file_location("dependency_sets", ROOT / "scripts" / "dependency_sets.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_requirements__each_has_a_lower_bound_that_can_be_tested(script):
    for requirement in map(Requirement, script.requirements("test")):
        assert ">=" in {bound.operator for bound in requirement.specifier}, requirement.name


def test_requirements__are_those_of_the_extras_within_an_extra_too(script, tmp_path, monkeypatch):
    (tmp_path / "setup.cfg").write_text(
        "[metadata]\nname = x\n[options]\ninstall_requires =\n    # why\n    a>=1\n"
        "[options.extras_require]\nplots =\n    b>=2\nmore =\n    c>=3  # why\ntest =\n    x[plots,more]\n    d>=4\n"
    )
    monkeypatch.setattr(script, "ROOT", tmp_path)
    assert list(script.requirements("test")) == ["a>=1", "b>=2", "c>=3", "d>=4"]


def test_copy__has_what_is_not_committed_and_lacks_what_is_ignored_or_deleted(script, tmp_path, monkeypatch):
    source, copy = tmp_path / "source", tmp_path / "copy"
    (source / "folder").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", source], check=True)
    for name, text in {".gitignore": "ignored\n", "folder/added": "", "deleted": "", "ignored": ""}.items():
        (source / name).write_text(text)
    subprocess.run(["git", "-C", source, "add", "--all"], check=True)
    (source / "deleted").unlink()
    (source / "folder" / "added").write_text("changed")
    (source / "new").write_text("")
    monkeypatch.setattr(script, "ROOT", source)
    script.copy_tree(copy)
    found = {
        path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    assert found == {".gitignore", "folder/added", "new"}
    assert (copy / "folder" / "added").read_text() == "changed"


def test_tests__that_cannot_begin_are_told_apart_from_those_that_fail(script, tmp_path):
    python = Path("/bin/false")
    (tmp_path / "tree").mkdir()
    outcome, well = script.run_tests(python, tmp_path / "tree", [])
    assert outcome.startswith("pytest ended with 1 and without a report") and not well
