"""Measure, and write ``docs/performance.md``: ``python -m benchmarks [SECTION ...]``."""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tqdm import tqdm

from benchmarks.genome_before import COMMIT, commit_of
from benchmarks.machine import BUSY, LoadWatch, adopt_orphans, describe_machine, reap_orphans
from benchmarks.page import write_page
from benchmarks.sections import SECTIONS
from deepchem_genomics.io.outputs import atomic_file

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results"


def main(arguments: list[str] | None = None) -> int:
    """Run sections, keep what they found, write the page; 1 if a section failed."""
    parser = _parser()
    given = parser.parse_args(arguments)
    unknown = ", ".join(name for name in given.sections if name not in SECTIONS)
    if unknown:
        parser.error(f"there is no section {unknown}; there are {', '.join(SECTIONS)}")
    if given.before and (there := commit_of(given.before)) != COMMIT:
        parser.error(f"--before: {given.before} is a checkout of {there or 'nothing'}; it must be one of {COMMIT}")
    names = [name for name in SECTIONS if name in (given.sections or SECTIONS) and not given.page]
    given.results.mkdir(parents=True, exist_ok=True)
    failed = {}
    with tqdm(names, desc="benchmarks", unit="section") as shown:
        for name in shown:
            shown.set_postfix_str(name)
            found = _run(name, given)
            if "failed" in found:
                failed[name] = found["failed"]
                shown.write(f"{name}: failed, its last figures stay: {found['failed']}", file=sys.stderr)
                continue
            busy = "; the machine was busy" if found["load"]["others"] > BUSY else ""
            shown.write(f"{name}: {found['load']['seconds']:.0f} s{busy}", file=sys.stderr)
            for contender, reason in found["left_out"].items():
                shown.write(f"  left out: {contender}: {reason}", file=sys.stderr)
            with atomic_file(given.results / f"{name}.json") as path:
                path.write_text(json.dumps(found, indent=1) + "\n")
            _write_page(given.results, given.out)  # after each section: a run may be broken off
    _write_page(given.results, given.out)
    print(f"{len(names) - len(failed)} of {len(names)} sections measured; the page is {given.out}")
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"of {', '.join(SECTIONS)} (all)")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller inputs, in less than 5 minutes")
    parser.add_argument("--page", action="store_true", help="only write the page of the figures that are kept")
    parser.add_argument("--rounds", type=int, help="turns of each contender (each section has its own number)")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "performance.md", help="(docs/performance.md)")
    parser.add_argument(
        "--results", type=Path, default=RESULTS, help="folder that keeps the figures (benchmarks/results)"
    )
    parser.add_argument(
        "--peers-python",
        "--python-torch",
        default=os.environ.get("BENCHMARK_PEERS_PYTHON"),
        metavar="PATH",
        help="interpreter for peers that this environment does not have, such as PyTorch (BENCHMARK_PEERS_PYTHON)",
    )
    parser.add_argument(
        "--before",
        type=lambda given: Path(given).resolve(),
        metavar="CHECKOUT",
        help=f"of commit {COMMIT}: genome_size runs its commands beside those of this version",
    )
    return parser


def _write_page(results: Path, out: Path) -> None:
    found = {path.stem: json.loads(path.read_text()) for path in sorted(results.glob("*.json"))}
    with atomic_file(out) as path:
        path.write_text(write_page(found))


def _run(name: str, given: argparse.Namespace) -> dict[str, Any]:
    """Run one section in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [sys.executable, "-m", "benchmarks.section", name, str(out)]
        command += ["--quick"] * given.quick
        for option in ("rounds", "peers_python", "before"):
            if getattr(given, option):
                command += [f"--{option.replace('_', '-')}", str(getattr(given, option))]
        if os.environ.get("DEEPCHEM_GENOMICS_DATA"):
            command += ["--data", os.environ["DEEPCHEM_GENOMICS_DATA"]]
        adopt_orphans()
        watch = LoadWatch.start()
        done = subprocess.run(command, cwd=ROOT, check=False)
        reap_orphans()
        if not out.exists():
            return {"failed": f"the process ended with status {done.returncode}"}
        found: dict[str, Any] = json.loads(out.read_text())
        date = datetime.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
        facts = {"date": date, "quick": given.quick, "machine": describe_machine(), "load": watch.stop()}
        return found if "failed" in found else facts | found


if __name__ == "__main__":
    sys.exit(main())
