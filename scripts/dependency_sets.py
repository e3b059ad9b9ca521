"""Test the package with the oldest, or with the newest, releases of what it depends on, or with DeepChem's nightly.

``python scripts/dependency_sets.py lowest`` takes the bounds of ``setup.cfg`` at their word: each package named there
is installed in the lowest release that its bound allows (packages that come along are the newest that fit).
``newest`` takes the highest, and ``nightly`` takes these with the newest pre-release of DeepChem. Each makes a copy of
the tree and a virtual environment in ``--folder``, which takes 3 GB, prints the set, and runs the tests there; what
follows ``--`` goes to pytest. uv finds the releases (``pip install uv``). The last line says the set, what passed,
failed and was skipped, and the seconds of the tests.

If the tests pass, ``newest`` writes all installed releases to ``constraints.txt``, which the README's commands install
from. Before the tests, it checks that each extra can be installed with these releases. ``--keep`` does not change the
file: use it for a trial, or for a part of the tests. The other sets never change or read it.

``--python`` takes another interpreter, also one that ``setup.cfg`` does not allow yet (3.12): the copy allows it.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from configparser import ConfigParser
from pathlib import Path
from xml.etree import ElementTree

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
RESOLUTION = {"lowest": "lowest-direct", "newest": "highest", "nightly": "highest"}  # as uv calls them
NIGHTLY = (
    "deepchem>=2.8.1.dev20260101000000",  # names a pre-release, so uv takes these of this package
    "pyarrow<25",  # later ones need NumPy 2 and do not declare it; the nightly needs NumPy 1
)
REPORT = "report.xml"
CONSTRAINTS = "constraints.txt"
NOT_PINNED = {"deepchem-genomics", "pip", "setuptools"}  # venv itself installs the last two
HEADER = """\
# The newest releases that passed the tests: everything that `pip install ".[test]"` installs.
# Written by `python scripts/dependency_sets.py newest` with Python {python} on {platform}.
# pip applies a line only if it installs that package, so the file works on other platforms and with other extras.
"""


def read_setup() -> ConfigParser:
    """Read setup.cfg."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg")
    return config


def requirements(extra: str) -> Iterator[str]:
    """Read what the package and one of its extras ask for, with the extras that the extra names."""
    config = read_setup()
    own = config["metadata"]["name"]

    def lines(text: str) -> Iterator[str]:
        for line in text.split("\n"):
            requirement = line.partition("#")[0].strip()
            if inner := re.fullmatch(rf"{own}\[(.*)\]", requirement):
                for name in inner[1].split(","):
                    yield from lines(config["options.extras_require"][name.strip()])
            elif requirement:
                yield requirement

    yield from lines(config["options"]["install_requires"])
    yield from lines(config["options.extras_require"][extra])


def copy_tree(target: Path) -> None:
    """Copy the files that git knows or would add, as they are now, into a repository of their own."""
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    shutil.rmtree(target, ignore_errors=True)
    for name in filter(None, names):
        if (ROOT / name).is_file():  # not deleted since it was added
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for command in (["git", "init", "--quiet"], ["git", "add", "--all"]):
        subprocess.run(command, cwd=target, check=True)


def find_uv() -> str:
    """Find uv beside this interpreter or on the PATH."""
    uv = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]))
    if uv is None:
        raise SystemExit("uv is not installed, which finds the releases of a set: pip install uv")
    return uv


def allow_any_python(tree: Path) -> None:
    """Let the copy be installed by a newer Python than those that were tested."""
    text = (tree / "setup.cfg").read_text(encoding="utf-8")
    (tree / "setup.cfg").write_text(re.sub(r"(?m)^(python_requires = [^,\n]*),.*$", r"\1", text), encoding="utf-8")


def install(which: str, tree: Path, environment: Path, interpreter: str = sys.executable) -> Path:
    """Make a virtual environment with the package and its tests' extras; return its interpreter."""
    uv = find_uv()
    python = environment / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--clear", "--python", interpreter, environment], check=True)
    options = ["--quiet", "--python", str(python), "--resolution", RESOLUTION[which]]
    wanted = NIGHTLY if which == "nightly" else ()
    subprocess.run([uv, "pip", "install", *options, *wanted, "--editable", f"{tree}[test]"], check=True)
    return python


def version_of(python: Path) -> str:
    """Return what an interpreter calls itself."""
    return subprocess.run([python, "-V"], check=True, capture_output=True, text=True).stdout.strip()


def print_set(which: str, python: Path) -> None:
    """Print the release of each package that setup.cfg names, beside its bound, and say where the two differ."""
    script = "import sys, importlib.metadata as m; print(*map(m.version, sys.argv[1:]))"
    asked = sorted(map(Requirement, set(requirements("test"))), key=lambda requirement: requirement.name.lower())
    names = [requirement.name for requirement in asked]
    found = subprocess.run([python, "-c", script, *names], check=True, capture_output=True, text=True).stdout.split()
    for requirement, version in zip(asked, found, strict=True):
        lowest = [Version(bound.version) for bound in requirement.specifier if bound.operator == ">="]
        note = "" if lowest else ", which is no lower bound"
        if which == "lowest" and lowest and lowest != [Version(version)]:
            note = ", which no release that fits the others has"
        print(f"{requirement.name}=={version}  ({requirement.specifier or 'any'}{note})")


def installed(python: Path) -> dict[str, str]:
    """Read the releases in an environment, except those installed from a folder or a URL."""
    script = (
        "import importlib.metadata as m, json; "
        "print(json.dumps([[d.name, d.version] for d in m.distributions() if not d.read_text('direct_url.json')]))"
    )
    found = subprocess.run([python, "-I", "-c", script], check=True, capture_output=True, text=True).stdout
    releases = {canonicalize_name(name): Version(version).public for name, version in json.loads(found)}  # no "+cpu"
    return {name: releases[name] for name in sorted(releases.keys() - NOT_PINNED)}


def write_constraints(file: Path, releases: Mapping[str, str]) -> None:
    """Write a constraints file for pip; an existing file is replaced in one step."""
    header = HEADER.format(python=platform.python_version(), platform=f"{platform.system()} {platform.machine()}")
    lines = "".join(f"{name}=={version}\n" for name, version in releases.items())
    partial = file.with_name(f".{file.name}.partial")
    try:
        partial.write_text(header + lines, encoding="utf-8")
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)


def check_extras(python: Path, tree: Path) -> None:
    """Check that each extra can be installed with the constraints of the copy; nothing is installed."""
    options = ["--quiet", "--python", str(python), "--constraints", str(tree / CONSTRAINTS)]
    for extra in read_setup()["options.extras_require"]:
        command = [find_uv(), "pip", "compile", *options, "--extra", extra, str(tree / "setup.cfg")]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        if ended.returncode != 0:
            raise SystemExit(
                f"the extra {extra} cannot be installed with these releases; add a bound to setup.cfg, or test without "
                f"renewing {CONSTRAINTS} (--keep):\n{ended.stderr}"
            )


def run_tests(python: Path, tree: Path, arguments: list[str]) -> tuple[str, bool]:
    """Run the tests in the copy; return what came of them, and whether all is well."""
    report = tree.parent / REPORT
    report.unlink(missing_ok=True)
    shutil.rmtree(tree.parent / "deepchem", ignore_errors=True)
    (tree.parent / "deepchem").mkdir()
    environment = {"DEEPCHEM_GENOMICS_DATA": str(ROOT.parent / "shared" / "data"), **os.environ}
    environment["DEEPCHEM_DATA_DIR"] = str(tree.parent / "deepchem")  # NumPy 1 cannot read what NumPy 2 left in a cache
    environment["PATH"] = os.pathsep.join([str(python.parent), environment.get("PATH", "")])
    command = [str(python), "-m", "pytest", "-q", "-rs", f"--junitxml={report}", *arguments]
    begin = time.monotonic()
    ended = subprocess.run(command, cwd=tree, env=environment, check=False)
    seconds = time.monotonic() - begin
    if not report.exists():
        return f"pytest ended with {ended.returncode} and without a report after {seconds:.0f} s", False
    suites = list(ElementTree.parse(report).iter("testsuite"))
    n_tests, n_skipped, *bad = (
        sum(int(s.get(k, 0)) for s in suites) for k in ("tests", "skipped", "failures", "errors")
    )
    n_failed = sum(bad)
    counts = f"{n_tests - n_failed - n_skipped} passed, {n_failed} failed, {n_skipped} skipped"
    return f"{counts} in {seconds:.0f} s", ended.returncode == 0


def main() -> int:
    """Make the set, show it and run the tests with it."""
    parser = argparse.ArgumentParser(
        usage="%(prog)s [-h] [--folder FOLDER] [--keep] {lowest,newest,nightly} [-- PYTEST ARGUMENTS (-n 2)]",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("set", choices=RESOLUTION)
    parser.add_argument("--folder", type=Path, help="for the copy and the environment (default: build/deps-SET)")
    parser.add_argument("--python", default=sys.executable, help="interpreter (default: the one that runs this)")
    parser.add_argument("--keep", action="store_true", help=f"do not renew {CONSTRAINTS}")
    given = sys.argv[1:]
    at = given.index("--") if "--" in given else len(given)
    arguments, for_pytest = parser.parse_args(given[:at]), given[at + 1 :]
    folder = (arguments.folder or ROOT / "build" / f"deps-{arguments.set}").resolve()
    tree = folder / "tree"
    copy_tree(tree)
    if arguments.python != sys.executable:
        allow_any_python(tree)
    python = install(arguments.set, tree, folder / "venv", arguments.python)
    print_set(arguments.set, python)
    sys.stdout.flush()
    renews = arguments.set == "newest" and not arguments.keep
    releases = installed(python)
    if renews:
        write_constraints(tree / CONSTRAINTS, releases)  # a test compares it with setup.cfg
        check_extras(python, tree)
    outcome, well = run_tests(python, tree, for_pytest or ["-n", "2"])
    if renews and well:
        write_constraints(ROOT / CONSTRAINTS, releases)
        print(f"{CONSTRAINTS} is renewed: {len(releases)} releases")
    print(f"{arguments.set} set, {version_of(python)}: {outcome}")
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
