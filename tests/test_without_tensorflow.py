"""TensorFlow is imported by the modules of networks alone; all else works where it cannot be imported."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import deepchem_genomics

PACKAGE = Path(deepchem_genomics.__file__).parent

NETWORKS = {
    "interpret/convolution_stack.py",
    "interpret/filters.py",
    "interpret/gradients.py",
    "models/chapter_networks.py",
    "models/genomics_model.py",
    "models/layers.py",
    "models/network_queries.py",
    "models/optimizers.py",
    "models/rc_tf_binding.py",
    "models/strand_layers.py",
    "models/training.py",
}
"""Modules of networks."""

BLOCKED = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("tensorflow", "tf_keras", "keras"):
            raise ModuleNotFoundError(f"No module named {name!r}, for a test", name=name)

sys.meta_path.insert(0, Blocked())
from deepchem_genomics.quiet import import_quietly
import_quietly("deepchem")
"""


def run(script, folder):
    """Run a script in a process that cannot import TensorFlow; return what it printed."""
    code = BLOCKED + textwrap.dedent(script)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_package__imports_tensorflow_in_the_modules_of_networks_alone():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if re.search(r"^\s*(import|from) (tensorflow|tf_keras)\b", path.read_text(), re.MULTILINE)
    }
    assert found == NETWORKS


def test_models__are_trained_blended_saved_and_explained_without_it(tmp_path):
    printed = run(
        """
        from pathlib import Path
        import numpy as np
        from deepchem_genomics import experiments, interpret, models, recipes, simulate

        train, valid, tracks = simulate.simulated_tf_datasets(n_train=1500, n_valid=300, prevalence=0.06)
        trained = experiments.train(experiments.Data(train, valid), "kmers", "kmers", settings={"k": 4})
        boosting = models.SequenceBoosting(k=(1, 2), accessibility=tracks, trees=10)
        boosting.fit(train)
        blend = models.Blend([trained.model, models.Ensemble([boosting])], [1.0, 2.0])
        blend.save("blend")
        again = models.load("blend", side_inputs=tracks)
        assert (again.predict(valid) == blend.predict(valid)).all()
        scores = experiments.evaluate("kmers", valid)["0"]["scores"]["model"]["roc_auc"]
        assert scores == trained.scores["valid"]["0"]["scores"]["model"]["roc_auc"]
        effects = interpret.saturation_mutagenesis(again, valid.X[:2], valid.ids[:2])
        assert effects.effects.shape == (2, 101, 4)
        calibration = models.Calibration.fit(blend.predict(valid), valid.y)
        batches = list(models.generate_batches(valid, batch_size=100, side_input=tracks, seed=1))
        assert len(batches) == 3 and batches[0][0][1].shape == (100, 1)

        class Counter:
            state = {"n": np.array(1)}
            def __call__(self, model, step): pass
            def get_state(self): return self.state
            def set_state(self, state): self.state = state

        from deepchem_genomics.models.callbacks import CallbackMemory
        kept = CallbackMemory([Counter()]).to_bytes()
        fresh = Counter()
        CallbackMemory([fresh]).set_bytes(kept)
        assert int(fresh.state["n"]) == 1
        import sys
        print([name for name in ("tensorflow", "tf_keras", "keras") if name in sys.modules], "done")
        """,
        tmp_path,
    )
    assert printed.splitlines()[-1] == "[] done"


def test_commands__check_everything_without_it(tmp_path):
    printed = run(
        """
        from pathlib import Path
        from click.testing import CliRunner
        from deepchem_genomics.cli import main

        Path("model").mkdir()
        Path("x.fa").write_text(">a\\nACGT\\n")
        Path("v.vcf").write_text("##fileformat=VCFv4.2\\n")
        commands = {
            "train nowhere -o m": "neither a folder nor a data set",
            "train simulated-sirna -o m --model kmer": "there is no recipe 'kmer'; did you mean kmers",
            "train simulated-sirna -o m --model ridge --set epoch=1": "ridge has no settings",
            "predict x.fa -m model -o p.tsv": "model: lacks config.json",
            "evaluate model -m model": "model",
            "explain model x.fa -o out": "model: lacks config.json",
            "variants v.vcf -m model -g x.fa": "model: lacks config.json",
            "scan -m model -g x.fa -o t.bed": "model: lacks config.json",
            "tune simulated-sirna --model nothing": "there is no recipe 'nothing'",
            "benchmark nowhere": "'nowhere' is not a folder",
        }
        for command, said in commands.items():
            result = CliRunner().invoke(main, command.split())
            assert result.exit_code, command
            assert said in result.output, (command, result.output)
        assert CliRunner().invoke(main, ["train", "--list-models"]).output.count("\\n") > 25
        print("done")
        """,
        tmp_path,
    )
    assert printed.splitlines()[-1] == "done"
