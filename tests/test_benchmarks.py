"""The benchmarks' own machinery: turns, ratios within a round, processes of their own, and the page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from messages import mentions

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # benchmarks are not part of the package

from benchmarks import __main__ as command  # noqa: E402
from benchmarks import strand_network  # noqa: E402
from benchmarks.contest import Contender, Contest, Seconds, Spread, take_turns  # noqa: E402
from benchmarks.genome_before import COMMIT  # noqa: E402
from benchmarks.machine import LoadWatch, describe_machine  # noqa: E402
from benchmarks.page import number, write_page  # noqa: E402
from benchmarks.peers import Peer, PeerError  # noqa: E402
from benchmarks.record import Record, Settings  # noqa: E402
from benchmarks.sections import SECTIONS  # noqa: E402


def test_take_turns__goes_back_and_forth():
    order = []
    take_turns({name: lambda name=name: order.append(name) for name in "abc"}, 3)
    assert "".join(order) == "abccbaabc"


def test_take_turns__believes_a_job_that_timed_itself():
    assert take_turns({"a": lambda: Seconds(7.5), "b": lambda: None}, 2)["a"] == [7.5, 7.5]


def test_take_turns__repeats_what_is_too_short_and_gives_the_mean():
    given = iter([0.01, 0.02, 0.03, 0.5])
    assert take_turns({"a": lambda: Seconds(next(given))}, 1, at_least=0.05)["a"] == [pytest.approx(0.02)]


def contest(**changes):
    facts = {
        "title": "10 windows",
        "unit": "windows/s",
        "ours": "ours",
        "checked": "equal",
        "amounts": {"ours": 10, "theirs": 5},
        "seconds": {"ours": [1, 2, 4], "theirs": [1, 3, 8]},
    }
    return Contest(**{**facts, **changes})


def test_contest__compares_within_a_round_and_for_the_same_amount():
    assert contest().times_as_long("theirs") == pytest.approx((3, 2, 4))
    assert contest().times_as_long("ours") == Spread(1, 1, 1)


def test_contest__gives_rates_or_times():
    assert contest().value("ours") == Spread(5, 2.5, 10)
    assert contest(as_rate=False, scale=1000).value("theirs") == Spread(600, 200, 1600)


def test_contest__comes_back_from_json():
    assert Contest.from_json(json.loads(json.dumps(contest().as_json()))) == contest()


def test_record__leaves_a_peer_out_that_fails_but_not_one_that_computes_something_else():
    record = Record()
    with record.attempt("peer"):
        raise ModuleNotFoundError("No module named 'torch'")
    assert record.left_out == {"peer": "ModuleNotFoundError: No module named 'torch'"}
    with pytest.raises(AssertionError), record.attempt("peer"):
        raise AssertionError("other numbers")


def test_record__keeps_the_contests_in_their_order():
    record = Record()
    record.contest("a", {"ours": Contender(lambda: Seconds(2), 10)}, 2, unit="rows/s", checked="equal")
    record.table("b", ["x", "y"], [["1", "2"]])
    assert [part["kind"] for part in record.as_json()["parts"]] == ["contest", "table"]
    assert Contest.from_json(record.parts[0]).value("ours").median == 5


def test_settings__rounds_asked_for_win():
    assert (Settings(quick=True).turns(9, 3), Settings().turns(9, 3), Settings(rounds=4).turns(9, 3)) == (3, 9, 4)


@pytest.fixture
def toys(tmp_path, monkeypatch):
    """Put a module with contenders where new processes find it."""
    (tmp_path / "toys.py").write_text(
        "from benchmarks.peers import Job\n"
        "def jobs(n):\n"
        "    print('what a library says must not come between answers')\n"
        "    return {'square': Job(lambda: [i ** 2 for i in range(n)]), 'fail': Job(lambda: 1 / 0)}\n"
        "def missing():\n"
        "    import not_installed\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))


def test_peer__does_its_jobs_in_another_process(toys):
    with Peer("toys:jobs", {"n": 4}) as peer:
        assert peer.names == ["square", "fail"]
        assert 0 <= peer.job("square")() < 1
        np.testing.assert_array_equal(peer.value("square"), [0, 1, 4, 9])


def test_peer__says_what_went_wrong(toys):
    with pytest.raises(PeerError, match=mentions("not_installed")):
        Peer("toys:missing", {})
    with Peer("toys:jobs", {"n": 1}) as peer, pytest.raises(PeerError, match="ZeroDivisionError"):
        peer.job("fail")()


@pytest.mark.parametrize(
    ("value", "written"), [(0, "0.00"), (0.01234, "0.0123"), (1.234, "1.23"), (-12.34, "-12.3"), (123456, "123,456")]
)
def test_number__has_three_digits_that_mean_something(value, written):
    assert number(value) == written


def result(**changes):
    facts = {
        "date": "2026-01-02 03:04",
        "quick": False,
        "machine": {"processor": "P", "cores": 2, "memory_gb": 8, "system": "Linux 6", "python": "3.11.1"},
        "load": {"seconds": 60.0, "load_before": 0.1, "load_after": 1.9, "others": 0.01},
        "parts": [contest().as_json()],
        "left_out": {"PyTorch": "No module named 'torch'"},
        "versions": {"numpy": "2.0"},
    }
    return {**facts, **changes}


def test_page__has_the_table_of_a_contest_who_is_missing_and_the_machine():
    page = write_page({"training": result()})
    assert "| ours | 5.00 (2.50 to 10.0) | 1 |" in page
    assert "| theirs | 1.67 (0.625 to 5.00) | 3.00 (2.00 to 4.00) |" in page
    assert "3 rounds. Checked: equal." in page
    assert "- left out: PyTorch: No module named 'torch'" in page
    assert "- Machine: P, 2 cores, 8 GB, no GPU used; Linux 6, Python 3.11.1\n" in page
    assert "numpy 2.0" in page
    assert "Not measured yet: `encoding`" in page


def test_page__marks_what_was_measured_while_others_worked():
    load = result()["load"]
    quiet, busy = (write_page({"training": result(load={**load, "others": share})}) for share in (0.01, 0.4))
    quiet, busy = (" ".join(page.split()) for page in (quiet, busy))  # lines end where they end
    assert "other programs had 1% of all cores' time. Not measured" in quiet
    assert "other programs had 40% of all cores' time. **(busy)** Not measured" in busy


def test_page__says_which_machine_if_there_were_two():
    other = {**result()["machine"], "cores": 64}
    page = write_page({"training": result(), "encoding": result(machine=other)})
    assert "2 cores, 8 GB, no GPU used; Linux 6, Python 3.11.1 (sections training)" in page
    assert "64 cores, 8 GB, no GPU used; Linux 6, Python 3.11.1 (sections encoding)" in page


def test_page__writes_figures_that_are_no_contest():
    part = {"kind": "table", "title": "Growth", "columns": ["n", "s|t"], "rows": [["1", "2"]], "note": "Linear."}
    page = write_page({"building": result(parts=[part])})
    assert "Growth:\n\n| n | s\\|t |\n| --- | ---: |\n| 1 | 2 |\n\nLinear.\n" in page


def test_sections__each_has_a_module_that_can_run():
    for section in SECTIONS.values():
        text = (ROOT / "benchmarks" / f"{section.module}.py").read_text()
        assert "\ndef run(record: Record, settings: Settings) -> None:" in text


def test_machine__is_described_and_watched():
    assert set(describe_machine()) == set(result()["machine"])
    assert set(LoadWatch.start().stop()) == set(result()["load"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux lets a process adopt")
def test_orphans__that_were_adopted_count_as_ours():
    program = """
import resource, subprocess, sys, time
from benchmarks.genome_before import COMMIT  # noqa: E402
from benchmarks.machine import adopt_orphans, reap_orphans
used = lambda: sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
adopt_orphans()
burn = "import time\\nwhile time.process_time() < 0.4: pass\\nprint('done')"
orphan = subprocess.Popen(["sh", "-c", f'{sys.executable} -c "{burn}" & kill -9 $$'], stdout=subprocess.PIPE)
orphan.wait()
orphan.stdout.read()
before, deadline = used(), time.monotonic() + 20
while used() - before < 0.3 and time.monotonic() < deadline:
    reap_orphans()
    time.sleep(0.01)
print(used() - before)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 0.3


def run_command(monkeypatch, tmp_path, found, *arguments):
    monkeypatch.setattr(command, "_run", lambda name, given: found)
    return command.main([*arguments, "--out", str(tmp_path / "page.md"), "--results", str(tmp_path / "results")])


def test_command__keeps_the_figures_of_sections_that_are_not_run(monkeypatch, tmp_path):
    assert run_command(monkeypatch, tmp_path, result(), "training") == 0
    assert run_command(monkeypatch, tmp_path, result(date="2026-09-09 09:09"), "encoding") == 0
    page = (tmp_path / "page.md").read_text()
    assert "`python -m benchmarks training`, 2026-01-02 03:04, 60 s" in page
    assert "`python -m benchmarks encoding`, 2026-09-09 09:09, 60 s" in page


def test_command__a_section_that_fails_keeps_its_last_figures(monkeypatch, tmp_path, capsys):
    run_command(monkeypatch, tmp_path, result(), "training")
    assert run_command(monkeypatch, tmp_path, {"failed": "ValueError: no"}, "training") == 1
    assert "training: failed, its last figures stay: ValueError: no" in capsys.readouterr().err
    assert "2026-01-02 03:04" in (tmp_path / "page.md").read_text()


def test_results__in_the_tree_make_the_page_that_is_in_the_tree():
    """Whoever changes how the page is written runs a section, or all."""
    results = {path.stem: json.loads(path.read_text()) for path in (ROOT / "benchmarks" / "results").glob("*.json")}
    if not results:
        pytest.skip("no results are kept")
    assert (ROOT / "docs" / "performance.md").read_text() == write_page(results)


def test_command__names_the_sections_there_are(capsys):
    with pytest.raises(SystemExit):
        command.main(["trainign"])
    assert "there is no section trainign; there are training, encoding," in capsys.readouterr().err


def test_before__must_be_a_checkout_of_the_commit_that_is_compared(tmp_path, capsys):
    with pytest.raises(SystemExit):
        command.main(["genome_size", "--before", str(tmp_path)])
    assert re.search(mentions(str(tmp_path), "nothing", COMMIT), capsys.readouterr().err)


def test_strand_network__takes_the_weights_of_the_model_in_their_order():
    from deepchem_genomics.models import RCTFBindingModel

    variables = RCTFBindingModel(seed=0).model.trainable_variables
    assert [tuple(variable.shape) for variable in variables] == strand_network.SHAPES
