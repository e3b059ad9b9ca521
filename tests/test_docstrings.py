"""Docstrings of public names say what the signature says: numpydoc's own checks."""

import importlib
import inspect

import pytest
from numpydoc.validate import validate

import deepchem_genomics
from deepchem_genomics.quiet import import_quietly

CHAPTERS = sorted(set(deepchem_genomics.__all__) - {"__version__", "cli", "errors", "register", "typing"})
CHECKS = {
    "GL08",  # no docstring
    "PR01",  # a parameter is not documented
    "PR02",  # a documented parameter does not exist
    "PR10",  # a parameter lacks its space before the colon
    "RT01",  # no Returns
    "RT03",  # a return value is not described
    "SS03",  # the summary does not end with a period
    "YD01",  # no Yields
}


def public_names() -> list[str]:
    import_quietly("deepchem")
    names = []
    for chapter in CHAPTERS:
        module = importlib.import_module(f"deepchem_genomics.{chapter}")
        for name in module.__all__:
            public = getattr(module, name)
            if inspect.isfunction(public):
                names.append(f"{public.__module__}.{public.__name__}")
            elif inspect.isclass(public) and public.__module__.startswith("deepchem_genomics"):
                whole = f"{public.__module__}.{public.__qualname__}"
                names.append(whole)
                methods = inspect.getmembers(public, inspect.isfunction)
                names += [f"{whole}.{name}" for name, _ in methods if not name.startswith("_") and name in vars(public)]
    return sorted(set(names))


@pytest.mark.parametrize("name", public_names())
def test_docstring__agrees_with_the_signature(name):
    faults = [f"{code}: {text}" for code, text in validate(name)["errors"] if code in CHECKS]
    assert not faults
