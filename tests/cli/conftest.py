"""A folder laid out like the book's, a few hundred rows, and the command run in-process."""

import deepchem as dc
import numpy as np
import pytest
from click.testing import CliRunner

from deepchem_genomics import models
from deepchem_genomics.cli import main
from deepchem_genomics.simulate import simulate_sirna, simulate_tf_binding


def write_dataset(folder, columns, rows):
    dc.data.DiskDataset.from_numpy(*(column[rows] for column in columns), data_dir=str(folder))


@pytest.fixture(scope="session")
def chapter_folder_template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template") / "Chapter06"
    windows = simulate_tf_binding(900, seed=1, prevalence=0.06)
    columns = windows.X, windows.y, windows.w, windows.ids
    write_dataset(folder / "train_dataset", columns, slice(0, 400))
    write_dataset(folder / "valid_dataset", columns, slice(400, 900))
    lines = [f"{name}\t{value:.6f}\n" for name, value in zip(windows.ids, windows.accessibility, strict=True)]
    (folder / "accessibility.txt").write_text("".join(lines))
    guides = simulate_sirna(150, seed=1)
    columns = guides.X, guides.y, guides.w, guides.ids
    write_dataset(folder / "train_siRNA", columns, slice(0, 100))
    write_dataset(folder / "valid_siRNA", columns, slice(100, 150))
    return folder


@pytest.fixture
def chapter_folder(chapter_folder_template, tmp_path):
    """Return a copy that a test may damage."""
    import shutil

    return shutil.copytree(chapter_folder_template, tmp_path / "Chapter06")


@pytest.fixture(scope="session")
def dcgenomics():
    """Return a function that runs the command line and gives click's result."""

    def run(*arguments):
        return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="dcgenomics")

    return run


@pytest.fixture(scope="session")
def made(tmp_path_factory, dcgenomics):
    """Make small inputs of every command."""
    folder = tmp_path_factory.mktemp("inputs")
    letters = "".join(np.random.default_rng(1).choice(list("ACGT"), 900))
    (folder / "g.fa").write_text(f">chr1\n{letters[:600]}\n>chr2\n{letters[600:]}\n")
    rows = [f"chr{1 + i % 2}\t{4 * i}\t{4 * i + 21}\t{i // 2 % 2}\n" for i in range(40)]
    (folder / "i.tsv").write_text("chrom\tstart\tend\tlabel\n" + "".join(rows))
    (folder / "p.bed").write_text("chr1\t100\t180\nchr2\t100\t180\n")
    (folder / "s.fa").write_text("".join(f">s{i}\n{letters[i : i + 21]}\n" for i in range(5)))
    (folder / "tx.fa").write_text(f">tx\n{letters[:120]}\n")
    head = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (folder / "v.vcf").write_text(
        f"{head}chr1\t101\t.\t{letters[100]}\t{'A' if letters[100] != 'A' else 'C'}\t.\t.\t.\n"
    )
    result = dcgenomics(
        "build", "intervals", folder / "i.tsv", "-g", folder / "g.fa", "--as-given", "-o", folder / "ds"
    )
    assert result.exit_code == 0, result.stderr
    model = models.KmerRegression(k=2)
    model.fit(dc.data.DiskDataset(str(folder / "ds")))
    model.save(folder / "m")
    (folder / "proj").mkdir()
    (folder / "proj" / "notes.txt").write_text("mine")
    return folder
