"""Train the siRNA model that comes with the package, again from the published data.

``python scripts/train_pretrained_sirna.py [--source FOLDER] [--out FOLDER]`` downloads the data (0.5 MB), or reads them
from a local folder, and writes the model. ``--check`` compares it with the one in the package instead: weights that
were made on one machine with one version of NumPy agree to the bit, others to about ten digits.
"""

import argparse
import tempfile
from pathlib import Path

import numpy as np

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem_genomics import models, molnet  # noqa: E402
from deepchem_genomics.models.shipped import model_folder  # noqa: E402
from deepchem_genomics.molnet.sirna import sirna_contexts  # noqa: E402

LABEL = "normalized inhibition of Huesken et al. (2005): 0 is none, mean 0.69, the best are above 1"
SHIPPED = model_folder("sirna-huesken")


def trained(source: str | None, data_dir: str | None) -> models.SiRNAGaussianProcess:
    """Learn from all guides of Huesken et al., and forget which they were."""
    with tempfile.TemporaryDirectory() as folder:
        _, (guides,), _ = molnet.load_sirna(splitter=None, source=source, data_dir=data_dir, save_dir=folder)
        model = models.SiRNAGaussianProcess(
            targets=molnet.sirna_genes(source, data_dir),
            contexts=sirna_contexts(source, data_dir),
            label=LABEL,
            other_studies=True,
        )
        model.fit(guides)
    model.drop_training_guides()
    return model


def largest_difference(one: Path, other: Path) -> float:
    """Compare two saved models, array by array: the largest difference, in units of the array's largest value."""
    with np.load(one / "weights.npz") as a, np.load(other / "weights.npz") as b:
        if a.files != b.files:
            return np.inf
        pairs = [(a[name].astype(np.float64), b[name].astype(np.float64)) for name in a.files if name != "directions"]
    return max(float(np.abs(x - y).max() / max(np.abs(x).max(), 1e-12)) for x, y in pairs if x.size)


def main() -> int:
    """Read arguments, train, and write or compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", metavar="FOLDER", help="local folder of the published files")
    parser.add_argument("--data-dir", metavar="FOLDER", help="where downloads are kept")
    parser.add_argument("--out", metavar="FOLDER", default="sirna-huesken", help="where the model goes")
    parser.add_argument("--check", action="store_true", help="compare with the model in the package; write nothing")
    arguments = parser.parse_args()
    model = trained(arguments.source, arguments.data_dir)
    if not arguments.check:
        model.save(arguments.out)
        print(f"{model.n_learned} guides; {model.n_parameters:,} weights written to {arguments.out}")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        model.save(Path(folder) / "model")
        names = [place / "weights.npz" for place in (Path(folder) / "model", SHIPPED)]
        same = names[0].read_bytes() == names[1].read_bytes()
        difference = 0.0 if same else largest_difference(Path(folder) / "model", SHIPPED)
    print("the same to the bit" if same else f"largest difference {difference:.1e} of an array's largest value")
    return 0 if difference < 1e-6 else 1


if __name__ == "__main__":
    raise SystemExit(main())
