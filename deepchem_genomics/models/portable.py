"""A model on its way to other processes.

Its files travel as bytes, so no folder need be shared between machines; bigWig files are opened there under the same
paths. DeepChem is imported when the model is first asked for, without what it prints: this module is what a new process
imports.
"""

import importlib
from pathlib import Path
from typing import Any

from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.quiet import import_quietly

__all__ = ["PortableModel"]


class PortableModel:
    """A model, with its side inputs, that can be pickled; another process loads it when it first needs it."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self._packed: dict[str, Any] | None = None

    @property
    def model(self) -> Any:
        """The model."""
        if self._model is None:
            self._model = _unpacked(self._packed or {})
        return self._model

    def __getstate__(self) -> dict[str, Any]:
        """Return what travels."""
        if self._packed is None:
            self._packed = _packed(self._model)
        return {"_model": None, "_packed": self._packed}


def _packed(model: Any) -> dict[str, Any]:
    with temporary_directory() as folder:
        saved = folder / "model"
        model.save(saved)
        files = {path.relative_to(saved): path.read_bytes() for path in saved.rglob("*") if path.is_file()}
    asked = {leaf.asked_rows for leaf in model.parts() if leaf.is_network and leaf.asked_rows}
    modules = {type(each).__module__ for each in (model, *model.parts())}
    return {
        "files": files,
        "running": {"batch_size": min(asked)} if asked else {},
        "side_inputs": [leaf.side_inputs for leaf in model.parts()],
        # of classes outside this package, which loading must find
        "modules": sorted(name for name in modules if not name.startswith("deepchem_genomics.")),
    }


def _unpacked(packed: dict[str, Any]) -> Any:
    import_quietly("deepchem")
    for module in packed["modules"]:
        importlib.import_module(module)
    from deepchem_genomics import models

    with temporary_directory() as folder:
        for name, content in packed["files"].items():
            path = Path(folder, "model", name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        model = models.load(Path(folder, "model"), progress=False, **packed["running"])
    for leaf, side_inputs in zip(model.parts(), packed["side_inputs"], strict=True):
        if side_inputs:
            leaf.side_inputs = side_inputs
    return model
