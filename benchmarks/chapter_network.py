"""The chapter's network in several libraries, each made in a process of its own by :mod:`benchmarks.peers`.

Three convolutions of 15 filters, 10 wide, relu and dropout 0.5, then one logit; Adam with a learning rate of 0.001,
cross-entropy with weights, batches of 1,000. All read the same arrays and may start from the same weights.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from benchmarks.peers import Job

if TYPE_CHECKING:
    import torch

BATCH, LEARNING_RATE, DESCENT = 1000, 0.001, 0.01
CHECKED_BATCHES = 10
SHAPES: list[tuple[int, ...]] = [(10, 4, 15), (15,), (10, 15, 15), (15,), (10, 15, 15), (15,), (101 * 15, 1), (1,)]
MULTIPLICATIONS = 101 * 15 * (10 * (4 + 15 + 15) + 1)  # a window: three convolutions, and the logit


def write_inputs(path: str, n: int, shapes: list[tuple[int, ...]] = SHAPES, seed: int = 0) -> None:
    """Draw windows with labels and weights, and weights of a network, as Glorot and Bengio (2010) advise."""
    rng = np.random.default_rng(seed)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (n, 101))]
    y = (rng.random((n, 1)) < 0.01).astype(np.float32)
    first = {f"variable_{i}": _glorot(shape, rng) for i, shape in enumerate(shapes)}
    arrays: dict[str, Any] = {"X": X, "y": y, "w": np.where(y == 1, 50, 0.5).astype(np.float32), **first}
    np.savez(path, **arrays)


def _glorot(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    if len(shape) == 1:
        return np.zeros(shape, np.float32)
    width = float(np.prod(shape[:-2]))
    bound = np.sqrt(6 / (width * (shape[-2] + shape[-1])))
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def variables(inputs: Any) -> list[np.ndarray]:
    """Return the weights to start from, in the order of Keras."""
    return [inputs[f"variable_{i}"] for i in range(sum(name.startswith("variable_") for name in inputs))]


def deepchem_genomics(path: str) -> dict[str, Job]:
    """Make ``TFBindingModel``."""
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    from deepchem_genomics.models import TFBindingModel

    return our_jobs(TFBindingModel, path)


def our_jobs(model_class: Any, path: str, batch: int = BATCH) -> dict[str, Job]:
    """Return the jobs of a model of this package."""
    import deepchem as dc

    inputs = np.load(path)
    data = dc.data.NumpyDataset(inputs["X"], inputs["y"], inputs["w"])
    model = model_class(seed=0, progress=False, batch_size=batch)

    def plain(optimizer: Any) -> Any:
        return model_class(dropout=0.0, seed=0, progress=False, log_frequency=1, optimizer=optimizer)

    return {
        "fit": Job(lambda: model.fit(data, nb_epoch=1, checkpoint_interval=0)),
        "predict": Job(lambda: model.predict(data)),
        "check": Job(lambda: _check(plain, inputs, dc)),
    }


def deepchem(path: str) -> dict[str, Job]:
    """Make DeepChem's ``KerasModel`` of Keras's own layers, as the chapter's script does; needs Keras 2 as tf.keras."""
    from deepchem_genomics.quiet import import_quietly

    import_quietly()
    return _jobs_of(_keras_model, np.load(path), _set_keras_weights)


def _jobs_of(make: Any, inputs: Any, set_weights: Any) -> dict[str, Job]:
    """Return the jobs of a model of DeepChem's own: ``make`` takes dropout, batch size and other arguments."""
    import deepchem as dc

    data = dc.data.NumpyDataset(inputs["X"], inputs["y"], inputs["w"])
    model, small = make(0.5, BATCH), make(0.5, 100)

    def plain(optimizer: Any) -> Any:
        return make(0.0, BATCH, optimizer=optimizer, log_frequency=1)

    return {
        "fit": Job(lambda: model.fit(data, nb_epoch=1, checkpoint_interval=0)),
        "predict": Job(lambda: model.predict(data)),
        "predict in batches of 100": Job(lambda: small.predict(data)),
        "check": Job(lambda: _check(plain, inputs, dc, set_weights)),
    }


def _keras_model(dropout: float, batch_size: int, **kwargs: Any) -> Any:
    import deepchem as dc
    import tensorflow as tf

    layers = tf.keras.layers
    hidden = sequence = layers.Input((101, 4))
    for _ in range(3):
        hidden = layers.Conv1D(filters=15, kernel_size=10, activation="relu", padding="same")(hidden)
        hidden = layers.Dropout(rate=dropout)(hidden)
    logits = layers.Dense(units=1)(layers.Flatten()(hidden))
    network = tf.keras.Model(sequence, [layers.Activation("sigmoid")(logits), logits])
    loss = dc.models.losses.SigmoidCrossEntropy()
    return dc.models.KerasModel(network, loss, output_types=["prediction", "loss"], batch_size=batch_size, **kwargs)


def _set_keras_weights(model: Any, values: list[np.ndarray]) -> None:
    for variable, value in zip(model.model.trainable_variables, values, strict=True):
        variable.assign(value)


def _check(make: Any, inputs: Any, dc: Any, set_weights: Any = _set_keras_weights) -> np.ndarray:
    """Train without dropout from the given weights; see :func:`differences`."""
    rows = slice(BATCH * CHECKED_BATCHES)
    data = dc.data.NumpyDataset(*(inputs[name][rows] for name in "Xyw"))
    found: list[Any] = []
    for optimizer in (dc.models.optimizers.GradientDescent(DESCENT), dc.models.optimizers.Adam(LEARNING_RATE)):
        model = make(optimizer)
        set_weights(model, variables(inputs))
        losses: list[float] = []
        model.fit(data, nb_epoch=1, checkpoint_interval=0, deterministic=True, all_losses=losses)
        found += [losses, np.ravel(model.predict(dc.data.NumpyDataset(inputs["X"][:BATCH])))]
    return np.concatenate(found)


def differences(theirs: np.ndarray, ours: np.ndarray) -> tuple[float, float]:
    """Compare two checks: ten batches of gradient descent and predictions after them; losses of ten batches of Adam.

    Adam's first steps follow the sign of every gradient, also of those that are zero but for rounding, which no two
    libraries round alike: after a step of 0.001 the wrong way, losses agree in four digits and predictions in three.
    """
    apart = np.abs(theirs - ours)
    half = CHECKED_BATCHES + BATCH
    return float(apart[:half].max()), float(apart[half : half + CHECKED_BATCHES].max())


def matrix_product(windows: int) -> dict[str, Job]:
    """Make no network, but as many multiplications as one takes for so many windows, in one product of two matrices.

    This is the most that a machine does in practice: numbers are used again and again before memory is requested more.
    """
    side = 2048
    columns = round(windows * MULTIPLICATIONS / side**2)
    rng = np.random.default_rng(0)
    left, right = (rng.random(shape, dtype=np.float32) for shape in ((side, side), (side, columns)))
    return {"multiply": Job(lambda: left @ right)}


def pytorch(path: str, cores: int) -> dict[str, Job]:
    """Make the network as a PyTorch user would, with a plain loop over arrays in memory."""
    return torch_jobs(_torch_network, _set_weights, path, cores)


def torch_jobs(make: Any, set_weights: Any, path: str, cores: int, batch: int = BATCH) -> dict[str, Job]:
    """Return the jobs of a network of PyTorch's: ``make`` takes dropout; the network takes (n, 4, 101)."""
    import torch

    torch.set_num_threads(cores)
    torch.manual_seed(0)
    inputs = np.load(path)
    X, y, w = (torch.from_numpy(inputs[name]) for name in "Xyw")
    network = make()
    optimizer = torch.optim.Adam(network.parameters(), lr=LEARNING_RATE)

    def fit() -> list[float]:
        return _torch_fit(network, optimizer, X, y, w, torch.randperm(len(X)).split(batch))

    return {
        "fit": Job(fit),
        "predict": Job(lambda: _torch_predict(network, X)),
        "check": Job(lambda: _torch_check(make, set_weights, inputs)),
    }


def deepchem_pytorch(path: str, cores: int) -> dict[str, Job]:
    """Make DeepChem's ``TorchModel`` of the same layers: PyTorch as DeepChem's users have it."""
    import torch

    from deepchem_genomics.quiet import import_quietly

    torch.set_num_threads(cores)
    torch.manual_seed(0)
    import_quietly()
    return _jobs_of(_torch_model, np.load(path), lambda model, values: _set_weights(model.model[1], values))


def _torch_model(dropout: float, batch_size: int, **kwargs: Any) -> Any:
    import deepchem as dc
    import torch

    class ChannelsFirst(torch.nn.Module):
        def forward(self, X: Any) -> Any:
            return X.float().transpose(1, 2)

    class Probability(torch.nn.Module):
        def forward(self, logits: Any) -> Any:
            return torch.sigmoid(logits), logits

    network = torch.nn.Sequential(ChannelsFirst(), _torch_network(dropout), Probability())
    loss = dc.models.losses.SigmoidCrossEntropy()
    return dc.models.TorchModel(network, loss, output_types=["prediction", "loss"], batch_size=batch_size, **kwargs)


def _torch_network(dropout: float = 0.5) -> "torch.nn.Sequential":
    from torch import nn

    layers: list[nn.Module] = []
    for channels in (4, 15, 15):
        layers += [nn.Conv1d(channels, 15, 10, padding="same"), nn.ReLU(), nn.Dropout(dropout)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(15 * 101, 1))


def _torch_fit(network: Any, optimizer: Any, X: Any, y: Any, w: Any, batches: Any) -> list[float]:
    import torch

    network.train()
    losses = []
    for rows in batches:
        optimizer.zero_grad()
        logits = network(X[rows].float().transpose(1, 2))  # (n, 4, L), channels first
        loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, y[rows], weight=w[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _torch_predict(network: Any, X: Any) -> np.ndarray:
    import torch

    network.eval()
    with torch.inference_mode():
        batches = [torch.sigmoid(network(rows.float().transpose(1, 2))) for rows in X.split(BATCH)]
        found: np.ndarray = torch.cat(batches).numpy()
        return found


def _torch_check(make: Any, set_weights: Any, inputs: Any) -> np.ndarray:
    import torch

    X, y, w = (torch.from_numpy(inputs[name]) for name in "Xyw")
    found: list[Any] = []
    for optimizer, rate in ((torch.optim.SGD, DESCENT), (torch.optim.Adam, LEARNING_RATE)):
        network = make(0.0)
        set_weights(network, variables(inputs))
        in_order = torch.arange(BATCH * CHECKED_BATCHES).split(BATCH)
        losses = _torch_fit(network, optimizer(network.parameters(), lr=rate), X, y, w, in_order)
        found += [losses, np.ravel(_torch_predict(network, X[:BATCH]))]
    return np.concatenate(found)


def _set_weights(network: Any, variables: list[np.ndarray]) -> None:
    import torch

    last = variables[-2].reshape(101, 15).T.reshape(1, -1)  # PyTorch flattens channel by channel, Keras base by base
    kernels = [value.transpose(2, 1, 0) for value in variables[:-2:2]]  # (out, in, width)
    values = [*(v for pair in zip(kernels, variables[1:-2:2], strict=True) for v in pair), last, variables[-1]]
    with torch.no_grad():
        for parameter, value in zip(network.parameters(), values, strict=True):
            parameter.copy_(torch.from_numpy(np.ascontiguousarray(value)))
