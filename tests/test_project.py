"""The project as a whole: imports point one way, the README says what is true, everything public is told."""

import ast
import importlib
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
from messages import SENTENCE
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import deepchem_genomics

ROOT = Path(__file__).parents[1]
CHAPTERS = sorted(set(deepchem_genomics.__all__) - {"__version__", "cli", "errors", "register", "typing"})


def test_imports__point_one_way():
    lint = Path(sys.executable).with_name("lint-imports")
    if not lint.exists():
        pytest.skip("import-linter is not installed; pip install -c constraints.txt -e '.[test]'")
    run = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_imports__the_pure_chapters_do_not_import_deepchem_at_all():
    for chapter in ("genome", "plots"):
        for module in (ROOT / "deepchem_genomics" / chapter).glob("*.py"):
            assert not re.search(r"^\s*(import|from) (deepchem|tensorflow|tf_keras)\b", module.read_text(), re.M), (
                module
            )


def test_readme__has_the_two_commands_each_a_line_with_its_own_installation():
    readme = (ROOT / "README.md").read_text()
    for name, program in (("run", "dcgenomics reproduce"), ("test", "pytest")):
        (command,) = re.findall(rf"<!-- {name} command -->\n```bash\n(.*)\n```", readme)
        assert command.startswith("python3.11 -m venv .venv && .venv/bin/pip install")
        assert " -c constraints.txt " in command and program in command


def read_constraints():
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def test_constraints__pin_one_release_a_package_in_order():
    pins = read_constraints()
    assert all(re.fullmatch(r"==[\w.!]+", str(pin.specifier)) and not pin.marker and not pin.extras for pin in pins)
    names = [pin.name for pin in pins]
    assert names == sorted(map(canonicalize_name, set(names)))
    assert not {"deepchem-genomics", "pip", "setuptools"} & set(names)


def test_constraints__pin_what_the_package_and_its_tests_need_and_fit_every_extra(dependency_sets):
    pinned = {pin.name: next(iter(pin.specifier)).version for pin in read_constraints()}
    remedy = "renew constraints.txt: scripts/dependency_sets.py newest"
    needed = {canonicalize_name(Requirement(line).name) for line in dependency_sets.requirements("test")}
    assert needed <= set(pinned), remedy
    for extra in dependency_sets.read_setup()["options.extras_require"]:
        for requirement in map(Requirement, dependency_sets.requirements(extra)):
            version = pinned.get(canonicalize_name(requirement.name))
            assert version is None or version in requirement.specifier, f"{requirement}, not {version}; {remedy}"


def test_readme__has_python_that_runs_as_it_is(one_epoch, capsys):
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.S)
    exec(block, {})
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == [f"epoch {epoch}" for epoch in range(2, 14, 2)]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_public_names__are_there_and_have_a_docstring(chapter):
    module = importlib.import_module(f"deepchem_genomics.{chapter}")
    assert module.__doc__
    assert list(module.__all__)
    for name in module.__all__:
        public = getattr(module, name)
        if callable(public):
            assert public.__doc__, f"{chapter}.{name}"


def test_package__lists_its_chapters():
    assert set(CHAPTERS) <= set(deepchem_genomics.__all__)
    for chapter in CHAPTERS:
        assert f"``{chapter}``" in (deepchem_genomics.__doc__ or ""), chapter


def test_package__ships_its_stubs_and_its_typing_marker():
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    data = config["options.package_data"]["deepchem_genomics"].split()
    assert {"py.typed", "**/*.pyi", "reports/templates/*"} <= set(data)


def test_repository__names_no_folder_outside_itself_but_the_default_of_the_real_data():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not files:
        pytest.skip("not a git checkout")
    own = Path(__file__).relative_to(ROOT).as_posix()
    for file in files:
        if file != own and Path(file).suffix in (".py", ".md", ".cfg", ".toml"):
            text = (ROOT / file).read_text().replace("../shared/data", "")
            assert "/work/" not in text, file


def test_tests__look_for_facts_in_a_message_and_not_for_its_sentence():
    sentences = []
    for file in sorted((ROOT / "tests").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.keyword) and node.arg == "match":
                compared = node.value
            elif isinstance(node, ast.Compare) and re.search(r"\bstr\(\w+\.value\)", ast.unparse(node)):
                compared = node
            else:
                continue
            for part in ast.walk(compared):
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and SENTENCE.search(part.value):
                    sentences.append(f"{file.relative_to(ROOT)}:{part.lineno}: {part.value}")
    assert not sentences, "use messages.mentions() with the facts of:\n" + "\n".join(sentences)


def test_ci__runs_the_readme_in_an_environment_of_its_own():
    script = (ROOT / ".ci" / "run").read_text()
    assert "environment=.venv-ci" in script
    assert "bash .ci/run" in (ROOT / ".github" / "workflows" / "ci.yml").read_text()
    hooks = (ROOT / ".pre-commit-config.yaml").read_text()
    for tool in ("ruff", "mypy", "lint-imports"):
        assert f"/bin/{tool}" in script and f".venv/bin/{tool}" in hooks


def test_changelog__sections_are_sorted():
    releases = re.split(r"^## ", (ROOT / "CHANGELOG.md").read_text(), flags=re.M)[1:]
    assert [release.split()[0] for release in releases] == ["Unreleased", "0.1.0"]
    for release in releases:
        sections = re.findall(r"^### (\w+)$", release, re.M)
        assert sections == [name for name in ("Added", "Changed", "Removed", "Fixed") if name in sections]
        assert not re.search(r"^- ", release.split("### ")[0], re.M), "each line is in a section"
