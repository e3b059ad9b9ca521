"""An experiment's record as a table to read."""

from typing import Any

from deepchem_genomics.reproduce.experiments import SCORE_NAMES

__all__ = ["format_table"]

Row = tuple[str, str, str, str]
"""Label, training score, validation score, and the validation score's interval or a remark."""

_LABELS = {
    "accessibility_alone": "accessibility alone, no network",
    "coin": "a coin",
    "always_mean": "always the training mean",
}


def format_table(record: dict[str, Any]) -> str:
    """Lay an experiment's scores out beside the published ones and the baselines.

    Parameters
    ----------
    record : dict
        What :func:`~deepchem_genomics.reproduce.run` returns for an experiment.

    Returns
    -------
    str
        Several lines, the last without a line end.
    """
    first, second = SCORE_NAMES[record["metric"]], SCORE_NAMES[record["second"]["metric"]]
    rows: list[Row] = [
        (first, "train", "valid", "valid, 95 % interval"),
        *_rows_of_the_network(record),
        *_rows_of_baselines(record["baselines"]),
        (second, "", "", ""),
        _scored("the network, after the last epoch", record["second"]),
        *(_scored(_label(name), baseline["second"]) for name, baseline in record["baselines"].items()),
    ]
    width = max(len(label) for label, *_ in rows)
    table = [f"{label:{width}}  {train:>6}  {valid:>6}  {note}".rstrip() for label, train, valid, note in rows]
    return "\n".join([*_title(record), *table])


def _title(record: dict[str, Any]) -> list[str]:
    origin = "SIMULATED data" if record["simulated"] else f"data in {record['source']}"
    means = record["label_mean"]
    labels = (
        f"{means['train']:.2%} and {means['valid']:.2%} bound"
        if record["metric"] == "roc_auc"
        else f"mean efficacy {means['train']:.3f} and {means['valid']:.3f}"
    )
    scaling = f"; accessibility scaled: {record['scale']}" if record["scale"] else ""
    return [
        f"{record['experiment']}: {origin}",
        f"{record['n_train']:,} training and {record['n_valid']:,} validation {record['samples']}, {labels}; "
        f"{record['epochs'][-1]} epochs; seed {record['seed']}{scaling}",
    ]


def _rows_of_the_network(record: dict[str, Any]) -> list[Row]:
    last = {"train": record["train"][-1], "valid": record["valid"][-1], "valid_ci": record["valid_ci"]}
    remark = f"the best of {len(record['valid'])} on these very rows: optimistic"
    published = record["published"]
    train, valid = ("-" if published[part] is None else f"{published[part]:.2f}" for part in ("train", "valid"))
    return [
        _scored("the network, after the last epoch", last),
        (f"the network at its best, epoch {record['best_epoch']}", "-", _number(record["best_valid"]), remark),
        ("published", train, valid, _remark_on_published(record)),
    ]


def _remark_on_published(record: dict[str, Any]) -> str:
    """Say what the chapter trained on, where that is not what was trained on here."""
    if record["simulated"]:
        return "on the book's data, not these"
    trained_on = record["published"]["n_train"]
    return "" if trained_on == record["n_train"] else f"trained on {trained_on:,} {record['samples']}"


def _rows_of_baselines(baselines: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for name, baseline in baselines.items():
        rows.append(_scored(_label(name), baseline))
        if baseline["valid"] is None:
            rows[-1] = (*rows[-1][:3], "undefined: a constant has no correlation")
        if "network_minus_this" in baseline:
            low, high = baseline["network_minus_this_ci"]
            difference = f"{baseline['network_minus_this']:+.3f}"
            rows.append(
                ("  the network after the last epoch, minus that", "", difference, f"{low:+.3f} to {high:+.3f}")
            )
    return rows


def _label(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " "))


def _scored(label: str, scores: dict[str, Any]) -> Row:
    ends = scores["valid_ci"]
    interval = "" if ends is None else f"{ends[0]:.3f} to {ends[1]:.3f}"
    return label, _number(scores["train"]), _number(scores["valid"]), interval


def _number(score: float | None) -> str:
    return "-" if score is None else f"{score:.3f}"
