"""What adapting a model of guides to a study's own measurements brings: no timing.

``python -m benchmarks.adapting [--source FOLDER]`` prints the table of docs/models.md. Each mRNA of Huesken et al.
(2005) with at least 75 guides plays the other study in turn: the model is trained on all other mRNAs, adapted to some
of its guides, drawn three times, and scored on the rest. The laboratory, the assay and the scale are the same, so real
studies differ more. A line through the same guides, and a model of these guides alone, stand beside.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd
from scipy.stats import norm, pearsonr

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem.data import Dataset, NumpyDataset  # noqa: E402

from benchmarks.huesken import read_guides  # noqa: E402
from deepchem_genomics import models  # noqa: E402

FEWEST_GUIDES, DRAWS, SEED = 75, 3, 0
ADAPTED_TO = (10, 30)
COVERED = 0.9


def scores(name: str, mean: np.ndarray, sd: np.ndarray | None, y: np.ndarray) -> dict[str, object]:
    """Score predictions (n,) for labels (n,)."""
    held = np.nan if sd is None else float(np.mean(np.abs(mean - y) < norm.ppf(0.5 + COVERED / 2) * sd))
    return {"model": name, "r": pearsonr(mean, y)[0], "rmse": float(np.sqrt(np.mean((mean - y) ** 2))), "held": held}


def compared(guides: Dataset, genes: dict[str, str]) -> Iterator[dict[str, object]]:
    """Yield the scores of each model on each mRNA, with the number of guides it was adapted to."""
    of_guides = np.array([genes[name] for name in guides.ids])
    names, counts = np.unique(of_guides, return_counts=True)
    rng = np.random.default_rng(SEED)
    for gene in names[counts >= FEWEST_GUIDES]:
        own, others = np.flatnonzero(of_guides == gene), np.flatnonzero(of_guides != gene)
        model = models.SiRNAGaussianProcess(targets=genes)
        model.fit(NumpyDataset(guides.X[others], guides.y[others], ids=guides.ids[others]))
        for order in (rng.permutation(own) for _ in range(DRAWS)):
            rest = NumpyDataset(guides.X[order[max(ADAPTED_TO) :]])
            y = guides.y[order[max(ADAPTED_TO) :], 0]
            before, spread = (values[:, 0] for values in model.predict_uncertainty(rest))
            yield {"gene": gene, "n": 0, **scores("as trained", before, spread, y)}
            model.other_studies = True
            yield {
                "gene": gene,
                "n": 0,
                **scores("as trained, for other studies", before, model.predict_uncertainty(rest)[1][:, 0], y),
            }
            model.other_studies = False
            for n in ADAPTED_TO:
                measured = NumpyDataset(guides.X[order[:n]], guides.y[order[:n]])
                line = np.polyfit(model.predict(measured)[:, 0], measured.y[:, 0], 1)
                alone = models.SiRNAGaussianProcess()
                alone.fit(measured)
                yield {
                    "gene": gene,
                    "n": n,
                    **scores("as trained, rescaled by a line through them", np.polyval(line, before), None, y),
                }
                for name, one in (("adapted", model.adapt(measured)), ("trained on these alone", alone)):
                    mean, sd = (values[:, 0] for values in one.predict_uncertainty(rest))
                    yield {"gene": gene, "n": n, **scores(name, mean, sd, y)}


def main() -> None:
    """Read the data, and print a table."""
    found = pd.DataFrame(compared(*read_guides(__doc__)))
    of_genes = found.groupby(["n", "model", "gene"])[["r", "rmse", "held"]].mean()
    table = of_genes.groupby(["n", "model"]).mean()
    before = of_genes["r"].loc[0, "as trained"]
    changed = of_genes["r"] - before.reindex(of_genes.index.get_level_values("gene")).to_numpy()
    table["genes better"] = (changed > 1e-6).groupby(["n", "model"]).sum()
    print(f"{of_genes.index.get_level_values('gene').nunique()} mRNAs, {DRAWS} draws each, seed {SEED}")
    print("| guides measured | model | Pearson r | RMSE | within the 90% interval | mRNAs with a higher r |")
    print("|---|---|---|---|---|---|")
    for n, name, r, rmse, held, better in table.reset_index().itertuples(index=False):
        covered = "-" if np.isnan(held) else f"{held:.2f}"
        print(f"| {n} | {name} | {r:.3f} | {rmse:.3f} | {covered} | {better} |")


if __name__ == "__main__":
    main()
