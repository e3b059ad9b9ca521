"""The documentation site names all that is public, and every page is within reach; the site is not built here."""

import ast
import importlib
import inspect
import re
import types
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCS, PACKAGE = ROOT / "docs", ROOT / "deepchem_genomics"


def listed(path):
    """Read ``__all__`` of a file without importing it."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == "__all__":
            return ast.literal_eval(node.value)
    raise LookupError(f"{path} has no __all__")


def public_names(chapter):
    places = (PACKAGE / chapter / "__init__.pyi", PACKAGE / chapter / "__init__.py", PACKAGE / f"{chapter}.py")
    return listed(next(path for path in places if path.exists()))


def entries(page):
    """List the names that a page documents: lines of its autosummary, or its own ``py:data`` directives."""
    summary = page.read_text().partition(".. autosummary::")[2].partition(".. toctree::")[0]
    return re.findall(r"^   (\w+)$", summary, re.MULTILINE) + re.findall(
        r"^.. py:data:: (\w+)$", page.read_text(), re.M
    )


CHAPTERS = [name for name in listed(PACKAGE / "__init__.pyi") if name not in ("__version__", "register")]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_reference__has_every_public_name_of_a_chapter(chapter):
    assert sorted(entries(DOCS / "api" / f"{chapter}.rst")) == sorted(public_names(chapter))


def test_reference__has_every_chapter():
    text = (DOCS / "api" / "index.rst").read_text()
    assert sorted(re.findall(r"^   (\w+)$", text.partition(".. toctree::")[2], re.M)) == sorted(CHAPTERS)
    assert entries(DOCS / "api" / "index.rst") == ["register"] and "``deepchem_genomics.__version__``" in text


def test_site__has_every_page_in_its_table_of_contents():
    toctrees = re.findall(r"^```\{toctree\}\n(.*?)^```", (DOCS / "index.md").read_text(), re.DOTALL | re.MULTILINE)
    reached = {line for tree in toctrees for line in tree.splitlines() if line and not line.startswith(":")}
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in [*DOCS.glob("*.md"), *DOCS.glob("*/*.md")]}
    assert reached == pages - {"README", "index"} | {"api/index"}


WRITTEN = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")), *sorted(PACKAGE.rglob("*.md"))]
FENCED = re.compile(r"^ *(`{3,}).*?^ *\1", re.DOTALL | re.MULTILINE)


def anchors(page):
    """Return the anchors of a page's headings, as GitHub and MyST make them of their text."""
    headings = re.findall(r"^#{1,3} (.*)$", FENCED.sub("", page.read_text()), re.MULTILINE)
    plain = [re.sub(r"\[(.*?)\]\(.*?\)", r"\1", heading).lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links__of_a_page_lead_to_files_and_headings_that_exist(page):
    lost = []
    text = re.sub(r"`[^`\n]*`(?!\])", "", FENCED.sub("", page.read_text()))
    for target in re.findall(r"\]\(([^\s()]+)\)", text):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        there = (page.parent / path).resolve() if path else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            lost.append(target)
    assert lost == []


def test_gallery__shows_every_plot():
    functions = {name for name in listed(PACKAGE / "plots" / "__init__.pyi") if name[0].islower()} - {"reliability"}
    assert functions == set(re.findall(r"^### (\w+)$", (DOCS / "gallery.md").read_text(), re.M))


def test_troubleshooting__is_about_errors_that_exist():
    page = (DOCS / "troubleshooting.md").read_text()
    phrases = re.findall(r"^## .*: `(.*)`$", page, re.M)
    sources = [path.read_text() for path in (ROOT / "deepchem_genomics").rglob("*.py")]
    assert len(phrases) == 10
    assert [phrase for phrase in phrases if not any(phrase in source for source in sources)] == []


PYTHON = [
    (page.relative_to(ROOT).as_posix(), number, block)
    for page in [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE))
]


def public_objects(page):
    """Return what the Python of a page imports from this package, by the name that it has there."""
    found = {}
    for name, _, block in PYTHON:
        for node in ast.walk(ast.parse(block)) if name == page else ():
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == PACKAGE.name:
                module = importlib.import_module(node.module)
                found |= {alias.asname or alias.name: getattr(module, alias.name) for alias in node.names}
    return found


def resolved(node, names):
    """Return the object of ``name.attribute.attribute``, or None if the name is not one of ours."""
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Attribute):
        owner = resolved(node.value, names)
        return None if owner is None or isinstance(owner, types.MethodType) else getattr(owner, node.attr)
    return None


@pytest.mark.parametrize(("page", "number", "block"), PYTHON, ids=[f"{page} {number}" for page, number, _ in PYTHON])
def test_python__of_a_page_names_what_exists_and_its_parameters(page, number, block):
    names = public_objects(page)
    for node in ast.walk(ast.parse(block)):
        if isinstance(node, ast.Attribute):
            resolved(node, names)  # AttributeError if it does not exist
        if isinstance(node, ast.Call) and callable(function := resolved(node.func, names)):
            parameters = inspect.signature(function).parameters
            if not any(one.kind == one.VAR_KEYWORD for one in parameters.values()):
                assert {one.arg for one in node.keywords if one.arg} <= set(parameters), ast.unparse(node)


def measured(dataset, recipe):
    """Return the line of a recipe in the table of a data set of docs/benchmarks.md."""
    section = (DOCS / "benchmarks.md").read_text().partition(f"### {dataset}:")[2].partition("\n### ")[0]
    return next(line for line in section.splitlines() if re.match(rf"\| {re.escape(recipe)}[ |+]", line))


def headline(start):
    """Return the cells of the line of README's table of figures that begins so."""
    line = next(line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith(f"| {start}"))
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.mark.parametrize(
    ("start", "dataset", "ours", "theirs"),
    [
        ("JUND with accessibility", "jund", "blend-accessibility (A)", "accessibility (A)"),
        ("JUND, sequence alone", "jund", "blend", "network"),
        ("2,431 siRNAs", "sirna-gene5", "sirna-gaussian-process-targets", "sirna-network"),
    ],
)
def test_readme__has_the_figures_of_the_benchmark(start, dataset, ours, theirs):
    _, here, compared = headline(start)
    found = re.findall(r"[0-9.]+", measured(dataset, ours))
    score, low, high = re.findall(r"[0-9.]+", here)
    assert score == found[0] and [low, high] == found[found.index(low) :][:2]
    assert re.match(r"[0-9.]+( ± [0-9.]+)?", measured(dataset, theirs).split("|")[2].strip())[0] in compared


def test_readme__rounds_the_figures_of_gue():
    _, here, compared = headline("GUE tf0 to tf4")
    words = " ".join((DOCS / "benchmarks.md").read_text().split())
    scores = [re.findall(r"[0-9.]+", measured(f"gue-tf{task}", "blend").split("|")[5])[0] for task in (0, 1)]
    scores += re.search(r"one seed\): ([0-9.]+), ([0-9.]+) and ([0-9.]+), where", words).groups()
    others = re.search(r"hundred million weights reach ([0-9.]+) and ([0-9.]+) on these two", words).groups()
    others += re.search(r"where the fine-tuned models reach ([0-9.]+), ([0-9.]+) and ([0-9.]+):", words).groups()
    here_is, there_is = (
        ", ".join(str(Decimal(score).quantize(Decimal("0.01"), ROUND_HALF_UP)) for score in each)
        for each in (scores, others)
    )
    assert here == here_is and compared.endswith(there_is)


def test_readme__has_the_times_that_were_measured():
    page = (DOCS / "performance.md").read_text().partition("windows of 101 bp to an array |")[2].partition("\n\n")[0]
    times = {name: line.split("|")[3].split()[0] for line in page.splitlines() for name in ("kipoiseq", "pysam")
             if name in line}  # fmt: skip
    rounded = [round(float(times[name])) for name in ("kipoiseq", "pysam")]
    assert headline("a genome's windows to arrays")[1:] == [
        "{} and {} times as fast".format(*rounded), "kipoiseq, a loop over pysam"
    ]  # fmt: skip
