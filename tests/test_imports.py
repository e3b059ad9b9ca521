"""What importing costs, and that it changes nothing."""

import ast
import gc
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import deepchem_genomics
from deepchem_genomics.quiet import import_quietly


def run(script: str, folder: Path | None = None) -> str:
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(deepchem_genomics.__file__).parents[1]),
            "TF_CPP_MIN_LOG_LEVEL": "2",
        },
    )
    assert process.returncode == 0, process.stderr[-3000:]
    return process.stdout


def test_import__neither_deepchem_nor_tensorflow_is_imported():
    loaded = run(
        """
        import sys
        import deepchem_genomics
        from deepchem_genomics import data, feat, metrics, plots
        feat.one_hot(["ACGT"])
        data.SideInput.from_dict({"a": 1.0})
        print([name for name in ("deepchem", "tensorflow", "tf_keras", "keras") if name in sys.modules])
        """
    )
    assert loaded.strip() == "[]"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """Write small inputs of the commands that build and inspect dataset folders, and build one."""
    folder = tmp_path_factory.mktemp("small")
    letters = "ACGTTGCAAC" * 60
    (folder / "g.fa").write_text(f">chr1\n{letters}\n")
    (folder / "i.tsv").write_text(
        "chrom\tstart\tend\tlabel\n" + "".join(f"chr1\t{9 * i}\t{9 * i + 10}\t{i % 2}\n" for i in range(40))
    )
    (folder / "p.bed").write_text("chr1\t100\t180\n")
    (folder / "s.csv").write_text("sequence,label\n" + "".join(f"{letters[i : i + 10]},{i % 2}\n" for i in range(9)))
    (folder / "s.fa").write_text("".join(f">s{i}\n{letters[i : i + 10]}\n" for i in range(9)))
    (folder / "t.fa").write_text("".join(f">t{i}\n{letters[-10 - i :][:10]}\n" for i in range(9)))
    run_command(folder, "build intervals i.tsv -g g.fa --as-given -o made")
    return folder


def run_command(folder, command):
    """Run a command in a fresh process, and return which packages it imported."""
    script = f"""
        import contextlib, sys
        from deepchem_genomics.cli import main
        with contextlib.redirect_stdout(sys.stderr):
            main({command.split()!r}, standalone_mode=False)
        print(sorted({{name.split(".")[0] for name in sys.modules}}))
        """
    return ast.literal_eval(run(script, folder))


@pytest.mark.parametrize(
    "command",
    [
        "build intervals i.tsv -g g.fa --length 10 --balance --shuffle -o intervals",
        "build intervals p.bed -g g.fa --length 10 --negatives 2 -o negatives",
        "build intervals p.bed -g g.fa --length 10 --negatives 2 --negatives-from shuffled -o shuffled",
        "build intervals i.tsv -g g.fa --as-given --jobs 2 -o jobs",
        "build tiles --peaks p.bed -g g.fa --length 10 -o tiles",
        "build sequences s.csv --label-column label -o table",
        "build sequences s.fa t.fa --labels 1,0 -o fasta",
        "inspect made",
        "inspect made --json",
        "inspect made --plot plot.png",
    ],
)
def test_commands__build_and_inspect_without_deepchem(small, command):
    imported = run_command(small, command)
    assert "deepchem_genomics" in imported
    assert not {"deepchem", "tensorflow", "tf_keras", "keras", "rdkit", "sklearn"} & set(imported)
    if " -o " in command:
        assert (small / command.split()[-1] / "manifest.json").exists()


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    """Save a network, and write a plugin and a guide next to it."""
    from deepchem_genomics import models

    folder = tmp_path_factory.mktemp("network")
    models.SiRNAEfficacyModel(seed=0).save(folder / "model")
    (folder / "guides.fa").write_text(">a\nUUAUCAAUGGUGAUCAUGGCU\n")
    (folder / "plugin.py").write_text("")
    return folder


@pytest.mark.parametrize(("plugin", "expected"), [("", False), ("--plugin plugin.py ", True)])
def test_commands__import_tensorflow_without_keras_3_unless_a_plugin_might_use_it(network, plugin, expected):
    imported = run_command(network, f"{plugin}predict guides.fa -m model -o -")
    assert {"tensorflow", "tf_keras"} <= set(imported)
    assert ("keras" in imported) == expected


def test_import__numpys_global_generator_and_the_environment_stay_as_they_were():
    same = run(
        """
        import os
        import numpy as np
        before, environment = np.random.get_state()[1].copy(), dict(os.environ)
        import deepchem_genomics
        from deepchem_genomics import data, feat, metrics
        print((np.random.get_state()[1] == before).all() and dict(os.environ) == environment)
        """
    )
    assert same.strip() == "True"


def test_models__work_with_deepchem_imported_first_and_no_variable_set():
    printed = run(
        """
        import os
        assert "TF_USE_LEGACY_KERAS" not in os.environ
        import deepchem as dc
        import tensorflow as tf
        assert tf.keras.__version__.startswith("3"), tf.keras.__version__
        import numpy as np
        from deepchem_genomics import models
        data = dc.data.NumpyDataset(np.zeros((5, 101, 4), np.int8), np.ones((5, 1)))
        model = models.TFBindingModel(seed=0)
        model.fit(data, nb_epoch=1)
        print("fitted", model.predict(data).shape)
        """
    )
    assert "fitted (5, 1)" in printed


def test_quiet__deepchem_is_imported_without_a_word():
    process = subprocess.run(
        [sys.executable, "-c", "from deepchem_genomics.quiet import import_quietly; import_quietly()"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert process.stdout == ""
    assert process.stderr == ""


def test_quiet__what_was_held_back_is_shown_when_the_import_fails(tmp_path):
    (tmp_path / "noisy.py").write_text("print('a clue')\nraise RuntimeError('broken')\n")
    process = subprocess.run(
        [sys.executable, "-c", "from deepchem_genomics.quiet import import_quietly; import_quietly('noisy')"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": f"{tmp_path}:{':'.join(sys.path)}"},
    )
    assert process.returncode == 1
    assert "a clue" in process.stderr
    assert "broken" in process.stderr


def test_quiet__what_was_held_back_is_not_shown_when_the_import_is_interrupted(tmp_path, monkeypatch, capfd):
    (tmp_path / "slow_and_noisy.py").write_text("print('chatter')\nraise KeyboardInterrupt\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        import_quietly("slow_and_noisy")
    assert capfd.readouterr() == ("", "")


def test_quiet__what_is_imported_is_not_searched_for_cycles_and_later_work_as_before(tmp_path, monkeypatch):
    (tmp_path / "asked.py").write_text("import gc\nSEARCHED = gc.isenabled()\n")
    (tmp_path / "broken.py").write_text("raise RuntimeError\n")
    monkeypatch.syspath_prepend(tmp_path)
    try:
        for turned_on in (True, False):
            (gc.enable if turned_on else gc.disable)()
            assert not import_quietly("asked").SEARCHED
            assert gc.isenabled() is turned_on
            with pytest.raises(RuntimeError):
                import_quietly("broken")
            assert gc.isenabled() is turned_on
            monkeypatch.delitem(sys.modules, "asked")
    finally:
        gc.enable()


def test_commands__do_not_search_what_they_imported_for_cycles_and_later_work_as_before():
    ask = (
        "import gc; from deepchem_genomics.cli.options import import_deepchem; import_deepchem(); "
        "print(gc.isenabled(), gc.get_freeze_count() > 100_000)"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
