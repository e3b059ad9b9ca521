"""The network of the recipe `rc-network`, here and in PyTorch, each made in a process of its own by the peers' module.

It is :class:`~deepchem_genomics.models.RCTFBindingModel` as it is made without arguments: a convolution with 64 kernels
on both strands, pooling, a residual block, what is best, average and placed, and two dense layers; Adam with a learning
rate of 0.001, batches of 128 as in the recipe. PyTorch's reads the same arrays and may start from the same weights.
"""

from typing import Any

import numpy as np

from benchmarks.chapter_network import our_jobs, torch_jobs
from benchmarks.peers import Job

__all__ = ["BATCH", "SHAPES", "deepchem_genomics", "pytorch"]

BATCH = 128
KERNELS, POSITIONS, HIDDEN = 64, 21, 32  # positions are those of 101 bases pooled by 5
_CONVOLUTION: list[tuple[int, ...]] = [(3, 2 * KERNELS, KERNELS), (KERNELS,)]
_SCALE: list[tuple[int, ...]] = [(KERNELS,), (KERNELS,)]
EVIDENCE = 2 * KERNELS + HIDDEN
SHAPES: list[tuple[int, ...]] = [
    *[(15, 4, KERNELS), (KERNELS,), *_SCALE],
    *[*_SCALE, *_CONVOLUTION, *_SCALE, *_CONVOLUTION],
    *[(POSITIONS * 2 * KERNELS, HIDDEN), (HIDDEN,)],
    *[(EVIDENCE, HIDDEN), (HIDDEN,), (HIDDEN + EVIDENCE, 1), (1,)],
]
"""Of the weights, in the order of Keras."""


def deepchem_genomics(path: str) -> dict[str, Job]:
    """Make ``RCTFBindingModel``."""
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics.models import RCTFBindingModel

    return our_jobs(RCTFBindingModel, path, BATCH)


def pytorch(path: str, cores: int) -> dict[str, Job]:
    """Make the network as a PyTorch user would, with a plain loop over arrays in memory."""
    return torch_jobs(_network, _set_weights, path, cores, BATCH)


def _network(dropout: float = 0.3) -> Any:
    import torch
    from torch import nn
    from torch.nn import functional

    class Convolution(nn.Module):
        def __init__(self, channels: int, width: int) -> None:
            super().__init__()
            self.kernel = nn.Parameter(torch.empty(KERNELS, channels, width))
            self.bias = nn.Parameter(torch.zeros(KERNELS))
            nn.init.xavier_uniform_(self.kernel)

        def forward(self, X: Any) -> Any:
            kernel = torch.cat([self.kernel, self.kernel.flip(0, 1, 2)])
            return functional.conv1d(X, kernel, torch.cat([self.bias, self.bias.flip(0)]), padding="same")

    class Scale(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.normalization = nn.BatchNorm1d(KERNELS, eps=1e-3)

        def forward(self, X: Any) -> Any:
            stacked = torch.cat([X[:, :KERNELS], X[:, KERNELS:].flip(1)], 2)  # (n, kernels, both strands)
            one, other = self.normalization(stacked).chunk(2, dim=2)
            return torch.cat([one, other.flip(1)], 1)

    class Network(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Sequential(Convolution(4, 15), Scale(), nn.ReLU(), nn.Dropout(dropout / 3))
            parts = [part for _ in range(2) for part in (Scale(), nn.ReLU(), Convolution(2 * KERNELS, 3))]
            self.block = nn.Sequential(*parts)
            self.placed = nn.Sequential(nn.Dropout(dropout), nn.Linear(POSITIONS * 2 * KERNELS, HIDDEN), nn.ReLU())
            self.drop = nn.Dropout(dropout)
            self.features = nn.Sequential(nn.Linear(EVIDENCE, HIDDEN), nn.ReLU())
            self.logits = nn.Linear(HIDDEN + EVIDENCE, 1)

        def forward(self, X: Any) -> Any:
            trunk = functional.max_pool1d(self.first(X), 5, 5, padding=2)
            trunk = trunk + self.block(trunk)
            best, average = trunk.amax(2), trunk.mean(2)
            evidence = [
                torch.maximum(best[:, :KERNELS], best[:, KERNELS:].flip(1)),
                (average[:, :KERNELS] + average[:, KERNELS:].flip(1)) / 2,
                sum(self.placed(view.transpose(1, 2).flatten(1)) for view in (trunk, trunk.flip(1, 2))) / 2,
            ]
            joined = self.drop(torch.cat(evidence, 1))
            return self.logits(torch.cat([self.features(joined), joined], 1))

    return Network()


def _set_weights(network: Any, variables: list[np.ndarray]) -> None:
    import torch

    with torch.no_grad():
        for parameter, value in zip(network.parameters(), variables, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value.T)))  # (out, in, width), and (out, in)
