"""siRNA design: how fast it is, and how well its order agrees with measurements.

The section of the page designs against made-up transcripts.

``python -m benchmarks.sirna_design huesken [FOLDER]`` designs against the 30 mRNAs, or pieces of them, of Huesken et
al. (2005) with models that were trained on guides of other mRNAs, five folds of whole mRNAs, and compares the order of
measured sites with what was measured. FOLDER has the published files; without it they are downloaded (0.5 MB). Nothing
is written.
"""

import argparse
import importlib.util
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import Contender
from benchmarks.record import Record, Settings
from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem.data import NumpyDataset  # noqa: E402

from deepchem_genomics import molnet, sirna  # noqa: E402
from deepchem_genomics.feat import RNA, decode, reverse_complement  # noqa: E402
from deepchem_genomics.models import SiRNAGaussianProcess  # noqa: E402
from deepchem_genomics.molnet.sirna import sirna_contexts  # noqa: E402
from deepchem_genomics.splits import GroupSplitter  # noqa: E402

WHOLE = 10**6  # bases on either side: the mRNA as far as it is known
EFFICACY_RULES = (
    "gc",
    "ui_tei_ends",
    "ui_tei",
    "asymmetry",
    "reynolds",
    "amarzguioui",
    "runs",
    "palindrome",
    "hairpin",
)
PICKS = 5
Float = NDArray[np.float64]


def drawn_transcripts(n_sites: int, seed: int = 0) -> dict[str, str]:
    """Draw transcripts of 1 to 4 kb that have about so many sites."""
    rng = np.random.default_rng(seed)
    transcripts: dict[str, str] = {}
    while n_sites > 0:
        length = int(rng.integers(1000, 4000))
        transcripts[f"t{len(transcripts)}"] = "".join(rng.choice(list("ACGU"), length))
        n_sites -= length - 20
    return transcripts


def run(record: Record, settings: Settings) -> None:
    """Measure sites a minute, without and with folding."""
    transcripts = drawn_transcripts(settings.pick(200_000, 20_000))
    total = sum(len(text) - 20 for text in transcripts.values())
    with tempfile.TemporaryDirectory() as folder:
        fasta = Path(folder) / "t.fa"
        fasta.write_text("".join(f">{name}\n{text}\n" for name, text in transcripts.items()))
        designs: list[Path] = []

        def job(fold: str) -> Callable[[], None]:
            def design() -> None:
                designs.append(Path(folder) / f"design{len(designs)}")
                _write(fasta, designs[-1], fold)

            return design

        jobs = {"rules and efficacy, no folding": job("no")}
        if importlib.util.find_spec("RNA"):
            jobs["with folding by ViennaRNA"] = job("auto")
        else:
            record.leave_out("with folding by ViennaRNA", "ViennaRNA is not installed")
        record.contest(
            f"{total:,} sites",
            {name: Contender(run, total) for name, run in jobs.items()},
            settings.turns(3, 1),
            unit="sites a minute",
            scale=60,
            checked="the same rules and the same prediction; folding adds one rule",
        )
    record.use_versions("numpy", "ViennaRNA")


def _write(fasta: Path, out: Path, fold: str) -> None:
    designer = sirna.Designer(sirna.DesignOptions(fold=fold))
    sirna.write_design(designer, fasta, out, {}, {})


def measured(source: str | None) -> pd.DataFrame:
    """Design against every mRNA with a model that has not seen it; one row per measured guide."""
    with tempfile.TemporaryDirectory() as folder:
        _, (data,), _ = molnet.load_sirna(splitter=None, source=source, save_dir=folder)
        ids, X, y = np.asarray(data.ids), np.asarray(data.X), np.asarray(data.y)
    targets, contexts = molnet.sirna_genes(source), sirna_contexts(source)
    mrna = {targets[name]: text for name, text in sirna_contexts(source, flank=WHOLE).items()}
    guide_of = dict(zip(ids.tolist(), decode(X, RNA), strict=True))
    tables = []
    for train, test in GroupSplitter(targets).k_fold_indices(data_of(X, y, ids), 5, seed=0):
        model = SiRNAGaussianProcess(targets=targets, contexts=contexts)
        model.fit(data_of(X[train], y[train], ids[train]))
        model.drop_training_guides()
        genes = {targets[name] for name in ids[test]}
        found = sirna.design({gene: mrna[gene] for gene in sorted(genes)}, model=model)
        sites = found.sites.set_index(["record", "start"])
        places = [
            (targets[name], mrna[targets[name]].find(reverse_complement(guide_of[name], RNA))) for name in ids[test]
        ]
        rows = sites.loc[places].reset_index()
        rows["measured"] = y[test, 0]
        tables.append(rows)
    return pd.concat(tables, ignore_index=True)


def data_of(X: NDArray[Any], y: NDArray[Any], ids: NDArray[Any]) -> NumpyDataset:
    """Make a dataset of arrays."""
    return NumpyDataset(X, y, ids=ids)


def orders(table: pd.DataFrame) -> dict[str, Float]:
    """Name the columns that sites may be ordered by, higher first."""
    passed = {name: table[f"{name}_pass"].to_numpy(dtype=float) for name in EFFICACY_RULES}
    columns = {
        "design score": table["score"].to_numpy() - 10 * (~table["eligible"].to_numpy(dtype=bool)),
        "score, required rules aside": table["score"].to_numpy(),
        "predicted efficacy": table["efficacy"].to_numpy(),
        "lower end of its interval": table["efficacy_low"].to_numpy(),
        "rules: number of nine passed": np.sum(list(passed.values()), axis=0),
        "Reynolds points": table["reynolds"].to_numpy(dtype=float),
        "Ui-Tei conditions": table["ui_tei"].to_numpy(dtype=float),
        "Amarzguioui points": table["amarzguioui"].to_numpy(dtype=float),
        "asymmetry": table["asymmetry"].to_numpy(),
        "low seed temperature": -table["seed_tm"].to_numpy(),
    }
    for name in ("gc", "ui_tei_ends", "runs", "palindrome", "hairpin", "fold", "immune", "toxic"):
        if f"{name}_pass" in table:
            columns[f"passes {name}"] = table[f"{name}_pass"].to_numpy(dtype=float)
    return columns


def huesken(source: str | None, resamples: int) -> None:
    """Print how well each order agrees with measurements."""
    table = measured(source)
    genes = table["record"].to_numpy()
    y = table["measured"].to_numpy()
    share_eligible = table["eligible"].mean()
    print(f"{len(table)} measured sites of {len(set(genes))} mRNAs; {share_eligible:.0%} pass every required rule")
    inside = ((table["measured"] >= table["efficacy_low"]) & (table["measured"] <= table["efficacy_high"])).mean()
    print(f"{inside:.1%} of measurements lie in the interval of 90%\n")
    print("| order by | Pearson, pooled | Spearman, pooled | Spearman, mean within mRNA | top 5 above median |", end="")
    print(" top 5 in best quarter |\n|---|---|---|---|---|---|")
    draws = np.random.default_rng(0).integers(0, len(set(genes)), (resamples, len(set(genes))))
    agreement = {name: _agreement(order, y, genes, draws) for name, order in orders(table).items()}
    for name, columns in agreement.items():
        print(f"| {name} | {' | '.join(map(_with_interval, columns))} |")
    for other in ("rules: number of nine passed", "Reynolds points"):
        differences = [a - b for a, b in zip(agreement["design score"], agreement[other], strict=True)]
        print(f"| design score less {other} | {' | '.join(map(_with_interval, differences))} |")
    _each_mrna(table, y, genes)


def _agreement(order: Float, y: Float, genes: NDArray[Any], draws: NDArray[np.int64]) -> list[Float]:
    """Return the columns of the table: the value of all mRNAs, then of each draw."""
    correlated = np.where(order < -5, order + 10, order)  # that a required rule is failed counts for picking alone
    parts = [(correlated[rows], order[rows], y[rows]) for rows in (genes == gene for gene in pd.unique(genes))]
    within = np.array([_within(values, labels) for values, _, labels in parts])
    picked = [np.array([_picked(values, labels, share) for _, values, labels in parts]) for share in (0.5, 0.75)]
    pooled = [_pooled(correlated, y, genes, draws), _pooled(_ranks(correlated), _ranks(y), genes, draws)]
    return [*pooled, *(_means(values, draws) for values in (within, *picked))]


def _each_mrna(table: pd.DataFrame, y: Float, genes: NDArray[Any]) -> None:
    print("\nper mRNA: Pearson of design score, predicted efficacy, number of rules, Reynolds points")
    columns = orders(table)
    names = ("score, required rules aside", "predicted efficacy", "rules: number of nine passed", "Reynolds points")
    for gene in pd.unique(genes):
        rows = genes == gene
        cells = [f"{np.corrcoef(columns[name][rows], y[rows])[0, 1]:.2f}" for name in names]
        print(f"| {gene} | {rows.sum()} | {' | '.join(cells)} |")


def _ranks(values: Float) -> Float:
    return np.asarray(pd.Series(values).rank(), dtype=np.float64)


def _within(order: Float, y: Float) -> float:
    return float(np.corrcoef(_ranks(order), _ranks(y))[0, 1]) if np.ptp(order) else np.nan


def _picked(order: Float, y: Float, quantile: float) -> float:
    """Return the share of the best five of an order that were measured above a quantile; ties are shared out."""
    good = y > np.quantile(y, quantile)
    edge = np.sort(order)[-PICKS]
    above, at = order > edge, order == edge
    return float(good[above].sum() + (PICKS - above.sum()) * good[at].mean()) / PICKS


def _pooled(x: Float, y: Float, genes: NDArray[Any], draws: NDArray[np.int64]) -> Float:
    """Correlate over all sites, and over the sites of each draw of mRNAs."""
    columns = np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y])
    sums = np.array([columns[genes == gene].sum(axis=0) for gene in pd.unique(genes)])  # (G, 6)
    n, sx, sy, sxy, sxx, syy = np.vstack([sums.sum(axis=0), sums[draws].sum(axis=1)]).T
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Float = (n * sxy - sx * sy) / np.sqrt((n * sxx - sx**2) * (n * syy - sy**2))
        return found


def _with_interval(values: Float) -> str:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return f"{values[0]:.3f} ({low:.2f} to {high:.2f})"


def _means(values: Float, draws: NDArray[np.int64]) -> Float:
    return np.append(np.nanmean(values), np.nanmean(values[draws], axis=1))


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    good = commands.add_parser("huesken")
    good.add_argument("source", nargs="?", metavar="FOLDER")
    good.add_argument("--resamples", type=int, default=2000)
    arguments = parser.parse_args()
    huesken(arguments.source, arguments.resamples)


if __name__ == "__main__":
    main()
