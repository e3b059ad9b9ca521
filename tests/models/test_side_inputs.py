"""Side inputs of models: matched by the names of their tracks, scaled as in training, from tables and bigWig files."""

from types import SimpleNamespace
from typing import ClassVar

import deepchem as dc
import numpy as np
import pytest
from messages import mentions

from deepchem_genomics import models
from deepchem_genomics.data import Scaling, SideInput, with_neighbors
from deepchem_genomics.data.signal_lookup import SignalLookup
from deepchem_genomics.errors import BadValueError, GenomeFileError, IntervalError, MissingIdError, SideInputError
from deepchem_genomics.genome import Genome, Signal
from deepchem_genomics.models import (
    AccessibilityAlone,
    Blend,
    KmerRegression,
    MotifAccessibilityRegression,
    side_inputs,
)
from deepchem_genomics.models.baseline import Baseline, TrainingRows
from deepchem_genomics.models.prediction_files import RowPredictor
from deepchem_genomics.models.simple_models import StandardizedRegression
from deepchem_genomics.motifs.jaspar import ATF3

WIDTH, N_FIRST, N_SECOND = 20, 60, 20
SIZES = {"chr1": WIDTH * N_FIRST, "chr2": WIDTH * N_SECOND}
IDS = np.array(
    [f"{chrom}:{start}-{start + WIDTH}" for chrom, size in SIZES.items() for start in range(0, size, WIDTH)],
    dtype=object,
)
# In 64ths, so that the mean of the bases of a window is its value to the bit.
VALUES = (np.random.default_rng(0).integers(0, 640, (len(IDS), 3)) / 64).astype(np.float32)
NAMES = ["DNase", "ATAC", "phyloP"]
TABLE = SideInput(IDS, VALUES, names=NAMES)
TRAIN = np.arange(0, len(IDS), 2)


def dataset(rows=slice(None)):
    X = np.eye(4, dtype=np.int8)[np.random.default_rng(1).integers(0, 4, (len(IDS), WIDTH))]
    y = (VALUES[:, :2].sum(axis=1) + np.random.default_rng(2).normal(size=len(IDS)) > 10).astype(float)[:, None]
    return dc.data.NumpyDataset(X[rows], y[rows], ids=IDS[rows])


ROWS = dataset()


class TwoSideInputs(Baseline):
    """A regression on two side inputs, each by its own name."""

    takes: ClassVar[tuple[str, ...]] = ("accessibility", "conservation")
    learned: ClassVar[dict[str, type]] = {"regression": StandardizedRegression}

    def __init__(self, accessibility, conservation):
        super().__init__(accessibility=accessibility, conservation=conservation)

    def features(self, ids):
        return np.hstack([one.lookup(ids) for one in self.side_inputs.values()])

    def _learn(self, rows: TrainingRows):
        self.scale_side_inputs(rows)
        self.regression = StandardizedRegression.fit(self.features(rows.ids), rows)

    def _scores(self, X, ids):
        return self.regression(self.features(ids))


def fitted(model, rows=TRAIN):
    model.fit(dataset(rows))
    return model


def declared_of(model, folder):
    """Save a model and load it without values."""
    model.save(folder)
    return models.load(folder)


@pytest.fixture
def of_two_tracks(tmp_path):
    """Return the predictions of a model of DNase and ATAC, and the model as it is loaded without values."""
    model = fitted(AccessibilityAlone(TABLE.select(["DNase", "ATAC"])))
    return model.predict(ROWS), declared_of(model, tmp_path / "two")


@pytest.fixture
def of_one_track(tmp_path):
    model = fitted(AccessibilityAlone(TABLE.select(["DNase"])))
    return model.predict(ROWS), declared_of(model, tmp_path / "one")


@pytest.fixture
def of_two_side_inputs(tmp_path):
    model = fitted(TwoSideInputs(TABLE.select(["DNase", "ATAC"]), TABLE.select(["phyloP"])))
    return model.predict(ROWS), declared_of(model, tmp_path / "both")


@pytest.fixture(scope="module")
def bigwigs(tmp_path_factory):
    """Return the paths of three files with the values of the table."""
    pybigtools = pytest.importorskip("pybigtools")
    folder = tmp_path_factory.mktemp("signals")
    paths = {}
    for name, column in zip(NAMES, VALUES.T, strict=True):
        places = [(chrom, *map(int, place.split("-"))) for chrom, place in (each.split(":") for each in IDS)]
        entries = [(*place, float(value)) for place, value in zip(places, column, strict=True)]
        paths[name] = folder / f"{name}.bw"
        pybigtools.open(str(paths[name]), "w").write(SIZES, iter(entries))
    return paths


class TestMatching:
    @pytest.mark.parametrize("names", [["DNase", "ATAC"], ["ATAC", "DNase"], ["phyloP", "ATAC", "DNase"], NAMES])
    def test_other_orders_and_further_columns_are_put_right(self, of_two_tracks, names):
        expected, model = of_two_tracks
        model.attach(TABLE.select(names))
        np.testing.assert_array_equal(model.predict(ROWS), expected)
        assert model.side_inputs["accessibility"].names == ("DNase", "ATAC")

    def test_the_scaling_is_that_of_training_whatever_the_table_has(self, of_two_tracks):
        expected, model = of_two_tracks
        scaling = model.side_inputs["accessibility"].scaling
        model.attach(TABLE.scaled("standard", IDS[:5]))
        assert model.side_inputs["accessibility"].scaling == scaling
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    @pytest.mark.parametrize("names", [["DNase"], ["DNase", "phyloP"], ["ATAC", "phyloP"]])
    def test_a_missing_track_is_named(self, of_two_tracks, names):
        _, model = of_two_tracks
        with pytest.raises(SideInputError, match=mentions("DNase, ATAC", ", ".join(names))):
            model.attach(TABLE.select(names))

    def test_another_name_is_refused_also_where_the_number_is_right(self, of_two_tracks):
        _, model = of_two_tracks
        with pytest.raises(SideInputError, match=mentions("DNase, ATAC", "DNase, atac")):
            model.attach(SideInput(IDS, VALUES[:, :2], names=["DNase", "atac"]))
        with pytest.raises(MissingIdError):
            model.predict(ROWS)

    def test_tables_without_names_are_taken_in_order(self, of_two_tracks):
        expected, model = of_two_tracks
        model.attach(SideInput(IDS, VALUES[:, :2]))
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_a_model_of_a_table_without_names_takes_tracks_in_order(self, tmp_path):
        trained = fitted(AccessibilityAlone(SideInput(IDS, VALUES[:, :2])))
        for names in (None, ["DNase", "ATAC"], ["x", "y"]):
            model = declared_of(trained, tmp_path / str(names))
            model.attach(SideInput(IDS, VALUES[:, :2], names=names))
            np.testing.assert_array_equal(model.predict(ROWS), trained.predict(ROWS))

    @pytest.mark.parametrize("n", [1, 3])
    @pytest.mark.parametrize("is_named", [True, False])
    def test_another_number_of_tracks_without_names_is_refused(self, tmp_path, n, is_named):
        """Also of more: which of them are meant cannot be told."""
        table = SideInput(IDS, VALUES[:, :2], names=NAMES[:2] if is_named else None)
        model = declared_of(fitted(AccessibilityAlone(table)), tmp_path / "model")
        with pytest.raises(SideInputError, match=mentions(", ".join(f"track_{i}" for i in range(n)))):
            model.attach(SideInput(IDS, VALUES[:, :n]))

    def test_a_table_that_lacks_an_id_is_told_when_it_is_looked_up(self, of_two_tracks):
        _, model = of_two_tracks
        model.attach(TABLE.subset(IDS[:10]))
        with pytest.raises(MissingIdError, match=IDS[10]):
            model.predict(ROWS)


class TestSources:
    @pytest.mark.parametrize("name", ["signals.tsv", "signals.txt.gz"])
    def test_the_path_of_a_table(self, of_two_tracks, tmp_path, name):
        expected, model = of_two_tracks
        TABLE.to_file(tmp_path / name)
        for path in (tmp_path / name, str(tmp_path / name)):
            model.attach(path)
            np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_the_path_of_a_bigwig_file_for_a_model_with_one_track(self, of_one_track, bigwigs):
        expected, model = of_one_track
        for path in (bigwigs["DNase"], str(bigwigs["DNase"]), {"DNase": bigwigs["DNase"]}):
            model.attach(path)
            assert isinstance(model.side_inputs["accessibility"], SignalLookup)
            np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_a_bigwig_file_is_read_once_for_all_rows_of_a_chunk(self, of_one_track, bigwigs, monkeypatch):
        expected, model = of_one_track
        model.attach(bigwigs["DNase"])
        model.asked_rows, n_windows, summarize = 8, [], Signal.summarize

        def counted(signal, windows, *arguments, **options):
            n_windows.append(len(windows))
            return summarize(signal, windows, *arguments, **options)

        monkeypatch.setattr(Signal, "summarize", counted)
        order = np.r_[np.arange(len(IDS))[::-1], 3, 3]
        predicted = RowPredictor(model, masks=0)(dataset(order))["table"]
        np.testing.assert_array_equal(predicted, expected[order])
        assert n_windows == [len(IDS)]

    def test_the_name_of_a_bigwig_file_says_nothing_of_its_track(self, of_one_track, bigwigs, tmp_path):
        expected, model = of_one_track
        (tmp_path / "x.bigWig").write_bytes(bigwigs["DNase"].read_bytes())
        model.attach({"accessibility": tmp_path / "x.bigWig"})
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_bigwig_files_by_track_in_any_order(self, of_two_tracks, bigwigs):
        expected, model = of_two_tracks
        model.attach({"ATAC": bigwigs["ATAC"], "DNase": bigwigs["DNase"]})
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_tables_and_files_by_side_input(self, of_two_side_inputs, bigwigs, tmp_path):
        expected, model = of_two_side_inputs
        TABLE.select(["phyloP"]).to_file(tmp_path / "phyloP.tsv")
        both = {name: bigwigs[name] for name in ("DNase", "ATAC")}
        for sources in (
            TABLE,
            {"accessibility": TABLE, "conservation": TABLE},
            {"accessibility": TABLE.select(["ATAC", "DNase"]), "conservation": tmp_path / "phyloP.tsv"},
            {"accessibility": both, "conservation": bigwigs["phyloP"]},
            {"accessibility": both, "conservation": {"phyloP": bigwigs["phyloP"]}},
            {"accessibility": both, "conservation": TABLE},
            {"accessibility": TABLE, "phyloP": bigwigs["phyloP"]},
            {"accessibility": TABLE, "phyloP": TABLE.select(["phyloP"])},
            bigwigs,
        ):
            model.attach(sources)
            np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_a_single_file_is_not_enough_for_several_tracks(self, of_two_tracks, bigwigs):
        _, model = of_two_tracks
        for source in (bigwigs["DNase"], {"accessibility": bigwigs["DNase"]}):
            with pytest.raises(SideInputError, match=mentions("DNase, ATAC")):
                model.attach(source)
        with pytest.raises(SideInputError, match=mentions("DNase, ATAC", "DNase")):
            model.attach({"DNase": bigwigs["DNase"]})
        with pytest.raises(SideInputError, match=mentions("ATAC", "bigWig")):
            model.attach({"DNase": bigwigs["DNase"], "ATAC": TABLE})

    def test_names_that_stand_for_nothing_are_refused(self, of_one_track, of_two_side_inputs, bigwigs):
        _, model = of_one_track
        with pytest.raises(SideInputError, match=mentions("phyloP", "DNase")):
            model.attach({"DNase": bigwigs["DNase"], "phyloP": bigwigs["phyloP"]})
        with pytest.raises(SideInputError, match=mentions("DNase", "dnase")):
            model.attach({"dnase": bigwigs["DNase"]})
        with pytest.raises(SideInputError, match=mentions("DNase")):
            model.attach({})
        _, model = of_two_side_inputs
        with pytest.raises(SideInputError, match=mentions("phyloP", "accessibility")):
            model.attach({"accessibility": TABLE})

    def test_a_file_of_another_assembly_is_refused(self, of_one_track, bigwigs, tmp_path):
        (tmp_path / "other.fa").write_text(">chr1\n" + "ACGT" * 30 + "\n")
        with Genome(tmp_path / "other.fa") as genome, pytest.raises(GenomeFileError, match=mentions("assembly")):
            of_one_track[1].attach(bigwigs["DNase"], genome=genome)

    def test_of_a_bigwig_file_the_statistic_is_as_asked(self, of_one_track, tmp_path):
        pybigtools = pytest.importorskip("pybigtools")
        pybigtools.open(str(tmp_path / "x.bw"), "w").write(SIZES, iter([("chr1", 0, 5, 8.0), ("chr1", 5, 20, 4.0)]))
        _, model = of_one_track
        found = {}
        for statistic in ("mean", "min", "max", "coverage"):
            model.attach(tmp_path / "x.bw", statistic=statistic)
            found[statistic] = model.side_inputs["accessibility"].raw(IDS[:1]).item()
        assert found == {"mean": 5, "min": 4, "max": 8, "coverage": 1}

    def test_ids_that_are_no_places_cannot_be_looked_up_in_bigwig_files(self, of_one_track, bigwigs):
        _, model = of_one_track
        model.attach(bigwigs["DNase"])
        with pytest.raises(IntervalError):
            model.predict(dc.data.NumpyDataset(ROWS.X[:1], ids=np.array(["guide1"])))

    def test_load_takes_what_attach_takes(self, of_two_tracks, bigwigs, tmp_path):
        expected, model = of_two_tracks
        model.save(tmp_path / "again")
        for sources in (TABLE, {"DNase": bigwigs["DNase"], "ATAC": bigwigs["ATAC"]}, {"accessibility": TABLE}):
            np.testing.assert_array_equal(models.load(tmp_path / "again", sources).predict(ROWS), expected)
            loaded = AccessibilityAlone.load(tmp_path / "again", side_inputs=sources)
            np.testing.assert_array_equal(loaded.predict(ROWS), expected)


class TestComposites:
    @pytest.fixture
    def blend(self):
        """Return members that scale the same tracks differently, one that takes no table, and one within a blend."""
        early, late = TRAIN[:30], TRAIN[-20:]
        inner = Blend([fitted(AccessibilityAlone(TABLE.select(["ATAC", "DNase"])), late), fitted(KmerRegression(k=2))])
        return Blend([fitted(MotifAccessibilityRegression(ATF3, TABLE.select(["DNase"])), early), inner], [2, 1])

    def test_each_member_gets_its_own_tracks_and_scaling(self, blend, bigwigs, tmp_path):
        expected = blend.predict(ROWS)
        scalings = [part.side_inputs["accessibility"].scaling for part in blend.parts() if part.side_inputs]
        assert scalings[0].mean[0] != scalings[1].mean[1]
        loaded = declared_of(blend, tmp_path / "blend")
        for sources in (TABLE, {"accessibility": TABLE}, {name: bigwigs[name] for name in ("DNase", "ATAC")}):
            loaded.attach(sources)
            np.testing.assert_array_equal(loaded.predict(ROWS), expected)
            tables = [part.side_inputs["accessibility"] for part in loaded.parts() if part.side_inputs]
            assert [one.scaling for one in tables] == scalings
            assert [tuple(one.names) for one in tables] == [("DNase",), ("ATAC", "DNase")]

    def test_if_one_member_lacks_a_track_none_gets_any(self, blend, tmp_path):
        loaded = declared_of(blend, tmp_path / "blend")
        with pytest.raises(SideInputError, match=mentions("ATAC, DNase", "DNase, phyloP")):
            loaded.attach(TABLE.select(["DNase", "phyloP"]))
        assert all(
            isinstance(one, side_inputs.Declared) for part in loaded.parts() for one in part.side_inputs.values()
        )

    def test_all_tracks_are_named_once(self, blend):
        assert side_inputs.track_names_of(blend) == ["DNase", "ATAC"]
        assert set(blend.side_inputs) == {"accessibility"}

    def test_an_ensemble_of_networks_that_scale_differently_predicts_the_mean_of_what_each_predicts(self, tmp_path):
        arguments = {"length": WIDTH, "kernel_size": 5, "filters": 2, "progress": False}
        members = [
            models.AccessibilityTFBindingModel(
                TABLE.select(["DNase"]).scaled(method, IDS[rows]), seed=seed, **arguments
            )
            for seed, (method, rows) in enumerate([("standard", TRAIN[:9]), ("log-standard", TRAIN), ("none", TRAIN)])
        ]
        ensemble = models.Ensemble(members)
        alone = np.stack([member.predict(ROWS) for member in members])
        loaded = declared_of(ensemble, tmp_path / "ensemble")
        loaded.attach(TABLE)
        np.testing.assert_array_equal(np.stack([member.predict(ROWS) for member in loaded.members]), alone)
        np.testing.assert_array_equal(loaded.predict(ROWS), alone.mean(axis=0))


class TestAttached:
    def test_restores_what_there_was(self, of_one_track, bigwigs):
        expected, model = of_one_track
        before = dict(model.side_inputs)
        with side_inputs.attached(model, bigwigs["DNase"]):
            np.testing.assert_array_equal(model.predict(ROWS), expected)
            [signal] = model.side_inputs["accessibility"].signals.values()
        assert model.side_inputs == before
        assert signal._file is None  # closed
        with pytest.raises(MissingIdError):
            model.predict(ROWS)

    def test_restores_also_after_an_error(self, of_one_track):
        expected, model = of_one_track
        model.attach(TABLE)
        before = dict(model.side_inputs)
        with pytest.raises(OSError, match="x"), side_inputs.attached(model, TABLE.subset(IDS[:3])):
            raise OSError("x")
        with pytest.raises(SideInputError), side_inputs.attached(model, TABLE.select(["ATAC"])):
            pass
        assert model.side_inputs == before
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_of_nothing_leaves_the_model_as_it_is(self, of_one_track):
        expected, model = of_one_track
        model.attach(TABLE)
        with side_inputs.attached(model, None):
            np.testing.assert_array_equal(model.predict(ROWS), expected)
        with side_inputs.attached(fitted(KmerRegression(k=2)), None):
            pass

    def test_restores_every_member(self):
        members = [fitted(AccessibilityAlone(TABLE.select([name]))) for name in ("DNase", "ATAC")]
        before = [member.side_inputs["accessibility"] for member in members]
        with side_inputs.attached(Blend([Blend(members[:1]), members[1]]), TABLE):
            assert [member.side_inputs["accessibility"] for member in members] != before
        assert [member.side_inputs["accessibility"] for member in members] == before


class TestNeighbors:
    def columns(self, name, n):
        """Slow, obvious: the values of a window and of n on either side of it; at an end, the window's own."""
        column = VALUES[:, NAMES.index(name)]
        found = np.zeros((len(IDS), 2 * n + 1), dtype=np.float32)
        for i, own in enumerate(IDS):
            for j, step in enumerate(range(-n, n + 1)):
                chrom, place = own.split(":")
                start = int(place.split("-")[0]) + step * WIDTH
                there = np.flatnonzero(f"{chrom}:{start}-{start + WIDTH}" == IDS)
                found[i, j] = column[there[0] if len(there) else i]
        return found

    @pytest.fixture(params=[1, 3])
    def trained(self, request):
        return request.param, fitted(AccessibilityAlone(with_neighbors(TABLE.select(["DNase", "ATAC"]), request.param)))

    def test_a_model_of_neighbors_takes_plain_and_wide_tables_and_bigwig_files(self, trained, bigwigs, tmp_path):
        n, model = trained
        expected = model.predict(ROWS)
        loaded = declared_of(model, tmp_path / "model")
        raw = np.hstack([self.columns("DNase", n), self.columns("ATAC", n)])
        wide = with_neighbors(TABLE.select(["ATAC", "phyloP", "DNase"]), n)
        for sources in (
            TABLE,
            TABLE.select(["ATAC", "DNase"]),
            wide,
            with_neighbors(TABLE, n + 1),
            {name: bigwigs[name] for name in ("ATAC", "DNase")},
            {"accessibility": {name: bigwigs[name] for name in ("DNase", "ATAC")}},
        ):
            loaded.attach(sources)
            np.testing.assert_array_equal(loaded.side_inputs["accessibility"].raw(IDS), raw)
            np.testing.assert_array_equal(loaded.predict(ROWS), expected)
            assert loaded.side_inputs["accessibility"].neighbors == n
            assert side_inputs.track_names_of(loaded) == ["DNase", "ATAC"]

    def test_what_is_saved_is_the_tracks_and_the_number_of_neighbors_whatever_was_attached(
        self, trained, bigwigs, tmp_path
    ):
        n, model = trained
        expected = model.predict(ROWS)
        record = side_inputs.describe(model.side_inputs)
        assert record["accessibility"]["tracks"] == ["DNase", "ATAC"]
        assert record["accessibility"]["neighbors"] == n
        sources = {"declared": None, "plain": TABLE, "wide": with_neighbors(TABLE, n), "bigwig": bigwigs}
        for name, source in sources.items():
            loaded = declared_of(model, tmp_path / name)
            if name == "bigwig":
                source = {track: bigwigs[track] for track in ("DNase", "ATAC")}
            if source is not None:
                loaded.attach(source)
            assert side_inputs.describe(loaded.side_inputs) == record
            again = declared_of(loaded, tmp_path / f"{name} again")
            again.attach(TABLE)
            np.testing.assert_array_equal(again.predict(ROWS), expected)

    def test_a_model_without_neighbors_takes_the_middle_of_a_wide_table(self, of_two_tracks):
        expected, model = of_two_tracks
        model.attach(with_neighbors(TABLE, 2))
        np.testing.assert_array_equal(model.predict(ROWS), expected)

    def test_declared_columns_are_those_of_the_wide_table(self):
        wide = with_neighbors(TABLE, 2)
        [declared] = side_inputs.declared(side_inputs.describe({"accessibility": wide})).values()
        assert declared.names == tuple(wide.names)
        assert (declared.n_tracks, declared.neighbors, declared.tracks) == (15, 2, tuple(NAMES))


class TestNoValues:
    def test_a_model_of_sequences_alone_refuses_them(self, tmp_path, bigwigs):
        model = fitted(KmerRegression(k=2))
        model.save(tmp_path / "kmers")
        for give in (
            lambda: model.attach(TABLE),
            lambda: model.attach({"DNase": bigwigs["DNase"]}),
            lambda: Blend([model]).attach(TABLE),
            lambda: models.load(tmp_path / "kmers", side_inputs=TABLE),
        ):
            with pytest.raises(SideInputError, match=mentions("sequences")):
                give()

    def test_declared_values_are_missed_at_predict_and_at_fit(self, of_two_tracks):
        _, model = of_two_tracks
        for use in (model.predict, model.fit):
            with pytest.raises(MissingIdError, match=mentions("chr1:0-20", "DNase, ATAC")):
                use(ROWS)

    def test_require_side_inputs_names_all_tracks_that_are_missed(self, of_two_side_inputs):
        _, model = of_two_side_inputs
        with pytest.raises(SideInputError, match=mentions("DNase, ATAC, phyloP", "x", "--track")):
            side_inputs.require_side_inputs(Blend([model]), "x", "give --track")
        model.attach(TABLE)
        side_inputs.require_side_inputs(Blend([model]), "x", "give --track")

    def test_a_model_can_be_fitted_anew_on_what_was_attached(self, of_one_track, bigwigs):
        _, model = of_one_track
        expected = fitted(AccessibilityAlone(TABLE.select(["DNase"])), TRAIN[:20]).predict(ROWS)
        for source in (TABLE, bigwigs["DNase"]):
            model.attach(source)
            np.testing.assert_array_equal(fitted(model, TRAIN[:20]).predict(ROWS), expected)


class TestOfTable:
    def test_tracks_serve_the_side_input_of_their_name_and_accessibility_gets_all(self):
        names = ["DNase", "conservation.phyloP", "methylation", "conservation.GERP"]
        table = SideInput(["a"], [[1, 2, 3, 4]], names=names)
        found = side_inputs.of_table(table)
        assert {name: tuple(one.names) for name, one in found.items()} == {
            "DNase": ("DNase",),
            "conservation": ("conservation.phyloP", "conservation.GERP"),
            "methylation": ("methylation",),
            "accessibility": tuple(names),
        }
        assert found["conservation"].lookup(["a"]).tolist() == [[2, 4]]

    def test_of_a_dataset_without_tracks_there_are_none(self):
        assert side_inputs.of_table(None) == {}

    def test_of_one_track_is_the_table_itself(self):
        table = TABLE.select(["DNase"])
        assert side_inputs.of_table(table) == {"DNase": table, "accessibility": table}


def test_medians__are_of_raw_values_whatever_the_scaling():
    table = TABLE.scaled("log-standard", IDS)
    found = side_inputs.medians({"accessibility": table}, SimpleNamespace(ids=IDS[:7]))
    np.testing.assert_array_equal(found["accessibility"], np.median(VALUES[:7], axis=0))


@pytest.mark.parametrize(
    "record", [{"x": 1}, {"x": {}}, {"x": {"tracks": 3, "neighbors": 0, "scaling": {}}}, [], {"x": None}]
)
def test_declared__refuses_what_is_no_record(record):
    with pytest.raises(BadValueError):
        side_inputs.declared(record)


def test_attach__one_bigwig_is_refused_by_a_model_of_two_side_inputs(tmp_path):
    model = TwoNames()
    with pytest.raises(SideInputError, match="openness, conservation"):
        model.attach(tmp_path / "one.bw")


def test_attach__refuses_a_track_that_a_side_input_does_not_have(tmp_path):
    with pytest.raises(SideInputError, match="methylation"):
        TwoNames().attach({"openness": {"openness": "a.bw", "methylation": "b.bw"}, "conservation": "c.bw"})


class TwoNames(models.SequenceModel):
    """Nothing but two side inputs that are declared."""

    def __init__(self):
        names = ("openness", "conservation")
        self.side_inputs = {name: side_inputs.Declared([name], Scaling.none(1)) for name in names}


@pytest.mark.parametrize(
    ("name", "begin", "expected"),
    [
        ("t.signal", b"\x26\xfc\x8f\x88", True),
        ("t", b"\x88\x8f\xfc\x26", True),
        ("t.BW", b"", True),
        ("t.tsv", b"id\tdnase\n", False),
        ("t.tsv", b"", False),
    ],
)
def test_is_bigwig__goes_by_the_name_or_the_content(tmp_path, name, begin, expected):
    (tmp_path / name).write_bytes(begin)
    assert side_inputs.is_bigwig(tmp_path / name) == side_inputs.is_bigwig(str(tmp_path / name)) == expected
    assert not side_inputs.is_bigwig(tmp_path / "none.tsv") and not side_inputs.is_bigwig({})


def test_attach__of_a_table_without_names_leaves_the_model_its_own(trained_two_input, signals, valid, tmp_path):
    expected = trained_two_input.predict(valid)
    trained_two_input.save(tmp_path / "named")
    unnamed = SideInput(signals.ids, signals.values)
    model = models.load(tmp_path / "named", side_inputs=unnamed)
    np.testing.assert_array_equal(model.predict(valid), expected)
    model.save(tmp_path / "again")
    turned = signals.select(signals.names[::-1])
    for each in (model, models.load(tmp_path / "again")):
        each.attach(turned)
        assert each.side_inputs["accessibility"].names == signals.names
        np.testing.assert_array_equal(each.predict(valid), expected)
