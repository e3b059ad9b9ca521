"""The script that tests the lowest and the newest releases, as far as it goes without installing any."""

import subprocess
import sys
from pathlib import Path

import pytest
from messages import mentions
from packaging.requirements import Requirement


def test_requirements__each_has_a_lower_bound_that_can_be_tested(dependency_sets):
    for requirement in map(Requirement, dependency_sets.requirements("test")):
        assert ">=" in {bound.operator for bound in requirement.specifier}, requirement.name


def test_requirements__are_those_of_the_extras_within_an_extra_too(dependency_sets, tmp_path, monkeypatch):
    (tmp_path / "setup.cfg").write_text(
        "[metadata]\nname = x\n[options]\ninstall_requires =\n    # why\n    a>=1\n"
        "[options.extras_require]\nplots =\n    b>=2\nmore =\n    c>=3  # why\ntest =\n    x[plots,more]\n    d>=4\n"
    )
    monkeypatch.setattr(dependency_sets, "ROOT", tmp_path)
    assert list(dependency_sets.requirements("test")) == ["a>=1", "b>=2", "c>=3", "d>=4"]


def test_copy__has_what_is_not_committed_and_lacks_what_is_ignored_or_deleted(dependency_sets, tmp_path, monkeypatch):
    source, copy = tmp_path / "source", tmp_path / "copy"
    (source / "folder").mkdir(parents=True)
    subprocess.run(["git", "init", "--quiet", source], check=True)
    for name, text in {".gitignore": "ignored\n", "folder/added": "", "deleted": "", "ignored": ""}.items():
        (source / name).write_text(text)
    subprocess.run(["git", "-C", source, "add", "--all"], check=True)
    (source / "deleted").unlink()
    (source / "folder" / "added").write_text("changed")
    (source / "new").write_text("")
    monkeypatch.setattr(dependency_sets, "ROOT", source)
    dependency_sets.copy_tree(copy)
    found = {
        path.relative_to(copy).as_posix() for path in copy.rglob("*") if path.is_file() and ".git" not in path.parts
    }
    assert found == {".gitignore", "folder/added", "new"}
    assert (copy / "folder" / "added").read_text() == "changed"


def test_tests__that_cannot_begin_are_told_apart_from_those_that_fail(dependency_sets, tmp_path):
    python = Path("/bin/false")
    (tmp_path / "tree").mkdir()
    outcome, well = dependency_sets.run_tests(python, tmp_path / "tree", [])
    assert outcome.startswith("pytest ended with 1 and without a report") and not well


def test_nightly__asks_for_a_pre_release_of_deepchem_alone_within_the_bound(dependency_sets, tmp_path, monkeypatch):
    commands = []
    monkeypatch.setattr(dependency_sets, "find_uv", lambda: "uv")
    monkeypatch.setattr(dependency_sets.subprocess, "run", lambda command, **options: commands.append(command))
    dependency_sets.install("nightly", tmp_path / "tree", tmp_path / "venv", "python3.12")
    wanted, *others = map(Requirement, dependency_sets.NIGHTLY)
    assert str(wanted) in commands[1] and "python3.12" in commands[0]
    assert not any(one.specifier.prereleases for one in others)
    assert wanted.specifier.prereleases
    (ours,) = [one for one in map(Requirement, dependency_sets.requirements("test")) if one.name == wanted.name]
    assert ours.specifier.contains("2.8.1.dev20260821122258", prereleases=True)


def test_allow_any_python__takes_off_the_upper_bound_of_the_copy_alone(dependency_sets, tmp_path):
    (tmp_path / "setup.cfg").write_text("[options]\npython_requires = >=3.11,<3.12\nzip_safe = False\n")
    dependency_sets.allow_any_python(tmp_path)
    assert (tmp_path / "setup.cfg").read_text() == "[options]\npython_requires = >=3.11\nzip_safe = False\n"


@pytest.mark.parametrize("which", ["lowest", "newest", "nightly"])
def test_install__asks_for_no_release_that_is_pinned(dependency_sets, tmp_path, monkeypatch, which):
    commands = []
    monkeypatch.setattr(dependency_sets, "find_uv", lambda: "uv")
    monkeypatch.setattr(dependency_sets.subprocess, "run", lambda command, **options: commands.append(command))
    dependency_sets.install(which, tmp_path / "tree", tmp_path / "venv")
    words = [str(word) for command in commands for word in command]
    assert "--editable" in words and not [word for word in words if word == "-c" or "constraint" in word]


def test_installed__is_what_an_index_has(dependency_sets, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path], check=True)
    (packages,) = tmp_path.glob("lib/python*/site-packages")
    names = ["mypy_extensions", "mypy", "Torch", "pip", "setuptools", "deepchem_genomics", "local"]
    for name, version in zip(names, ["1.1", "2.0.post1", "2.13.0+cpu", "1", "1", "1", "1"], strict=True):
        (packages / f"{name}-{version}.dist-info").mkdir()
        (packages / f"{name}-{version}.dist-info" / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (packages / "local-1.dist-info" / "direct_url.json").write_text('{"url": "file:///local", "dir_info": {}}')
    found = dependency_sets.installed(tmp_path / "bin" / "python")
    assert list(found.items()) == [("mypy", "2.0.post1"), ("mypy-extensions", "1.1"), ("torch", "2.13.0")]


def test_constraints__replace_the_old_ones_when_they_are_whole(dependency_sets, tmp_path, monkeypatch):
    file = tmp_path / "constraints.txt"
    dependency_sets.write_constraints(file, {"a": "1", "b": "2.0"})
    *comments, a, b = file.read_text().splitlines()
    assert [a, b] == ["a==1", "b==2.0"] and all(line.startswith("# ") for line in comments)
    assert f"Python {sys.version.split()[0]} on " in file.read_text()
    dependency_sets.write_constraints(file, {"a": "2"})
    assert "a==2\n" in file.read_text() and "b==" not in file.read_text()
    old = file.read_text()
    monkeypatch.setattr(dependency_sets, "HEADER", "\udcff")  # cannot be written
    with pytest.raises(UnicodeEncodeError):
        dependency_sets.write_constraints(file, {"a": "3"})
    assert file.read_text() == old and list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    ("arguments", "well", "renewed"),
    [
        (["newest"], True, True),
        (["newest"], False, False),
        (["newest", "--keep"], True, False),
        (["lowest"], True, False),
    ],
)
def test_constraints__are_renewed_by_the_newest_set_that_passes(
    dependency_sets, tmp_path, monkeypatch, capsys, arguments, well, renewed
):
    root, copy = tmp_path / "root", tmp_path / "build" / "tree"
    root.mkdir()
    (root / "constraints.txt").write_text("a==1\n")
    while_tested = []

    def copy_tree(target):
        target.mkdir(parents=True)
        (target / "constraints.txt").write_text("a==1\n")

    def run_tests(python, tree, for_pytest):
        while_tested.extend([(root / "constraints.txt").read_text(), (tree / "constraints.txt").read_text()])
        return "what came of them", well

    monkeypatch.setattr(dependency_sets, "ROOT", root)
    monkeypatch.setattr(dependency_sets, "copy_tree", copy_tree)
    monkeypatch.setattr(dependency_sets, "install", lambda which, tree, environment, _: environment / "bin" / "python")
    monkeypatch.setattr(dependency_sets, "version_of", lambda python: "Python 3")
    monkeypatch.setattr(dependency_sets, "print_set", lambda which, python: None)
    monkeypatch.setattr(dependency_sets, "installed", lambda python: {"a": "2"})
    monkeypatch.setattr(dependency_sets, "check_extras", lambda python, tree: None)
    monkeypatch.setattr(dependency_sets, "run_tests", run_tests)
    monkeypatch.setattr(sys, "argv", ["dependency_sets.py", *arguments, "--folder", str(copy.parent)])
    assert dependency_sets.main() == (0 if well else 1)
    assert (root / "constraints.txt").read_text().endswith("a==2\n" if renewed else "a==1\n")
    assert while_tested[0] == "a==1\n"
    assert while_tested[1].endswith("a==2\n") == (arguments == ["newest"])  # setup.cfg may have changed since
    assert capsys.readouterr().out.splitlines()[-1].endswith("what came of them")


def test_constraints__that_an_extra_does_not_fit_are_an_error(dependency_sets, tmp_path, monkeypatch):
    uv = tmp_path / "uv"
    uv.write_text('#!/bin/sh\ncase "$*" in *"--extra docs"*) echo "no such sphinx" >&2; exit 1;; esac\n')
    uv.chmod(0o755)
    monkeypatch.setattr(dependency_sets, "find_uv", lambda: str(uv))
    with pytest.raises(SystemExit, match=mentions("docs", "no such sphinx")):
        dependency_sets.check_extras(Path(sys.executable), tmp_path)
