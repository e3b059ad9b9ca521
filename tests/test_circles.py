"""No module imports itself by a detour, late imports and those for type checkers included."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import deepchem_genomics

PACKAGE = Path(deepchem_genomics.__file__).parent


def modules() -> dict[str, Path]:
    found = {}
    for path in PACKAGE.rglob("*.py"):
        parts = ("deepchem_genomics", *path.relative_to(PACKAGE).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules that a module imports anywhere; of a chapter, those that its stub names, too."""
    stub = path.with_suffix(".pyi")
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    targets: list[str] = []
    for file in (path, *([stub] if stub.exists() else [])):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                targets += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                origin = [*package[: len(package) - node.level + 1], node.module] if node.level else [node.module]
                base = ".".join(filter(None, origin))
                targets += [whole if (whole := f"{base}.{alias.name}") in known else base for alias in node.names]
    return {target for target in targets if target in known and target != name}


def test_modules__import_each_other_without_a_circle():
    known = modules()
    graph = {name: imported(name, path, known) for name, path in known.items()}
    assert sum(map(len, graph.values())) > 500, "the search finds the imports"
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(error.args[1][::-1])) from None


def test_modules__a_circle_would_be_found(tmp_path):
    (tmp_path / "a.py").write_text("def f():\n    from deepchem_genomics import b\n")
    (tmp_path / "b.py").write_text("import deepchem_genomics.a\n")
    known = {f"deepchem_genomics.{name}": tmp_path / f"{name}.py" for name in "ab"}
    graph = {name: imported(name, path, known) for name, path in known.items()}
    assert graph == {"deepchem_genomics.a": {"deepchem_genomics.b"}, "deepchem_genomics.b": {"deepchem_genomics.a"}}
