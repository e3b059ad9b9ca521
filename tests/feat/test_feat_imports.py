"""The NumPy part of feat stays free of DeepChem, whose import takes seconds."""

import subprocess
import sys

SCRIPT = """
import sys
from deepchem_genomics import feat
encoded = feat.one_hot(["ACGT"], feat.DNA)
assert feat.decode(encoded) == ["ACGT"]
assert feat.reverse_complement("AAC") == "GTT"
assert feat.reverse_complement_one_hot(encoded).shape == (1, 4, 4)
assert feat.GUIDE_RULES["reynolds"](feat.one_hot(["UUAAUGUCAAGUGACAUUGAA"], feat.RNA)).score.tolist() == [9]
heavy = {"deepchem", "tensorflow", "tf_keras", "rdkit", "pandas"} & sys.modules.keys()
assert not heavy, heavy
"""


def run(script):
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)


def test_feat__encodes_without_importing_deepchem_or_tensorflow():
    finished = run(SCRIPT)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == finished.stderr == ""


def test_feat__offers_functions_not_modules_of_the_same_name():
    from deepchem_genomics import feat

    assert all(callable(getattr(feat, name)) for name in feat.__all__ if name not in ("DNA", "GUIDE_RULES", "RNA"))
    assert {"one_hot", "decode", "reverse_complement", "OneHotNucleotideFeaturizer"} <= set(feat.__all__)
