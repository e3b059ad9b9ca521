"""Train the sequence network of the benchmark on JUND's windows and explain it: the example of docs/explain.md.

    python scripts/explain_jund.py SOURCE OUT

SOURCE is a folder laid out like the book's data (docs/named_datasets.md). OUT gets ``model``, ``bound.fa`` (the bound
windows that were trained on) and ``report``. About four minutes on one core.
"""

import sys
from pathlib import Path

import numpy as np

from deepchem_genomics.benchmark import PROBLEMS
from deepchem_genomics.explain import ExplainOptions, jaspar_core, write_report
from deepchem_genomics.feat import decode
from deepchem_genomics.models.prediction_files import EncodedRows
from deepchem_genomics.recipes import RECIPES, Progress


def main(source: str, out: Path) -> None:
    """Train, save, explain."""
    train = PROBLEMS["jund"].load(source).folds[0].train
    progress = Progress(report=lambda line: print(line, file=sys.stderr))
    network = RECIPES["rc-network"](train, progress=progress).model
    out.mkdir(parents=True)
    network.save(out / "model")
    bound = np.flatnonzero(np.asarray(train.y)[:, 0] > 0)
    X, ids = train.X[bound], train.ids[bound]
    records = zip(ids, decode(X), strict=True)
    (out / "bound.fa").write_text("".join(f">{name}\n{sequence}\n" for name, sequence in records))
    write_report(network, lambda: iter([EncodedRows(X, ids)]), out / "report", ExplainOptions(known=jaspar_core()))
    print(out / "report" / "index.html")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
