"""What every public model promises; models are found, not listed."""

import deepchem as dc
import numpy as np
import pytest

from deepchem_genomics import models
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import EmptyInputError
from deepchem_genomics.models import GenomicsModel

N_ROWS = 24
IDS = np.array([f"chr1:{i}-{i + 101}" for i in range(N_ROWS)])
SIDE = SideInput(IDS, np.random.default_rng(0).random((N_ROWS, 1)).astype(np.float32))


def model_classes() -> list[type[GenomicsModel]]:
    public = (getattr(models, name) for name in models.__all__)
    found = [c for c in public if isinstance(c, type) and issubclass(c, GenomicsModel) and c is not GenomicsModel]
    assert len(found) >= 3
    return found


def build(model_class: type[GenomicsModel], **kwargs) -> GenomicsModel:
    first = (SIDE,) if "Accessibility" in model_class.__name__ else ()
    return model_class(*first, seed=1, batch_size=10, **kwargs)


def problem(model: GenomicsModel, n_tasks: int = 1) -> dc.data.NumpyDataset:
    rng = np.random.default_rng(1)
    X = np.eye(4, dtype=np.int8)[rng.integers(0, 4, (N_ROWS, model.length))]
    return dc.data.NumpyDataset(X, (np.arange(N_ROWS)[:, None] % 2 + np.zeros(n_tasks)), ids=IDS)


@pytest.fixture(params=model_classes(), ids=lambda c: c.__name__)
def model_class(request) -> type[GenomicsModel]:
    return request.param


def test_model__fits_scores_saves_and_loads(model_class, tmp_path):
    model = build(model_class, n_tasks=2, model_dir=tmp_path / "checkpoints")
    data = problem(model, n_tasks=2)
    assert np.isfinite(model.fit(data, nb_epoch=1))
    predicted = model.predict(data)
    assert predicted.shape == (N_ROWS, 2)
    name = "roc_auc" if model.get_task_type() == "classification" else "pearson"
    from deepchem_genomics import metrics

    assert set(model.evaluate(data, [getattr(metrics, name)])) == {name}
    assert model.get_num_tasks() == 2

    model.save(tmp_path / "saved")
    loaded = models.load(tmp_path / "saved", side_inputs=SIDE if "Accessibility" in model_class.__name__ else None)
    assert type(loaded) is model_class
    np.testing.assert_array_equal(loaded.predict(data), predicted)

    restored = build(model_class, n_tasks=2, model_dir=tmp_path / "checkpoints")
    restored.reload()
    np.testing.assert_array_equal(restored.predict(data), predicted)


def test_model__learns_a_few_samples_by_heart(model_class):
    model = build(model_class, dropout=0.0, learning_rate=0.01)
    data = problem(model)
    model.fit(data, nb_epoch=60, checkpoint_interval=0)
    assert np.abs(model.predict(data) - data.y).max() < 0.2


def test_model__has_dropout_uncertainty_and_saliency_for_every_input(model_class):
    model = build(model_class)
    data = problem(model)
    _, sd = model.predict_uncertainty(data, masks=4)
    assert sd.shape == (N_ROWS, 1)
    assert (sd > 0).any()
    saliency = model.compute_saliency(data.X[:2], data.ids[:2])
    first = saliency[0] if isinstance(saliency, list) else saliency
    parts = first if isinstance(first, list) else [first]
    assert [part.shape[:2] for part in parts] == [(2, 1)] * len(model.model.inputs)


def test_model__inputs_are_not_modified(model_class):
    model = build(model_class)
    data = problem(model)
    before = [array.copy() for array in (data.X, data.y, data.w, data.ids)]
    model.fit(data, nb_epoch=1, checkpoint_interval=0)
    model.predict(data)
    for array, kept in zip((data.X, data.y, data.w, data.ids), before, strict=True):
        np.testing.assert_array_equal(array, kept)


def test_models__are_found_all(fitted, kind):
    model = fitted(kind).model
    assert model.predict(fitted(kind).rows).shape == (60, 1)
    assert np.isfinite(model.predict(fitted(kind).rows)).all()


def test_models__predict_nothing_for_no_rows_or_say_so(fitted, kind):
    model, rows, _ = fitted(kind)
    none = dc.data.NumpyDataset(rows.X[:0], rows.y[:0], rows.w[:0], rows.ids[:0])
    if any(leaf.is_network for leaf in model.parts()):
        with pytest.raises(EmptyInputError):
            model.predict(none)
    else:
        assert model.predict(none).shape == (0, 1)


@pytest.mark.parametrize("dtype", ["?", "f2", ">f4", "u1"])
def test_models__predict_the_same_for_sequences_of_any_type(fitted, kind, dtype):
    model, rows, _ = fitted(kind)
    other = dc.data.NumpyDataset(np.asfortranarray(rows.X.astype(dtype)), rows.y, rows.w, rows.ids)
    np.testing.assert_array_equal(model.predict(other), model.predict(rows))


def test_models__that_ignore_the_strand_predict_alike_for_both(fitted, kind):
    model, rows, _ = fitted(kind)
    turned = dc.data.NumpyDataset(rows.X[:, ::-1, ::-1], rows.y, ids=rows.ids)
    one, other = model.predict(rows), model.predict(turned)
    if model.ignores_strand:
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-6)
    elif kind not in ("AlwaysMean", "GuideGCContent"):  # which do not look at the order of bases
        assert not np.allclose(other, one, rtol=1e-5, atol=1e-6)
