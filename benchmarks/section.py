"""Run one section in a process of its own, for :mod:`benchmarks.__main__`: ``benchmarks.section NAME OUT``."""

import argparse
import importlib
import json
import traceback
from pathlib import Path
from typing import Any

from benchmarks.record import Record, Settings
from benchmarks.sections import SECTIONS


def main() -> None:
    """Run, and write what was found, or what went wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("out", type=Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--peers-python")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--before", type=Path)
    arguments = parser.parse_args()
    settings = Settings(arguments.quick, arguments.rounds, arguments.peers_python, arguments.data, arguments.before)
    record = Record()
    found: dict[str, Any] = {}
    try:
        importlib.import_module(f"benchmarks.{SECTIONS[arguments.name].module}").run(record, settings)
    except Exception as error:
        traceback.print_exc()
        found = {"failed": f"{type(error).__name__}: {error}"}
    arguments.out.write_text(json.dumps(found or record.as_json()))


if __name__ == "__main__":
    main()
