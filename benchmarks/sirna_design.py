"""siRNA design: how fast it is, and how well its order agrees with measurements.

``python -m benchmarks.sirna_design speed [--sites N] [--rounds N]`` designs against made-up transcripts and prints
sites a minute, whole command and parts, rounds taking turns.

``python -m benchmarks.sirna_design huesken [FOLDER]`` designs against the 30 mRNAs, or pieces of them, of Huesken et
al. (2005) with models that were trained on guides of other mRNAs, five folds of whole mRNAs, and compares the order of
measured sites with what was measured. FOLDER has the published files; without it they are downloaded (0.5 MB). Nothing
is written.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics.quiet import import_quietly

import_quietly("deepchem")

from deepchem.data import NumpyDataset  # noqa: E402

from deepchem_genomics import molnet, sirna  # noqa: E402
from deepchem_genomics.feat import RNA, decode, reverse_complement  # noqa: E402
from deepchem_genomics.models import SiRNAGaussianProcess  # noqa: E402
from deepchem_genomics.molnet.sirna_context import sirna_contexts  # noqa: E402
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
    transcripts = {}
    while n_sites > 0:
        length = int(rng.integers(1000, 4000))
        transcripts[f"t{len(transcripts)}"] = "".join(rng.choice(list("ACGU"), length))
        n_sites -= length - 20
    return transcripts


def speed(n_sites: int, rounds: int) -> None:
    """Print sites a minute."""
    transcripts = drawn_transcripts(n_sites)
    contenders: dict[str, Callable[[Path, Path], object]] = {
        "rules and efficacy, no folding": lambda fasta, out: _write(fasta, out, "no"),
        "with folding by ViennaRNA": lambda fasta, out: _write(fasta, out, "auto"),
    }
    walls: dict[str, list[float]] = {name: [] for name in contenders}
    processor: dict[str, list[float]] = {name: [] for name in contenders}
    with tempfile.TemporaryDirectory() as folder:
        fasta = Path(folder) / "t.fa"
        fasta.write_text("".join(f">{name}\n{text}\n" for name, text in transcripts.items()))
        total = sum(len(text) - 20 for text in transcripts.values())
        for number in range(rounds):
            for name, run in contenders.items():
                started = time.perf_counter(), time.process_time()
                run(fasta, Path(folder) / f"{number}-{len(walls[name])}-{name[:4]}")
                wall, cpu = time.perf_counter() - started[0], time.process_time() - started[1]
                walls[name].append(wall)
                processor[name].append(cpu)
                print(
                    f"{name}: {total} sites, {wall:.1f} s ({cpu:.1f} s of processor): {60 * total / wall:,.0f} a minute"
                )
    print("| contender | sites a minute, median | lowest to highest | a minute of one core |\n|---|---:|---:|---:|")
    for name, times in walls.items():
        rates = 60 * total / np.array(times)
        of_core = 60 * total / np.median(processor[name])
        print(f"| {name} | {np.median(rates):,.0f} | {rates.min():,.0f} to {rates.max():,.0f} | {of_core:,.0f} |")


def _write(fasta: Path, out: Path, fold: str) -> None:
    designer = sirna.Designer(sirna.DesignOptions(fold=fold))
    sirna.write_design(designer, fasta, out, {}, {})


def measured(source: str | None) -> pd.DataFrame:
    """Design against every mRNA with a model that has not seen it; a row a measured guide."""
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
        model.forget_guides()
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


def data_of(X: NDArray, y: NDArray, ids: NDArray) -> NumpyDataset:
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
    print(f"{inside:.1%} of measurements lie in the interval of 90 %\n")
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


def _agreement(order: Float, y: Float, genes: NDArray, draws: NDArray[np.int64]) -> list[Float]:
    """Return the columns of the table: the value of all mRNAs, then of each draw."""
    correlated = np.where(order < -5, order + 10, order)  # that a required rule is failed counts for picking alone
    parts = [(correlated[rows], order[rows], y[rows]) for rows in (genes == gene for gene in pd.unique(genes))]
    within = np.array([_within(values, labels) for values, _, labels in parts])
    picked = [np.array([_picked(values, labels, share) for _, values, labels in parts]) for share in (0.5, 0.75)]
    pooled = [_pooled(correlated, y, genes, draws), _pooled(_ranks(correlated), _ranks(y), genes, draws)]
    return [*pooled, *(_means(values, draws) for values in (within, *picked))]


def _each_mrna(table: pd.DataFrame, y: Float, genes: NDArray) -> None:
    print("\nper mRNA: Pearson of design score, predicted efficacy, number of rules, Reynolds points")
    columns = orders(table)
    names = ("score, required rules aside", "predicted efficacy", "rules: number of nine passed", "Reynolds points")
    for gene in pd.unique(genes):
        rows = genes == gene
        cells = [f"{np.corrcoef(columns[name][rows], y[rows])[0, 1]:.2f}" for name in names]
        print(f"| {gene} | {rows.sum()} | {' | '.join(cells)} |")


def _ranks(values: Float) -> Float:
    return pd.Series(values).rank().to_numpy()


def _within(order: Float, y: Float) -> float:
    return float(np.corrcoef(_ranks(order), _ranks(y))[0, 1]) if np.ptp(order) else np.nan


def _picked(order: Float, y: Float, quantile: float) -> float:
    """Return the share of the best five of an order that were measured above a quantile; ties are shared out."""
    good = y > np.quantile(y, quantile)
    edge = np.sort(order)[-PICKS]
    above, at = order > edge, order == edge
    return float(good[above].sum() + (PICKS - above.sum()) * good[at].mean()) / PICKS


def _pooled(x: Float, y: Float, genes: NDArray, draws: NDArray[np.int64]) -> Float:
    """Correlate over all sites, and over the sites of each draw of mRNAs."""
    columns = np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y])
    sums = np.array([columns[genes == gene].sum(axis=0) for gene in pd.unique(genes)])  # (G, 6)
    n, sx, sy, sxy, sxx, syy = np.vstack([sums.sum(axis=0), sums[draws].sum(axis=1)]).T
    with np.errstate(invalid="ignore", divide="ignore"):
        return (n * sxy - sx * sy) / np.sqrt((n * sxx - sx**2) * (n * syy - sy**2))


def _with_interval(values: Float) -> str:
    low, high = np.nanquantile(values[1:], [0.025, 0.975])
    return f"{values[0]:.3f} ({low:.2f} to {high:.2f})"


def _means(values: Float, draws: NDArray[np.int64]) -> Float:
    return np.append(np.nanmean(values), np.nanmean(values[draws], axis=1))


def main() -> None:
    """Read arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    fast = commands.add_parser("speed")
    fast.add_argument("--sites", type=int, default=200_000)
    fast.add_argument("--rounds", type=int, default=3)
    good = commands.add_parser("huesken")
    good.add_argument("source", nargs="?", metavar="FOLDER")
    good.add_argument("--resamples", type=int, default=2000)
    arguments = parser.parse_args()
    if arguments.command == "speed":
        speed(arguments.sites, arguments.rounds)
    else:
        huesken(arguments.source, arguments.resamples)


if __name__ == "__main__":
    main()
