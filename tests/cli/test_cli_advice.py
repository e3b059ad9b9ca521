"""What commands advise exists in them: no argument of Python, and no option of another command."""

import ast
import re
import shutil
from pathlib import Path

import click
import numpy as np
import pytest

import deepchem_genomics
from deepchem_genomics.cli import COMMANDS, main
from deepchem_genomics.cli.messages import in_options

ARGUMENT = re.compile(r"""(?<![\w-])[a-z]+(?:_[a-z]+)*=(?:["'\[]|True\b|False\b|None\b|\.\.\.|[\s,;.)]|\Z)""")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")
VALUED = re.compile(rf"({OPTION.pattern}) ([a-z]+)")

TRAINED_ON = {f"{name}.bed" for name in ("unknown", "outside")} | {"comma.csv", "label_comma.csv", "label.tsv"}
TRAINED_ON |= {f"{name}.narrowPeak" for name in ("no_summit", "outside")}
"""Files that are wrong for some commands, and right enough for those that take long."""


@pytest.fixture(scope="module")
def wrong(made):
    """Write files that are wrong in as many ways as readers complain of, next to the right ones."""
    files = {
        "header_only.tsv": "chrom\tstart\tend\tlabel\n",
        "two.bed": "chr1\t5\n",
        "backward.bed": "chr1\t50\t5\n",
        "words.bed": "chr1\tfive\t50\n",
        "negative.bed": "chr1\t-1\t50\n",
        "strand.bed": "chr1\t5\t50\tn\t0\t*\n",
        "outside.bed": "chr1\t5\t50\nchr1\t590\t990\n",
        "unknown.bed": "chr1\t5\t50\nchrUn\t5\t26\n",
        "elsewhere.bed": "chrUn\t5\t26\n",
        "from_one.gff": "chr1\ts\tgene\t0\t50\t.\t+\t.\tID=1\n",
        "lengths.tsv": "chrom\tstart\tend\tlength\nchr1\t5\t9\t5\nchr1\t1\t21\t21\nchr1\t1\t30\t29\n",
        "wide.narrowPeak": "\t".join(["chr1", "0", "5", *"abcdefgh"]) + "\n",
        "outside.narrowPeak": "chr1\t0\t50\tn\t0\t.\t1.5\t-1\t-1\t900\n",
        "no_summit.narrowPeak": "chr1\t0\t50\tn\t0\t.\t1.5\t-1\t-1\t-1\n",
        "label.tsv": "chrom\tstart\tend\tlabel\nchr1\t5\t26\thigh\n",
        "comma.csv": "chrom;start;end;label\nchr1;5;26;0,5\n",
        "label_comma.csv": "sequence;label\nACGTACGTACGTACGTACGTA;0,5\n",
        "twice.tsv": "chrom\tstart\tend\tlabel\tlabel\nchr1\t5\t26\t1\t1\n",
        "words.tsv": "here are words\nand more of them\n",
        "calls.vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\n",
        "no_records.vcf": "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        "letters.fa": ">s\nACGTXACGTACGTACGTACGT\n",
        "rna.fa": ">s\nACGUACGUACGUACGUACGUA\n",
        "short.fa": ">s\nACGT\n",
        "lengths.fa": ">s\nACGTACGTACGTACGTACGTA\n>t\nACGT\n",
        "unequal.fa": ">chr1\nACGT\nAC\nACGT\n",
        "id.tsv": "one\ntwo\n",
        "values.tsv": "chr1:0-21\t0,5\n",
        "values.csv": "chr1 0,5\nchr1 1,5\n",
        "empty.bed": "",
    }
    folder = made / "wrong"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "utf16.bed").write_bytes("chr1\t0\t5\n".encode("utf-16"))
    (folder / "packed.bed").write_bytes(b"PK\x03\x04" + bytes(40))
    (folder / "pickled").mkdir(exist_ok=True)
    np.save(folder / "pickled" / "x.npy", np.array([{}], dtype=object), allow_pickle=True)
    return folder


def cases(made, wrong, out):
    """Yield command lines, most of which fail."""
    g, m, ds = made / "g.fa", made / "m", made / "ds"
    files = sorted(path for path in wrong.iterdir() if path.is_file())
    for path in files:
        yield ["build", "intervals", path, "-g", g, "-o", out]
        yield ["build", "intervals", path, "-g", g, "-o", out, "--as-given", "--out-of-bounds", "error"]
        yield ["build", "intervals", path, "-g", g, "-o", out, "--label-column", "label", "--at", "summit"]
        yield ["build", "sequences", path, "-o", out, "--label-column", "label"]
        yield ["build", "tiles", "-g", g, "--peaks", path, "-o", out]
        yield ["build", "intervals", made / "i.tsv", "-g", g, "--exclude", path, "-o", out]
        yield ["build", "intervals", made / "p.bed", "-g", g, "--negatives", "1", "--negatives-from", path, "-o", out]
        yield ["build", "intervals", made / "i.tsv", "-g", path, "-o", out]
        yield ["build", "intervals", made / "i.tsv", "-g", g, "--track", f"x={path}", "-o", out]
        yield ["predict", path, "-m", m, "-o", out]
        yield ["predict", path, "-m", m, "-g", g, "-o", out]
        yield ["predict", path, "-m", m, "-g", g, "--at", "summit", "-o", out]
        yield ["predict", path, "-m", m, "-g", g, "--at", "middle", "-o", out]
        yield ["predict", made / "p.bed", "-m", m, "-g", g, "--at", "middle", "--haplotypes", path, "-o", out]
        yield ["predict", made / "s.fa", "-m", m, "--track", path, "-o", out]
        yield ["variants", path, "-m", m, "-g", g, "-o", out.with_suffix(".tsv")]
        yield ["scan", "-m", m, "-g", path, "-o", out.with_suffix(".bw")]
        yield ["sirna", "check", path, "--targets", made / "tx.fa", "-o", out]
        yield ["sirna", "check", made / "s.fa", "--targets", path, "-o", out]
        yield ["sirna", "design", path, "-o", out]
        yield ["sirna", "design", made / "tx.fa", "--variants", path, "-o", out]
        yield ["sirna", "design", made / "tx.fa", "--cds", path, "-o", out]
        yield ["sirna", "design", made / "tx.fa", "--mirnas", path, "-o", out]
        if path.name not in TRAINED_ON:
            yield ["explain", m, path, "-o", out]
            yield ["explain", m, path, "-g", g, "-o", out]
            yield ["run", path, "-g", g, "-o", out]
        yield ["run", made / "p.bed", "-g", g, "--accessibility", path, "-o", out]
    for folder in (wrong, wrong / "pickled", made / "absent", made / "proj", made / "m"):
        yield ["train", folder, "-o", out]
        yield ["tune", folder, "-o", out]
        yield ["evaluate", folder, "-m", m]
        yield ["inspect", folder]
        yield ["benchmark", folder, "-o", out]
        yield ["predict", folder, "-m", m, "-o", out]
        yield ["predict", made / "s.fa", "-m", folder, "-o", out]
    yield ["train", ds, "-o", out, "--model", "accessibility-cnn"]
    yield ["train", ds, "-o", made / "proj"]
    yield ["predict", ds, "-m", m, "-o", made / "i.tsv"]
    yield ["predict", made / "s.fa", "-m", m, "--track", made / "i.tsv", "-o", out]


def options_of(arguments):
    """Return the options of a command, each with the words that it takes, or None if it takes any."""
    command = main.get_command(click.Context(main), str(arguments[0]))
    if isinstance(command, click.Group):
        command = command.commands[str(arguments[1])]
    return {
        text: getattr(parameter.type, "choices", None)
        for parameter in (*command.params, *main.params)
        for text in (*parameter.opts, *parameter.secondary_opts)
    }


def unfit(text, options):
    """Return the advice in a text that the command does not know."""
    text = re.sub(r"dcgenomics (?!: )[a-z]+ [^;,]*", "", text)  # of another command, which is named
    found = [each[0] for each in ARGUMENT.finditer(text)]
    for option, word in VALUED.findall(text):
        if options.get(option) and word not in options[option]:
            found.append(f"{option} {word}")
    return found + [each for each in OPTION.findall(text) if each not in options and each != "--help"]


def test_messages__advise_what_the_command_has(dcgenomics, made, wrong, tmp_path):
    out, bad, failed = tmp_path / "out", {}, set()
    for arguments in cases(made, wrong, out):
        for path in tmp_path.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        result = dcgenomics(*arguments)
        assert result.exit_code in (0, 1, 2), (arguments, result.exception)
        if result.exit_code:
            failed.add(str(arguments[0]))
        if advice := unfit(result.stderr, options_of(arguments)):
            bad[" ".join(map(str, arguments))] = advice, result.stderr[-400:]
    assert not bad, bad
    assert failed >= set(COMMANDS) - {"reproduce"}


def texts_of(path):
    """Yield the strings of a module that are no docstrings, those with values in them as a whole."""
    passed = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Expr):
            passed.add(id(node.value))
        if isinstance(node, ast.JoinedStr):
            passed |= {id(value) for value in node.values}
            yield "".join(str(value.value) for value in node.values if isinstance(value, ast.Constant))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in passed:
            yield node.value


def test_messages__of_the_library_advise_no_options():
    package = Path(deepchem_genomics.__file__).parent
    modules = [path for path in package.rglob("*.py") if "cli" not in path.relative_to(package).parts]
    texts = [(path.name, text) for path in modules for text in texts_of(path)]
    assert len(modules) > 200
    assert not [each for each in texts if " " in each[1] and OPTION.search(re.sub("dcgenomics --plugin", "", each[1]))]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('trim it or pass out_of_bounds="drop"', "trim it or pass --out-of-bounds drop"),
        (
            "center on the middle (at='auto'), or drop such peaks",
            "center on the middle (--at auto), or drop such peaks",
        ),
        ("say so (one_based=True or one_based=False)", "say so (--one-based or --zero-based)"),
        ("pass on_length='crop' or 'fit'", "pass --on-length crop or fit"),
        ("leave it out of the labels (labels=[...])", "leave it out of the labels (--label-column NAME)"),
        ("pass them with side_inputs=...", "pass them with --track FILE"),
        ('correct it, or pass unknown_chromosomes="drop"', "correct it"),
        ("correct it, or name the columns with columns=[...]", "correct it"),
        ("use tabs, or pass separator= if it is another", "use tabs"),
        ("write T for U (interchange_tu=True of one_hot reads it so), or N", "write T for U, or N"),
        ("load(folder, allow_pickle=True) reads it", "load(folder, allow_pickle=True) reads it"),
        ("--set x is not KEY=VALUE, such as epochs=20", "--set x is not KEY=VALUE, such as epochs=20"),
        ("give f1, or precision=P or fdr=Q, such as fdr=0.2", "give f1, or precision=P or fdr=Q, such as fdr=0.2"),
    ],
)
def test_advice__is_of_options_or_left_out(text, shown):
    options = [
        click.Option(["--out-of-bounds"]),
        click.Option(["--at"]),
        click.Option(["--one-based/--zero-based"]),
        click.Option(["--on-length"]),
        click.Option(["--label-column", "label_columns"], metavar="NAME"),
        click.Option(["--track", "tracks"], metavar="FILE"),
    ]
    assert in_options(text, {option.name: option for option in options}) == shown


def test_one_based__is_said_of_each_file(dcgenomics, made, tmp_path):
    import json

    common = ["build", "intervals", made / "i.tsv", "-g", made / "g.fa", "--as-given"]
    kept = {}
    for name, more in {"as it says": [], "from 1": ["--exclude-one-based"]}.items():
        (tmp_path / "edge.tsv").write_text("chr1\t22\t30\nchr2\t22\t30\n")
        result = dcgenomics(*common, "--exclude", tmp_path / "edge.tsv", *more, "-o", tmp_path / name)
        assert result.exit_code == 0, result.stderr
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        kept[name] = manifest["rows"]["kept"], manifest["parameters"]["exclude_one_based"]
    assert kept["from 1"][1] is True
    assert kept["as it says"][1] is None
    result = dcgenomics(
        "build", "intervals", made / "p.bed", "-g", made / "g.fa", "--negatives-one-based", "-o", tmp_path / "n"
    )
    assert result.exit_code == 2
    assert "--negatives" in result.stderr


def test_run__passes_on_how_peaks_count(dcgenomics, made, tmp_path, monkeypatch):
    from deepchem_genomics import experiments

    asked = {}
    monkeypatch.setattr(experiments, "run", lambda *_, **given: asked.update(given) or 1 / 0)
    for flag in ("--one-based", "--zero-based"):
        dcgenomics("run", made / "p.bed", "-g", made / "g.fa", "-o", tmp_path / "r", flag)
        assert asked["options"]["build"] == {flag[2:]: True}


@pytest.mark.parametrize(
    ("before", "flag"),
    [(["--exclude"], "--exclude-zero-based"), (["--negatives", "1", "--negatives-from"], "--negatives-zero-based")],
)
def test_one_based__is_advised_for_the_file_that_is_wrong(dcgenomics, made, tmp_path, before, flag):
    (tmp_path / "from_1.gff").write_text("chr1\tx\tpeak\t0\t30\t.\t.\t.\t.\n")
    common = ["build", "intervals", made / "p.bed", "-g", made / "g.fa", "-o", tmp_path / "data"]
    result = dcgenomics(*common, *before, tmp_path / "from_1.gff")
    assert result.exit_code == 1
    assert flag in result.stderr and " --zero-based" not in result.stderr
