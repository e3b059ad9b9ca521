"""What importing costs, and that it changes nothing."""

import subprocess
import sys
import textwrap


def run(script: str) -> str:
    process = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "2"},
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
