"""Train and predict with the chapter's network and that of rc-network: this package, DeepChem's models, PyTorch.

Each library has a process of its own, since TensorFlow and PyTorch in one fight over threads; only one works at a time.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import chapter_network, strand_network
from benchmarks.chapter_network import CHECKED_BATCHES, differences, write_inputs
from benchmarks.contest import Contender
from benchmarks.peers import Peer
from benchmarks.record import Record, Settings

OURS, STOCK, TORCH = "`TFBindingModel`", "DeepChem `KerasModel`", "PyTorch"
TORCH_MODEL = "DeepChem `TorchModel`"
STRANDS = "`RCTFBindingModel`"
LIMIT = "no network: as many multiplications in one matrix product"
TOLERANCES = 1e-5, 2e-4  # of gradient descent, and of Adam


def run(record: Record, settings: Settings) -> None:
    """Compare training, then prediction."""
    n = settings.pick(20_000, 10_000)
    compare_chapter_network(record, settings, n)
    compare_strand_network(record, settings, n)


def compare_chapter_network(record: Record, settings: Settings, n: int) -> None:
    """Train and predict with the chapter's network."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        inputs = str(Path(folder) / "inputs.npz")
        write_inputs(inputs, n)
        peers = start_peers(record, settings, stack, inputs)
        agreed = check(peers)
        rounds = settings.turns(9, 3)
        for peer in peers.values():
            for name in peer.names:
                peer.job(name)()  # tracing and first allocations are not what is compared
        record.contest(
            f"fit: one epoch of {n:,} windows, batches of 1,000, dropout 0.5, Adam",
            {name: Contender(peer.job("fit"), n) for name, peer in peers.items()},
            rounds,
            unit="windows/s",
            checked=agreed,
        )
        predicting = {f"{name}": Contender(peer.job("predict"), n) for name, peer in peers.items()}
        for name in (STOCK, TORCH_MODEL):
            if name not in peers:
                continue
            job = peers[name].job("predict in batches of 100")
            predicting[f"{name}, its default batches of 100"] = Contender(job, n)
        limit = stack.enter_context(Peer("benchmarks.chapter_network:matrix_product", {"windows": n}))
        limit.job("multiply")()
        predicting[LIMIT] = Contender(limit.job("multiply"), n)
        record.contest(
            f"predict: {n:,} windows, batches of 1,000", predicting, rounds, unit="windows/s", checked=agreed
        )


def compare_strand_network(record: Record, settings: Settings, n: int) -> None:
    """Train the network of rc-network."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        path = str(Path(folder) / "inputs.npz")
        write_inputs(path, n, strand_network.SHAPES)
        module = strand_network.__name__
        peers = {STRANDS: stack.enter_context(Peer(f"{module}:deepchem_genomics", {"path": path}))}
        with record.attempt(f"{TORCH}, strand network"):
            peers[TORCH] = stack.enter_context(_torch_peer(f"{module}:pytorch", path, settings))
        agreed = check(peers)
        for peer in peers.values():
            peer.job("fit")()
        record.contest(
            f"fit of rc-network's network: one epoch of {n:,} windows, batches of {strand_network.BATCH}, Adam",
            {name: Contender(peer.job("fit"), n) for name, peer in peers.items()},
            settings.turns(9, 3),
            unit="windows/s",
            checked=agreed,
        )


def start_peers(record: Record, settings: Settings, stack: ExitStack, inputs: str) -> dict[str, Peer]:
    """Start the processes; ours must be there, the others may be missing."""
    module = chapter_network.__name__
    peers = {OURS: stack.enter_context(Peer(f"{module}:deepchem_genomics", {"path": inputs}))}
    legacy = {"TF_USE_LEGACY_KERAS": "1"}  # DeepChem's own model cannot train without it; ours does not mind
    with record.attempt(STOCK):
        stock = Peer(f"{module}:deepchem", {"path": inputs}, environment=legacy)
        peers[STOCK] = stack.enter_context(stock)
    for name, factory in ((TORCH, "pytorch"), (TORCH_MODEL, "deepchem_pytorch")):
        with record.attempt(name):
            peers[name] = stack.enter_context(_torch_peer(f"{module}:{factory}", inputs, settings))
    for peer in peers.values():
        record.versions = {**peer.versions, **record.versions}  # those of this environment first
    return peers


def _torch_peer(factory: str, inputs: str, settings: Settings) -> Peer:
    """Start a peer in the interpreter that has PyTorch."""
    cores = len(os.sched_getaffinity(0))
    return Peer(factory, {"path": inputs, "cores": cores}, settings.peers_python or sys.executable)


def check(peers: dict[str, Peer]) -> str:
    """Say by how much any differs from the first, which is ours; an error if by more than rounding."""
    ours = next(iter(peers.values())).value("check")
    largest = 0.0, 0.0
    for name, peer in peers.items():
        found = differences(peer.value("check"), ours)
        if any(apart > allowed for apart, allowed in zip(found, TOLERANCES, strict=True)):
            raise AssertionError(f"{name} computes something else: it differs from ours by {found}")
        largest = max(largest[0], found[0]), max(largest[1], found[1])
    return (
        f"from the same weights without dropout, the losses of {CHECKED_BATCHES} batches of gradient descent and the "
        f"predictions after them differ from ours by at most {largest[0]:.0e}, the losses of Adam by {largest[1]:.0e}"
    )
