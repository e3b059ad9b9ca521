"""What a command has left, compared with what it writes undisturbed, but for what differs each time."""

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from kill_commands import INPUTS, Command  # beside this file
from kill_processes import COUNT, LOG, SYSTEM_TEMPORARY

CACHE_KEY = re.compile(r"-[0-9a-f]{12}-[0-9a-f]{12}\.")
VARIES = {
    "result.json": {"seconds_fit", "seconds_predict", "peak_memory_mb", "base_memory_mb", "finished"},
    "training.json": {"resume", "overwrite"},  # among the options that are written down
    "trial.json": {"seconds"},
    "results.json": {"seconds"},
    "trials.csv": {"seconds"},
    "steps.json": {"inputs"},  # with times of files
    "report.json": {"seconds_fit", "peak_memory_mb", "finished"},
    "report.csv": {"seconds_fit", "peak_memory_mb"},
    "report.md": r"\d[\d,.]* (s|MB)\b| +|-+|\d{4}-\d\d-\d\dT[\d:+]+( to )?",  # the same, and the width of columns
    "report.html": r"\d[\d,.]* (s|MB)\b|\d{4}-\d\d-\d\dT[\d:+]+( to )?| --(resume|overwrite)\b",
}
"""What differs between two undisturbed runs: times, memory, dates, and how the command was given. All else is equal."""


def differences(reference: Path, folder: Path, command: Command, finished: bool) -> str:
    """Compare what has its final name with the undisturbed output; say what differs, "" if nothing does."""
    wanted, found = needed(reference, command), needed(folder, command)
    if finished and set(found) != set(wanted):
        more, less = sorted(set(found) - set(wanted)), sorted(set(wanted) - set(found))
        return f"left over: {more}, missing: {less}"
    return half_folder(folder, command, set(wanted), set(found)) or other_file(wanted, found, command, finished)


def half_folder(folder: Path, command: Command, wanted: set[str], found: set[str]) -> str:
    """Say what a folder misses that has its final name, "" if all are whole."""
    for pattern in command.folders:
        for whole in folder.glob(pattern):
            inside = f"{whole.relative_to(folder)}/"
            missing = {name for name in wanted if name.startswith(inside)} - found
            if missing and not is_hidden(inside):
                return f"half a folder, without {sorted(missing)}"
    return ""


def other_file(wanted: dict[str, Path], found: dict[str, Path], command: Command, finished: bool) -> str:
    """Say which file has not the content that it has undisturbed, "" if each has."""
    for name, path in found.items():
        if name not in wanted or is_hidden(name) or path.is_dir():
            continue
        if not finished and command.later and name.startswith(command.later):
            continue  # a report of the runs that did not lose their process
        try:
            same = content(path) == content(wanted[name])
        except ValueError as error:
            return f"{name} is not whole: {error}"
        if not same:
            return f"{name} is not what it is undisturbed"
    return ""


def needed(folder: Path, command: Command) -> dict[str, Path]:
    """List what must be equal, not what is there for going on only."""
    return {name: path for name, path in files_of(folder).items() if not is_aside(name, command)}


def is_aside(name: str, command: Command) -> bool:
    """Say whether a file is there for going on only."""
    return Path(name).parts[0] in command.aside


def is_hidden(name: str) -> bool:
    """Say whether a file has not its final name yet."""
    return any(part.startswith(".") or part.endswith(".run") for part in Path(name).parts)


def below(folder: Path) -> list[Path]:
    """List all files and folders below one, sorted; workers of a killed command may be removing some just now."""
    return sorted(Path(place, name) for place, folders, files in os.walk(folder) for name in (*folders, *files))


def files_of(folder: Path) -> dict[str, Path]:
    """List what a command wrote, by name; names of the cache do not tell where it was."""
    apart = {INPUTS, SYSTEM_TEMPORARY, LOG, COUNT}
    paths = [path for path in below(folder) if path.relative_to(folder).parts[0] not in apart]
    return {CACHE_KEY.sub(".", str(path.relative_to(folder))): path for path in paths}


def unfinished(folder: Path) -> list[str]:
    """List what is left of what was being written, also among the system's temporary files."""
    ours = re.compile(r"\.(partial|old|scratch)-|^dcgenomics-|^\..*\.lock$")
    found = [path for path in below(folder) if ours.search(path.name)]
    return sorted(str(path.relative_to(folder)) for path in found if INPUTS not in path.relative_to(folder).parts)


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of every file below a folder."""
    files = [path for path in below(folder) if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def content(path: Path) -> bytes | str:
    """Read a file without what varies."""
    if path.name.endswith(".made.json"):  # sizes, times and numbers of files in the cache
        return json.dumps({CACHE_KEY.sub(".", name): made[0] for name, made in json.loads(path.read_text()).items()})
    varies: Any = VARIES.get(path.name)
    if varies is None:
        return path.read_bytes()
    if path.suffix == ".json":
        return json.dumps(without(json.loads(path.read_text()), varies))
    if path.suffix == ".csv":
        rows = [line.split(",") for line in path.read_text().splitlines()]
        if not rows:
            raise ValueError("it is empty")
        kept = [i for i, name in enumerate(rows[0]) if name not in varies]
        return "\n".join(",".join(row[i] for i in kept) for row in rows)
    return re.sub(varies, "", path.read_text())


def without(value: Any, names: set[str]) -> Any:
    """Leave entries out, however deep."""
    if isinstance(value, dict):
        return {name: without(entry, names) for name, entry in value.items() if name not in names}
    return [without(entry, names) for entry in value] if isinstance(value, list) else value
