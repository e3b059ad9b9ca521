"""One-hot encoding: this package beside DeepChem's own encoders, SeqPro and tangermeme.

All encode the same sequences; those that start from Python strings are compared with each other, and those that start
from letters that lie side by side as bytes already.
"""

import importlib.util
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import numpy as np

from benchmarks.contest import Contender
from benchmarks.peers import Job, Peer
from benchmarks.record import Record, Settings

AT_LEAST = 0.1  # seconds of work behind each timing

Jobs = dict[str, Job]


def run(record: Record, settings: Settings) -> None:
    """Compare those that start from strings, then those that start from bytes."""
    arguments = {"n": 20_000, "length": 101}
    strings, matrix = ours(**arguments)
    contenders = {name: (job.run, job.normalize(job.run())) for name, job in (strings | deepchem(**arguments)).items()}
    from_bytes = {name: (job.run, job.normalize(job.run())) for name, job in matrix.items()}
    with ExitStack() as stack:
        for package, factory in (("seqpro", "seqpro"), ("tangermeme", "tangermeme")):
            with record.attempt(package):
                here = importlib.util.find_spec(package) is not None
                python = None if here else settings.peers_python
                peer = stack.enter_context(Peer(f"benchmarks.encoding:{factory}", arguments, python))
                record.versions |= {name: peer.versions[name] for name in (package, "torch") if name in peer.versions}
                for name in peer.names:
                    group = from_bytes if name.endswith("bytes") else contenders
                    group[name] = (peer.job(name), peer.value(name))
        for title, group in (("from strings", contenders), ("from bytes (N, L)", from_bytes)):
            compare(record, settings, title, group, **arguments)
    record.use_versions("numpy", "deepchem")


def compare(
    record: Record,
    settings: Settings,
    title: str,
    group: dict[str, tuple[Callable[[], Any], np.ndarray]],
    n: int,
    length: int,
) -> None:
    """Check that all agree with the first, then let them take turns."""
    expected = next(iter(group.values()))[1]
    for name, (_, found) in group.items():
        if not np.array_equal(found, expected):
            raise AssertionError(f"{name} gives other numbers")
    record.contest(
        f"{n:,} x {length} bases, {title}",
        {name: Contender(job, n * length / 1e6) for name, (job, _) in group.items()},
        settings.turns(11, 3),
        unit="Mbp/s",
        checked="all give the same array, put in the order A, C, G, T",
        at_least=AT_LEAST,
    )


def sequences(n: int, length: int, seed: int = 0) -> list[str]:
    """Draw sequences; one letter in a thousand is N."""
    letters = np.frombuffer(b"ACGTN", np.uint8)
    drawn = np.random.default_rng(seed).choice(letters, size=(n, length), p=[0.24975] * 4 + [0.001])
    return [row.tobytes().decode() for row in drawn]


def ours(n: int, length: int) -> tuple[Jobs, Jobs]:
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics import feat

    strings = sequences(n, length)
    featurizer = feat.OneHotNucleotideFeaturizer()
    matrix = np.array(strings, "S")[:, None].view(np.uint8)
    from_strings = {
        "`feat.one_hot`": Job(lambda: feat.one_hot(strings)),
        "`OneHotNucleotideFeaturizer`": Job(lambda: featurizer.featurize(strings)),
        "`feat.one_hot`, unknown letters as fractions": Job(
            lambda: feat.one_hot(strings, unknown="fractional"), lambda rows: np.where(rows == 0.25, 0, rows)
        ),
    }
    return from_strings, {"`feat.one_hot`": Job(lambda: feat.one_hot(matrix))}


def deepchem(n: int, length: int) -> Jobs:
    from deepchem_genomics.quiet import import_quietly

    dc = import_quietly()
    strings = sequences(n, length)
    array = np.array(strings)
    featurizer = dc.feat.OneHotFeaturizer(charset=list("ACGT"), max_length=length)
    encode = dc.utils.genomics_utils.seq_one_hot_encode
    return {
        "DeepChem `OneHotFeaturizer`": Job(lambda: featurizer.featurize(strings), lambda rows: rows[..., :4]),
        "DeepChem `seq_one_hot_encode`": Job(
            lambda: encode(array),
            lambda images: images[..., 0][:, [0, 2, 3, 1]].transpose(0, 2, 1),  # its rows are A, T, C, G, N
        ),
    }


def seqpro(n: int, length: int) -> Jobs:
    import seqpro as sp

    strings = sequences(n, length)
    cast = sp.cast_seqs(strings)
    return {
        "SeqPro `ohe`": Job(lambda: sp.ohe(strings, sp.DNA)),
        "SeqPro `ohe`, bytes": Job(lambda: sp.ohe(cast, sp.DNA)),
    }


def tangermeme(n: int, length: int) -> Jobs:
    import torch
    from tangermeme.utils import one_hot_encode

    strings = sequences(n, length)
    return {
        "tangermeme `one_hot_encode`, one by one": Job(
            lambda: torch.stack([one_hot_encode(string) for string in strings]),
            lambda tensor: np.asarray(tensor).transpose(0, 2, 1),
        ),
        "tangermeme `one_hot_encode`, joined by hand first": Job(  # no check that sequences are equally long
            lambda: one_hot_encode("".join(strings)), lambda tensor: np.asarray(tensor).T.reshape(n, length, 4)
        ),
    }
