"""The guides of Huesken et al. (2005), for benchmarks of models of guides."""

import argparse
import tempfile

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem.data import NumpyDataset  # noqa: E402

from deepchem_genomics import molnet  # noqa: E402

__all__ = ["read_guides"]


def read_guides(description: str | None) -> tuple[NumpyDataset, dict[str, str]]:
    """Read the arguments of a benchmark, and its guides and the mRNA that each targets, by id."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", metavar="FOLDER", help="local folder of the published files")
    parser.add_argument("--data-dir", metavar="FOLDER", help="where downloads are kept")
    arguments = parser.parse_args()
    where = {"source": arguments.source, "data_dir": arguments.data_dir}
    with tempfile.TemporaryDirectory() as folder:
        _, (guides,), _ = molnet.load_sirna(splitter=None, save_dir=folder, **where)
        rows = NumpyDataset(guides.X, guides.y, ids=guides.ids)
    return rows, molnet.sirna_genes(**where)
