"""Transcription-factor binding, whichever strand is read."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

import numpy as np
import tf_keras as keras
from deepchem.data import Dataset
from deepchem.models.losses import SigmoidCrossEntropy
from scipy.optimize import brentq
from scipy.special import expit, logit

from deepchem_genomics.models.batches import require_tasks
from deepchem_genomics.models.genomics_model import GenomicsModel
from deepchem_genomics.models.layers import Dropout, dense, seed_stream
from deepchem_genomics.models.sequence_model import TrainingByBatches
from deepchem_genomics.models.side_inputs import as_lookup
from deepchem_genomics.models.strand_layers import (
    BothStrands,
    OtherStrand,
    StrandBatchNormalization,
    StrandConv1D,
    SymmetricMaxPooling1D,
)
from deepchem_genomics.motifs import CountMatrix, log_odds_filters

if TYPE_CHECKING:
    from deepchem_genomics.data import SideInput

__all__ = ["RCTFBindingModel"]

_MATCH = 0.5  # a motif's filter responds to places that score more than this share of its best possible score
_FARTHEST = 40.0  # logits: beyond that, a probability is 0 or 1 to the last bit of a float32


class RCTFBindingModel(GenomicsModel):
    """Predict binding from a sequence, the same from either strand, with or without signals of the window.

    Every layer on the sequence is reverse-complement-equivariant, and what it found is joined over both strands, so the
    prediction for a sequence and for its reverse complement are equal. A first layer of wide filters, of which some can
    start as known motifs; stretches of ``pool_size`` positions reduced to their maximum; dilated residual blocks;
    then both position-free evidence (the best and the average over all positions) and position-aware evidence (a dense
    layer over the positions, for windows cut around a peak have their site in the middle). Signals pass a small network
    of their own.

    Parameters
    ----------
    accessibility : SideInput or dict, optional
        K signals by sample id, as for :class:`AccessibilityTFBindingModel`; scale them first, with
        ``side_input.scaled("log-standard", train.ids)``.
    n_tasks : int, default 1
        T: factors, or cells, predicted at once.
    length : int, default 101
        L: window length in bp.
    motifs : sequence of CountMatrix or int, default ()
        Known motifs that further filters of the first layer start from; a number makes as many without such a start,
        which is what loading a saved model does.
    freeze_motifs : bool, default False
        Whether those filters stay as they are.
    filters : int, default 64
        Filters of the first layer besides the motifs, each used on both strands, and of each block.
    kernel_size : int, default 15
        Width of the first layer in bp; odd, and at least that of the widest motif.
    pool_size : int, default 5
        Positions a stretch; odd.
    n_blocks : int, default 1
        Residual blocks of two convolutions of width 3, with dilations 1, 2, 4 and so on.
    hidden : int, default 32
        Units of the dense layers.
    dropout : float, default 0.3
        Fraction of units dropped before each dense layer, in training; after the first layer a third of it.
    seed : int, optional
        Decides first weights, dropout, augmentation and the order of batches.
    batch_size, learning_rate, optimizer, model_dir, progress, augmentation, tensorboard, log_frequency, wandb_logger
        See :class:`GenomicsModel`.

    Raises
    ------
    BadValueError
        If ``kernel_size`` or ``pool_size`` is even, or a motif is wider than ``kernel_size``.

    References
    ----------
    Shrikumar, Greenside and Kundaje (2017), Reverse-complement parameter sharing improves deep learning models for
    genomics, bioRxiv, doi:10.1101/103663.

    Examples
    --------
    >>> import numpy as np
    >>> from deepchem_genomics.feat import reverse_complement
    >>> model = RCTFBindingModel(filters=8, seed=1)
    >>> window = "ACGTC" * 20 + "A"
    >>> forward, backward = model.predict_sequences([window, reverse_complement(window)])
    >>> bool(np.allclose(forward, backward, atol=1e-6))
    True
    """

    mode: ClassVar[str] = "classification"
    ignores_strand = True

    def __init__(
        self,
        accessibility: "SideInput | Mapping[str, Any] | None" = None,
        n_tasks: int = 1,
        length: int = 101,
        motifs: "Sequence[CountMatrix] | int" = (),
        freeze_motifs: bool = False,
        filters: int = 64,
        kernel_size: int = 15,
        pool_size: int = 5,
        n_blocks: int = 1,
        hidden: int = 32,
        dropout: float = 0.3,
        seed: int | None = None,
        **kwargs: Unpack[TrainingByBatches],
    ) -> None:
        arguments = {
            "n_tasks": n_tasks,
            "length": length,
            "motifs": motifs if isinstance(motifs, int) else len(motifs),
            "freeze_motifs": freeze_motifs,
            "filters": filters,
            "kernel_size": kernel_size,
            "pool_size": pool_size,
            "n_blocks": n_blocks,
            "hidden": hidden,
            "dropout": dropout,
        }
        seeds = seed_stream(seed)
        sequence = keras.layers.Input((length, 4), name="sequence")
        first = _first_layer(sequence, motifs, freeze_motifs, filters, kernel_size, seeds)
        trunk = SymmetricMaxPooling1D(pool_size, name="pool")(Dropout(dropout / 3, next(seeds), name="thin")(first))
        for block in range(n_blocks):
            trunk = _residual_block(trunk, filters, 2**block, seeds, f"block{block + 1}")
        evidence = _evidence(trunk, hidden, dropout, seeds)
        inputs = [sequence]
        side_inputs = {} if accessibility is None else {"accessibility": as_lookup("accessibility", accessibility)}
        for name, table in side_inputs.items():
            signals = keras.layers.Input((table.n_tracks,), name=name)
            inputs.append(signals)
            evidence.append(dense(8, seeds, name="signals", activation="relu")(signals))
            evidence.append(signals)
        joined = Dropout(dropout, next(seeds), name="evidence_dropout")(
            keras.layers.Concatenate(name="evidence")(evidence)
        )
        features = dense(hidden, seeds, name="features", activation="relu")(joined)
        logits = dense(n_tasks, seeds, name="logits")(keras.layers.Concatenate(name="last")([features, joined]))
        super().__init__(
            keras.Model(inputs, [keras.layers.Activation("sigmoid", name="probability")(logits), logits]),
            SigmoidCrossEntropy(),
            arguments,
            length=length,
            side_inputs=side_inputs,
            output_types=["prediction", "loss"],
            seed=seed,
            **kwargs,
        )

    def refit_bias(self, dataset: Dataset) -> None:
        """Set the bias of each task to the likeliest on labeled rows, such as those trained on, without dropout.

        Training fits it to a network that lacks units, those that dropout leaves out; with all units, probabilities may
        be far too high in one run and too low in the next. The logits of a task move by one number, so rankings stay.
        Do this before :meth:`calibrate`. A task whose labels are all the same keeps its bias.

        Parameters
        ----------
        dataset : dc.data.Dataset
            X (N, L, 4), y and w (N, T), ids (N,) for a model with side inputs. Rows count by their weights.

        Raises
        ------
        ShapeMismatchError
            If the dataset has other tasks than the model, or sequences of another length.

        Examples
        --------
        >>> from deepchem_genomics.simulate import simulated_tf_datasets
        >>> train, _, _ = simulated_tf_datasets(n_train=200, n_valid=50, prevalence=0.06)
        >>> model = RCTFBindingModel(filters=4, hidden=4, seed=0)
        >>> _ = model.fit(train, nb_epoch=1)
        >>> model.refit_bias(train)
        >>> bool(abs(np.average(model.predict(train) - train.y, weights=train.w)) < 1e-5)
        True
        """
        require_tasks(dataset.y, self.get_num_tasks())
        with self._uncalibrated():
            predicted = np.asarray(self.predict(dataset), dtype=np.float64).reshape(len(dataset), -1)
        y = np.asarray(dataset.y, dtype=np.float64).reshape(predicted.shape)
        w = np.broadcast_to(np.asarray(dataset.w, dtype=np.float64).reshape(len(y), -1), y.shape)
        tiny = np.finfo(np.float32).tiny
        logits = logit(np.clip(predicted, tiny, 1 - np.finfo(np.float64).eps))
        moved = [_likeliest_shift(*columns) for columns in zip(logits.T, y.T, w.T, strict=True)]
        self.model.get_layer("logits").bias.assign_add(np.array(moved, dtype=np.float32))
        self.calibrations = ()  # of the former bias


def _likeliest_shift(logits: Any, y: Any, w: Any) -> float:
    """Return what to add to logits (N,), so that the labels are the likeliest; 0 if these are all the same."""
    logits, y, w = logits[w > 0], y[w > 0], w[w > 0]
    if len(np.unique(y)) < 2:
        return 0.0
    return float(brentq(lambda shift: w @ (expit(logits + shift) - y), -_FARTHEST, _FARTHEST))


def _first_layer(
    sequence: Any,
    motifs: "Sequence[CountMatrix] | int",
    freeze_motifs: bool,
    filters: int,
    kernel_size: int,
    seeds: Iterator[int],
) -> Any:
    """Scan for known motifs and for what is to be learned; (n, L, 2G), in the order that equivariance asks for."""
    learned = StrandConv1D(filters, kernel_size, kernel_initializer=_glorot(seeds), name="filters")(sequence)
    maps = [StrandBatchNormalization(name="filters_scale")(learned)]
    n_motifs = motifs if isinstance(motifs, int) else len(motifs)
    if n_motifs:
        kernel, bias = _glorot(seeds), "zeros"
        if not isinstance(motifs, int):
            kernel, bias = _as_initializers(motifs, kernel_size)
        layer = StrandConv1D(
            n_motifs, kernel_size, kernel_initializer=kernel, bias_initializer=bias, activation="relu", name="motifs"
        )
        layer.trainable = not freeze_motifs
        maps.append(StrandBatchNormalization(name="motifs_scale")(layer(sequence)))
    relus = [keras.layers.Activation("relu")(each) for each in maps]
    return _joined(relus)


def _as_initializers(motifs: "Sequence[CountMatrix]", kernel_size: int) -> tuple[Any, Any]:
    """Return motifs as first weights: scaled so that the best possible site scores 1, and shifted by what counts."""
    kernel = log_odds_filters(motifs, kernel_size)
    kernel = kernel / kernel.max(axis=1).sum(axis=0)
    return keras.initializers.Constant(kernel), keras.initializers.Constant(-_MATCH)


def _joined(maps: list[Any]) -> Any:
    """Join feature maps (n, L, 2G) so that reading channels backwards still turns strands around."""
    if len(maps) == 1:
        return maps[0]
    forward = [each[..., : each.shape[-1] // 2] for each in maps]
    backward = [each[..., each.shape[-1] // 2 :] for each in maps]
    return keras.layers.Concatenate(name="filters_and_motifs")(forward + backward[::-1])


def _residual_block(trunk: Any, filters: int, dilation: int, seeds: Iterator[int], name: str) -> Any:
    """Add what two convolutions, the first of them dilated, make of a map to it; (n, M, 2 x filters)."""
    if trunk.shape[-1] != 2 * filters:
        trunk = StrandConv1D(filters, 1, use_bias=False, kernel_initializer=_glorot(seeds), name=f"{name}_width")(trunk)
    hidden = trunk
    for number, rate in enumerate((dilation, 1), start=1):
        hidden = keras.layers.Activation("relu")(StrandBatchNormalization(name=f"{name}_scale{number}")(hidden))
        hidden = StrandConv1D(
            filters, 3, dilation_rate=rate, kernel_initializer=_glorot(seeds), name=f"{name}_conv{number}"
        )(hidden)
    return keras.layers.Add(name=name)([trunk, hidden])


def _evidence(trunk: Any, hidden: int, dropout: float, seeds: Iterator[int]) -> list[Any]:
    """Summarize a map, equally for both strands: its maximum, its mean, and a dense layer over the positions."""
    best = BothStrands("max", name="best")(keras.layers.GlobalMaxPooling1D(name="best_place")(trunk))
    average = BothStrands("mean", name="average")(keras.layers.GlobalAveragePooling1D(name="average_place")(trunk))
    flat, drop = keras.layers.Flatten(name="flat"), Dropout(dropout, next(seeds), name="flat_dropout")
    placed = dense(hidden, seeds, name="placed", activation="relu")
    strands = [placed(drop(flat(view))) for view in (trunk, OtherStrand(name="other_strand")(trunk))]
    return [best, average, keras.layers.Average(name="placed_average")(strands)]


def _glorot(seeds: Iterator[int]) -> Any:
    return keras.initializers.GlorotUniform(next(seeds))
