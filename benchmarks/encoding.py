"""One-hot encoding: this package beside DeepChem's own encoders, SeqPro and tangermeme.

Run it with ``python -m benchmarks.encoding``. All contenders encode the same sequences in one process, taking turns
round after round, so that a busy moment of the machine hits all alike; each is first checked to give the same numbers.
Ratios are taken within a round, between contenders that start from the same: Python strings, or letters that lie side
by side as bytes already. What is not installed is left out, with a note.
"""

import argparse
import importlib.metadata
import os
import platform
import statistics
import time
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from deepchem_genomics import feat
from deepchem_genomics.quiet import import_quietly

AT_LEAST = 0.02  # seconds of work behind each timing


class Contender(NamedTuple):
    name: str
    start: str  # "strings" or "bytes"
    encode: Callable[[], object]
    to_acgt: Callable[[np.ndarray], np.ndarray]  # its own layout to (N, L, 4) in the order A, C, G, T


def sequences(n: int, length: int, seed: int = 0) -> list[str]:
    """Draw sequences; one letter in a thousand is N."""
    letters = np.frombuffer(b"ACGTN", np.uint8)
    drawn = np.random.default_rng(seed).choice(letters, size=(n, length), p=[0.24975] * 4 + [0.001])
    return [row.tobytes().decode() for row in drawn]


def ours(strings: list[str]) -> list[Contender]:
    import_quietly()
    featurizer = feat.OneHotNucleotideFeaturizer()
    matrix = np.array(strings, "S")[:, None].view(np.uint8)
    return [
        Contender("one_hot", "strings", lambda: feat.one_hot(strings), np.asarray),
        Contender("one_hot", "bytes", lambda: feat.one_hot(matrix), np.asarray),
        Contender("OneHotNucleotideFeaturizer", "strings", lambda: featurizer.featurize(strings), np.asarray),
        Contender(
            "one_hot, fractional",
            "strings",
            lambda: feat.one_hot(strings, unknown="fractional"),
            lambda rows: np.where(rows == 0.25, 0, rows),
        ),
    ]


def deepchem(strings: list[str]) -> list[Contender]:
    dc = import_quietly()
    featurizer = dc.feat.OneHotFeaturizer(charset=list("ACGT"), max_length=len(strings[0]))
    encode = dc.utils.genomics_utils.seq_one_hot_encode
    array = np.array(strings)
    return [
        Contender(
            "DeepChem OneHotFeaturizer",
            "strings",
            lambda: featurizer.featurize(strings),
            lambda rows: rows[..., :4],
        ),
        Contender(
            "DeepChem seq_one_hot_encode",
            "strings",
            lambda: encode(array),
            lambda images: images[..., 0][:, [0, 2, 3, 1]].transpose(0, 2, 1),  # its rows are A, T, C, G, N
        ),
    ]


def seqpro(strings: list[str]) -> list[Contender]:
    import seqpro as sp

    cast = sp.cast_seqs(strings)
    return [
        Contender("SeqPro ohe", "strings", lambda: sp.ohe(strings, sp.DNA), np.asarray),
        Contender("SeqPro ohe", "bytes", lambda: sp.ohe(cast, sp.DNA), np.asarray),
    ]


def tangermeme(strings: list[str]) -> list[Contender]:
    import torch
    from tangermeme.utils import one_hot_encode

    shape = len(strings), len(strings[0]), 4
    return [
        Contender(
            "tangermeme, one by one",
            "strings",
            lambda: torch.stack([one_hot_encode(string) for string in strings]),
            lambda tensor: np.asarray(tensor).transpose(0, 2, 1),
        ),
        Contender(
            "tangermeme, joined by hand",  # one call, but no check that the sequences are equally long
            "strings",
            lambda: one_hot_encode("".join(strings)),
            lambda tensor: np.asarray(tensor).T.reshape(shape),
        ),
    ]


def installed(strings: list[str]) -> list[Contender]:
    """Collect the contenders that can be imported, and check that they agree."""
    contenders = []
    for package in (ours, deepchem, seqpro, tangermeme):
        try:
            contenders += package(strings)
        except ImportError as error:
            print(f"left out: {package.__name__} ({error})")
    expected = feat.one_hot(strings)
    for contender in contenders:
        if not np.array_equal(contender.to_acgt(contender.encode()), expected):
            raise SystemExit(f"{contender.name} gives other numbers")
    return contenders


def measure(contenders: list[Contender], rounds: int) -> list[list[float]]:
    """Time all contenders in turn, ``rounds`` times over: seconds a call, by contender and round."""
    times: list[list[float]] = [[] for _ in contenders]
    for _ in range(rounds):
        for contender, its_times in zip(contenders, times, strict=True):
            started, calls = time.perf_counter(), 0
            while calls == 0 or time.perf_counter() - started < AT_LEAST:
                contender.encode()
                calls += 1
            its_times.append((time.perf_counter() - started) / calls)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=20_000, help="number of sequences")
    parser.add_argument("--length", type=int, default=101, help="bases in each")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()

    strings = sequences(arguments.n, arguments.length)
    contenders = installed(strings)
    times = measure(contenders, arguments.rounds)
    reference = {c.start: t for c, t in zip(contenders, times, strict=True) if c.name == "one_hot"}
    megabases = arguments.n * arguments.length / 1e6

    print(f"{arguments.n} x {arguments.length} bases, {arguments.rounds} rounds, {os.cpu_count()} cores,", end=" ")
    print(f"Python {platform.python_version()},", *(f"{p} {v}" for p, v in versions("numpy", "seqpro", "tangermeme")))
    print("| contender | from | Mbp/s, median | lowest to highest | one_hot is faster by | lowest to highest |")
    print("|---|---|---:|---:|---:|---:|")
    for contender, its_times in zip(contenders, times, strict=True):
        speeds = [megabases / seconds for seconds in its_times]
        ratios = [own / base for own, base in zip(its_times, reference[contender.start], strict=True)]
        print(
            f"| {contender.name} | {contender.start} | {statistics.median(speeds):.1f} "
            f"| {min(speeds):.1f} to {max(speeds):.1f} | {statistics.median(ratios):.2f} x "
            f"| {min(ratios):.2f} to {max(ratios):.2f} |"
        )


def versions(*packages: str) -> list[tuple[str, str]]:
    """Name the installed ones among some packages, with their versions."""
    found = {d.metadata["Name"].lower(): d.version for d in importlib.metadata.distributions()}
    return [(package, found[package]) for package in packages if package in found]


if __name__ == "__main__":
    main()
