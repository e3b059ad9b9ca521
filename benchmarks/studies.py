"""What a model of guides gains from which study measured each guide: no timing.

``python -m benchmarks.studies [--source FOLDER]`` prints the table of docs/models.md. There is one study of Huesken et
al. (2005), so three are made of it: each has a third of the mRNAs, and what studies differ in is **simulated**: the
scale of the labels, their noise, and a preference for bases by place that explains a fifth of the variance. Five folds
of whole mRNAs; scored within each study and fold, and averaged over these and three draws. As it was measured, the
study differs in nothing, which is the other half of the table.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
from scipy.stats import norm, pearsonr

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem.data import Dataset, NumpyDataset  # noqa: E402

from benchmarks.huesken import read_guides  # noqa: E402
from deepchem_genomics import models  # noqa: E402

N_STUDIES, FOLDS, DRAWS = 3, 5, 3
SCALES = ((0.0, 1.0), (5.0, 60.0), (0.4, 0.5))  # offset and unit of the labels of each study
NOISES = (0.0, 0.5, 0.25)  # standard deviations added, in units of that of the labels
OWN_SHARE = 0.2
COVERED = 0.9

Studies = Mapping[str, str]


def simulated(y: np.ndarray, X: np.ndarray, study: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Make labels (n,) of studies differ."""
    labels = y.copy()
    for one, ((offset, unit), noise) in enumerate(zip(SCALES, NOISES, strict=True)):
        here = study == one
        own = X[here].reshape(here.sum(), -1) @ rng.normal(size=X.shape[1] * X.shape[2])
        spread = y[here].std()
        labels[here] = np.sqrt(1 - OWN_SHARE) * y[here] + np.sqrt(OWN_SHARE) * spread * (own - own.mean()) / own.std()
        labels[here] = offset + unit * (labels[here] + noise * spread * rng.normal(size=here.sum()))
    return labels


def predictions(train: Dataset, test: Dataset, studies: Studies) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield the mean and the standard deviation (n,) of each model, by name."""

    def of(model: models.SiRNAGaussianProcess, rows: Dataset) -> tuple[np.ndarray, np.ndarray]:
        model.fit(rows)
        mean, sd = model.predict_uncertainty(test)
        return mean[:, 0], sd[:, 0]

    yield "without studies", *of(models.SiRNAGaussianProcess(), train)
    names = np.array([studies[name] for name in train.ids])
    tested = np.array([studies[name] for name in test.ids])
    scaled, back = train.y[:, 0].copy(), {}
    alone = np.zeros((2, len(test.ids)))
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        back[name] = train.y[rows, 0].mean(), train.y[rows, 0].std()
        scaled[rows] = (train.y[rows, 0] - back[name][0]) / back[name][1]
        own = models.SiRNAGaussianProcess()
        here = tested == name
        alone[:, here] = [each[here] for each in of(own, train.select(rows))]
    mean, sd = of(models.SiRNAGaussianProcess(), NumpyDataset(train.X, scaled[:, None], ids=train.ids))
    offset, unit = np.array([back[name] for name in tested]).T
    yield "each standardized to mean 0 and sd 1 first", offset + unit * mean, unit * sd
    yield "one model per study", *alone
    yield "with studies", *of(models.SiRNAGaussianProcess(studies=studies), train)


def scores(guides: Dataset, genes: Mapping[str, str], differ: bool, seed: int) -> Iterator[dict[str, object]]:
    """Yield the scores of each model in each study and fold."""
    rng = np.random.default_rng(seed)
    of_guides = np.array([genes[name] for name in guides.ids])
    names = rng.permutation(np.unique(of_guides))
    study = np.array([dict(zip(names, np.arange(len(names)) % N_STUDIES, strict=True))[one] for one in of_guides])
    fold = np.array(
        [dict(zip(names, np.arange(len(names)) // N_STUDIES % FOLDS, strict=True))[one] for one in of_guides]
    )
    y = simulated(guides.y[:, 0], guides.X, study, rng) if differ else guides.y[:, 0]
    studies = {name: f"study {one}" for name, one in zip(guides.ids, study, strict=True)}
    for held in range(FOLDS):
        train, test = np.flatnonzero(fold != held), np.flatnonzero(fold == held)
        parts = [NumpyDataset(guides.X[rows], y[rows, None], ids=guides.ids[rows]) for rows in (train, test)]
        for name, mean, sd in predictions(parts[0], parts[1], studies):
            for one in range(N_STUDIES):
                here = study[test] == one
                error = mean[here] - y[test][here]
                yield {
                    "differ": differ,
                    "model": name,
                    "r": pearsonr(mean[here], y[test][here])[0],
                    "rmse": np.sqrt(np.mean(error**2)) / y[study == one].std(),
                    "held": np.mean(np.abs(error) < norm.ppf(0.5 + COVERED / 2) * sd[here]),
                }


def main() -> None:
    """Read the data, and print a table."""
    rows, genes = read_guides(__doc__)
    every = [one for differ in (True, False) for seed in range(DRAWS) for one in scores(rows, genes, differ, seed)]
    table = pd.DataFrame(every).groupby(["differ", "model"], sort=False).mean()
    print("| studies | model | Pearson r | RMSE / sd | within the 90% interval |")
    print("|---|---|---|---|---|")
    for (differ, name), (r, rmse, held) in zip(table.index, table.to_numpy(), strict=True):
        print(f"| {'differ (simulated)' if differ else 'as measured'} | {name} | {r:.3f} | {rmse:.3f} | {held:.2f} |")


if __name__ == "__main__":
    main()
