"""Train and predict with the chapter's network: this package, DeepChem's own ``KerasModel``, PyTorch.

Each library has a process of its own, since TensorFlow and PyTorch in one fight over threads; only one works at a time.
"""

import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.chapter_network import CHECKED_BATCHES, differences, write_inputs
from benchmarks.contest import Contender
from benchmarks.peers import Peer
from benchmarks.record import Record, Settings

OURS, STOCK, TORCH = "`TFBindingModel`", "DeepChem `KerasModel`", "PyTorch"
TORCH_MODEL = "DeepChem `TorchModel`"
LIMIT = "no network: as many multiplications in one matrix product"
TOLERANCES = 1e-5, 2e-4  # of gradient descent, and of Adam


def run(record: Record, settings: Settings) -> None:
    """Compare training, then prediction."""
    n = settings.pick(20_000, 10_000)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        inputs = str(Path(folder) / "inputs.npz")
        write_inputs(inputs, n)
        peers = start_peers(record, settings, stack, inputs)
        descent, adam = check(peers)
        rounds = settings.turns(9, 3)
        agreed = (
            f"from the same weights without dropout, the losses of {CHECKED_BATCHES} batches of gradient descent and "
            f"the predictions after them differ from ours by at most {descent:.0e}, the losses of Adam by {adam:.0e}"
        )
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


def start_peers(record: Record, settings: Settings, stack: ExitStack, inputs: str) -> dict[str, Peer]:
    """Start the processes; ours must be there, the others may be missing."""
    cores = len(os.sched_getaffinity(0))
    peers = {OURS: stack.enter_context(Peer("benchmarks.chapter_network:deepchem_genomics", {"path": inputs}))}
    legacy = {"TF_USE_LEGACY_KERAS": "1"}  # DeepChem's own model cannot train without it; ours does not mind
    with record.attempt(STOCK):
        stock = Peer("benchmarks.chapter_network:deepchem", {"path": inputs}, environment=legacy)
        peers[STOCK] = stack.enter_context(stock)
    python = settings.peers_python or sys.executable
    for name, factory in ((TORCH, "pytorch"), (TORCH_MODEL, "deepchem_pytorch")):
        with record.attempt(name):
            torch = Peer(f"benchmarks.chapter_network:{factory}", {"path": inputs, "cores": cores}, python)
            peers[name] = stack.enter_context(torch)
    for peer in peers.values():
        record.versions = {**peer.versions, **record.versions}  # those of this environment first
    return peers


def check(peers: dict[str, Peer]) -> tuple[float, float]:
    """Return by how much any differs from ours; an error if by more than rounding."""
    ours = peers[OURS].value("check")
    largest = 0.0, 0.0
    for name, peer in peers.items():
        found = differences(peer.value("check"), ours)
        if any(apart > allowed for apart, allowed in zip(found, TOLERANCES, strict=True)):
            raise AssertionError(f"{name} computes something else: it differs from ours by {found}")
        largest = max(largest[0], found[0]), max(largest[1], found[1])
    return largest
