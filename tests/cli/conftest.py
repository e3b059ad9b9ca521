"""A folder laid out like the book's, a few hundred rows, and the command run in-process."""

import deepchem as dc
import pytest
from click.testing import CliRunner

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
