"""A benchmark: each run once, whatever happens on the way."""

import json
import os
import re
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from messages import mentions

from deepchem_genomics.benchmark.finished_runs import folder_of_run, read_runs
from deepchem_genomics.benchmark.one_run import Task, run_one
from deepchem_genomics.benchmark.runner import run
from deepchem_genomics.errors import BadValueError, DataFolderError
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import open_run

NOT_CONTENT = ("seconds_fit", "seconds_predict", "peak_memory_mb", "base_memory_mb", "finished")


def content(out):
    """Return what must not depend on how runs were run."""
    return [
        (
            {key: value for key, value in run.record.items() if key not in NOT_CONTENT},
            [column.tolist() for column in run.predictions()],
        )
        for run in read_runs(out)
    ]


@pytest.fixture
def quick(tmp_path):
    """Return a function that runs a benchmark without a report."""

    def start(problems, models, seeds=1, **options):
        return run(problems, models, seeds, tmp_path / "out", report=False, progress=False, **options)

    return start


def test_run__runs_each_run_once(quick, tmp_path, toy_problem, toy_recipe):
    arguments = (
        [toy_problem("one"), toy_problem("two", folds=3)],
        [toy_recipe(), toy_recipe("still", uses_seed=False)],
    )
    first = quick(*arguments, seeds=2)
    runs = [
        f"{problem} {model}" for problem in ("one", "two") for model in ("guess seed 0", "guess seed 1", "still seed 0")
    ]
    assert sorted(first.ran) == runs
    assert (first.kept, first.failed) == ([], {})
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("result.json")}
    again = quick(*arguments, seeds=2)
    assert (again.ran, sorted(again.kept), again.failed) == ([], runs, {})
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("result.json")}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["run.json", "runs"]


def test_run__does_not_depend_on_the_number_of_jobs(tmp_path, toy_problem, toy_recipe):
    for jobs in (1, 2):
        run(
            [toy_problem(folds=2)],
            [toy_recipe()],
            2,
            tmp_path / str(jobs),
            execution=Execution(jobs),
            report=False,
            progress=False,
        )
    assert content(tmp_path / "1") == content(tmp_path / "2")
    record = read_runs(tmp_path / "2")[0].record
    predicted = read_runs(tmp_path / "2")[0].predictions().predicted
    assert predicted.max() > 0.5  # the model saw that it has one thread, and not none
    assert record["n_scored"] == 20
    assert record["history"] == [{"fold": fold, "epoch": 1, "score": 0.5} for fold in range(2)]
    assert record["parameters"] == 7
    assert record["peak_memory_mb"] >= record["base_memory_mb"] > 1


def test_run__does_not_depend_on_where_it_is_run(tmp_path, toy_problem, toy_recipe):
    distributed = pytest.importorskip("distributed")

    def fail():
        raise ValueError("nothing to learn")

    arguments = [toy_problem(folds=2)], [toy_recipe(), toy_recipe("bad", fail)], 1
    run(*arguments, tmp_path / "here", report=False, progress=False)
    with distributed.LocalCluster(1, processes=False, threads_per_worker=2, dashboard_address=":0") as cluster:
        address = cluster.scheduler_address
        summary = run(
            *arguments, tmp_path / "there", report=False, progress=False, execution=Execution(scheduler=address)
        )
    assert summary.failed == {"toy bad seed 0": "ValueError: nothing to learn"}
    assert content(tmp_path / "here") == content(tmp_path / "there")


def test_run__a_scheduler_that_is_not_there_is_said_not_to_be(quick, toy_problem, toy_recipe):
    dask = pytest.importorskip("dask")
    pytest.importorskip("distributed")
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.1s"}),
        pytest.raises(BadValueError, match=mentions("dask", "tcp://127.0.0.1:1")),
    ):
        quick([toy_problem()], [toy_recipe()], execution=Execution(scheduler="tcp://127.0.0.1:1"))


def test_run__a_run_says_the_same_as_the_same_run_in_this_process(tmp_path, toy_problem, toy_recipe, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    problem, recipe = toy_problem(folds=2), toy_recipe()
    run([problem], [recipe], [5], tmp_path / "out", report=False, progress=False)
    record, predictions = run_one(problem.load(), Task(problem, recipe, 5), lambda line: None)
    (finished,) = read_runs(tmp_path / "out")
    assert finished.record["fingerprint"] == record["fingerprint"]
    assert finished.record["scores"] == record["scores"]
    np.testing.assert_array_equal(finished.predictions().predicted, predictions.predicted)
    assert finished.predictions().fold.tolist() == [0] * 10 + [1] * 10


def test_run__a_failing_run_is_told_and_the_others_are_kept(quick, tmp_path, toy_problem, toy_recipe):
    def fail():
        raise ValueError("nothing\nto learn")

    def die():
        import os

        os.kill(os.getpid(), 9)

    models = [toy_recipe("bad", fail), toy_recipe("dead", die), toy_recipe("good")]
    summary = quick([toy_problem()], models, execution=Execution(jobs=2))
    assert summary.ran == ["toy good seed 0"]
    assert summary.failed == {
        "toy bad seed 0": "ValueError: nothing to learn",
        "toy dead seed 0": "its process was ended by SIGKILL, most likely for lack of memory",
    }
    failures = {entry["recipe"]: entry for entry in json.loads((tmp_path / "out/failures.json").read_text())}
    details = failures["bad"]["details"]  # without lines of source: those of a function that was sent may be unknown
    assert "in fail\n" in details and details.endswith("ValueError: nothing\nto learn\n")
    assert not folder_of_run(tmp_path / "out", "toy", "bad", 0).exists()
    mended = quick([toy_problem()], [toy_recipe("bad"), toy_recipe("dead"), toy_recipe("good")])
    assert sorted(mended.ran) == ["toy bad seed 0", "toy dead seed 0"]
    assert mended.kept == ["toy good seed 0"]
    assert not (tmp_path / "out/failures.json").exists()


@pytest.mark.parametrize(
    ("data", "settings", "changed"),
    [
        ({"first": 1}, {}, "data"),
        ({}, {"description": "Guesses better."}, "settings"),
        ({"metrics": ("roc_auc",), "kind": "efficacy"}, {}, "settings"),
    ],
)
def test_run__a_run_of_something_else_is_named_and_run_again(
    quick, tmp_path, toy_problem, toy_recipe, caplog, data, settings, changed
):
    quick([toy_problem()], [toy_recipe()])
    summary = quick([toy_problem(**data)], [toy_recipe(**settings)])
    assert summary.ran == ["toy guess seed 0"]
    assert re.search(mentions("toy guess seed 0", changed), caplog.text)
    assert len(read_runs(tmp_path / "out")) == 1


def test_run__a_run_of_other_code_is_run_again(quick, toy_problem, toy_recipe, monkeypatch):
    quick([toy_problem()], [toy_recipe()])
    assert quick([toy_problem()], [toy_recipe()]).kept == ["toy guess seed 0"]
    monkeypatch.setattr("deepchem_genomics.benchmark.finished_runs.code_of", lambda recipe: "3f")
    assert quick([toy_problem()], [toy_recipe()]).ran == ["toy guess seed 0"]


def test_run__a_damaged_run_is_named_and_run_again(quick, tmp_path, toy_problem, toy_recipe, caplog):
    quick([toy_problem()], [toy_recipe()])
    (folder_of_run(tmp_path / "out", "toy", "guess", 0) / "predictions.npz").write_bytes(b"")
    assert quick([toy_problem()], [toy_recipe()]).ran == ["toy guess seed 0"]
    assert re.search(mentions("predictions.npz"), caplog.text)
    read_runs(tmp_path / "out")[0].predictions()


def test_run__runs_of_other_problems_and_models_stay(quick, tmp_path, toy_problem, toy_recipe):
    quick([toy_problem("one")], [toy_recipe("a")])
    quick([toy_problem("two")], [toy_recipe("b")])
    assert [run.record["problem"] for run in read_runs(tmp_path / "out")] == ["one", "two"]


def test_run__undefined_scores_are_none(quick, tmp_path, toy_problem, toy_recipe):
    problem = toy_problem(metrics=("pearson", "rmse", "mcc"))

    def all_alike(*_):
        from types import SimpleNamespace

        from deepchem_genomics.recipes import Fitted

        return Fitted(SimpleNamespace(predict=lambda dataset: [[2.0]] * len(dataset.ids)))

    quick([problem], [replace(toy_recipe("alike"), fit=all_alike)])
    (run,) = read_runs(tmp_path / "out")
    assert run.record["scores"]["pearson"] is None
    assert run.record["scores"]["mcc"] is None
    assert run.record["scores"]["rmse"] > 1


@pytest.mark.parametrize(
    ("predicted", "facts"),
    [([[0.5]], ("(1, 1)", "(10, 1)")), ([[np.nan]] * 10, ("10 numbers of 10",))],
)
def test_run_one__predictions_are_one_finite_number_a_row(toy_problem, toy_recipe, predicted, facts):
    from types import SimpleNamespace

    from deepchem_genomics.recipes import Fitted

    recipe = replace(toy_recipe(), fit=lambda *_: Fitted(SimpleNamespace(predict=lambda dataset: predicted)))
    problem = toy_problem()
    with pytest.raises(ValueError, match=mentions(*facts)):
        run_one(problem.load(), Task(problem, recipe, 0), lambda line: None)


SCRIPT = """
    import sys
    import time
    from pathlib import Path
    from types import SimpleNamespace
    import numpy as np
    from deepchem_genomics.benchmark.problem import Fold, Problem, ProblemData
    from deepchem_genomics.benchmark.runner import run
    from deepchem_genomics.recipes import Fitted, Recipe
    from deepchem_genomics.runs import Execution

    class Rows:
        def __init__(self, first):
            self.ids = np.arange(first, first + 10).astype(str)
            self.y = self.X = np.eye(10)[:, :1]
            self.w = np.ones((10, 1))
        def __len__(self):
            return 10

    def fit(train, valid, side_inputs, settings, seed, progress):
        import os
        if seed >= 2 and sys.argv[2] == "slow":
            Path(sys.argv[1], f"pid-{os.getpid()}").touch()
            time.sleep(60)
        return Fitted(SimpleNamespace(predict=lambda dataset: dataset.y + seed))

    data = ProblemData([Fold(Rows(0), None, Rows(10))])
    problem = Problem("toy", "binding", "Toy", ("rmse",), "", "", (), lambda *_: data)
    summary = run([problem], [Recipe("slow", "binding", "", fit)], 4, Path(sys.argv[1], "out"),
                  execution=Execution(2), report=False, progress=False)
    print(sorted(summary.ran), sorted(summary.kept))
"""


def until(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_run__a_killed_run_leaves_whole_runs_and_no_process_and_is_gone_on_from(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).replace("sys.argv[1]", repr(str(tmp_path))))
    out = tmp_path / "out"

    def start(speed):
        source = script.read_text().replace("sys.argv[2]", repr(speed))
        path = tmp_path / f"{speed}.py"
        path.write_text(source)
        return subprocess.Popen([sys.executable, str(path)], stdout=subprocess.PIPE, text=True,
                                env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip

    process = start("slow")
    until(lambda: len(list(tmp_path.glob("pid-*"))) == 2 and len(list(out.glob("runs/toy/slow/seed*"))) == 2)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert [run.record["seed"] for run in read_runs(out)] == [0, 1]
    left = [int(path.name.removeprefix("pid-")) for path in tmp_path.glob("pid-*")]
    until(lambda: not any(_runs(pid) for pid in left), 20)
    printed, _ = start("fast").communicate(timeout=60)
    assert printed.strip() == "['toy slow seed 2', 'toy slow seed 3'] ['toy slow seed 0', 'toy slow seed 1']"
    assert sorted(path.name for path in out.iterdir()) == ["run.json", "runs"]


def _runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def test_run__two_runs_do_not_write_to_one_folder(quick, tmp_path, toy_problem, toy_recipe):
    with (
        open_run(tmp_path / "out", "benchmark", {}),
        pytest.raises(DataFolderError, match=mentions("out", "process")),
    ):
        quick([toy_problem()], [toy_recipe()])


def test_run__refuses_a_folder_of_something_else(quick, tmp_path, toy_problem, toy_recipe):
    (tmp_path / "out").mkdir()
    (tmp_path / "out/thesis.tex").touch()
    with pytest.raises(DataFolderError, match=mentions("out", "benchmark")):
        quick([toy_problem()], [toy_recipe()])


@pytest.mark.parametrize(
    ("arguments", "facts"),
    [
        ({"problems": ["judn"]}, ("judn", "jund")),
        ({"models": ["knn"]}, ("knn", "prevalence")),
        ({"models": []}, ("models",)),
        ({"problems": ["jund"], "models": ["mean"]}, ("jund (binding)",)),
        ({"seeds": 0}, ("seeds", "0")),
    ],
)
def test_run__says_what_it_cannot_run(tmp_path, arguments, facts):
    with pytest.raises(BadValueError, match=mentions(*facts)):
        run(**{"problems": ["simulated-tf"], "out": tmp_path / "out"} | arguments)
    assert not (tmp_path / "out").exists()
