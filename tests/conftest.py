"""Fixtures shared by all tests: where the real data are, a script about releases, and a quiet DeepChem."""

import importlib.util
import os
from pathlib import Path

import pytest

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")  # once, without its two dozen lines in the first test's output


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Return the folder of real data, or skip with the reason."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("DEEPCHEM_GENOMICS_DATA", default))
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; set DEEPCHEM_GENOMICS_DATA to the folder that has them")
    return folder


@pytest.fixture(scope="session")
def dependency_sets():
    """Import ``scripts/dependency_sets.py``; scripts are not part of the package."""
    script = Path(__file__).parents[1] / "scripts" / "dependency_sets.py"
    specification = importlib.util.spec_from_file_location(script.stem, script)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
