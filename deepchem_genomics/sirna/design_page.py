"""The page of a design: a map and a table for each of the first transcripts."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from deepchem_genomics import plots
from deepchem_genomics.reports.blocks import (
    Block,
    Column,
    Entry,
    Facts,
    Figure,
    Notice,
    Page,
    Row,
    Section,
    Table,
    Text,
)
from deepchem_genomics.reports.figures import Link, svg_figure
from deepchem_genomics.reports.page import render_page
from deepchem_genomics.sirna.design import DesignBatch, Designer
from deepchem_genomics.sirna.judging import References
from deepchem_genomics.sirna.modifications import MODIFICATIONS
from deepchem_genomics.sirna.orders import OrderOptions
from deepchem_genomics.sirna.ranking import (
    INTACT_TWO_MISMATCHES,
    MOST_FOR_TWO_MISMATCHES,
    TWO_MISMATCHES,
    fails_any,
    why_none,
)
from deepchem_genomics.sirna.site_rules import SITE_RULES, not_evaluated
from deepchem_genomics.sirna.transcripts import Transcript

__all__ = ["MOST_RECORDS", "PageParts", "design_page"]

MOST_RECORDS = 50
"""Records that the page shows; the tables have all."""

_TABLES = ("sites.", "selected.tsv", "off_targets.", "refused.tsv", "order")

_BINS = 470  # points of a line, at most

Float = NDArray[np.float64]


class _Record(NamedTuple):
    """What the page shows of a transcript."""

    transcript: Transcript
    places: Float  # (B,), bases
    efficacy: Float  # (3, B): mean, and the ends of its interval
    selected: pd.DataFrame
    n_eligible: int
    n_searched: int | None  # None if no site was to be searched
    n_waiting: int  # sites that were not searched and may be as good
    unevaluated: list[str]
    why_none: str  # "" if a site is chosen


class PageParts:
    """What the page shows of the first records, collected batch by batch."""

    def __init__(self) -> None:
        self.records = list[_Record]()

    def add(self, batch: DesignBatch, designer: Designer) -> None:
        """Collect what the page shows of a batch."""
        if len(self.records) >= MOST_RECORDS:
            return
        sites_of = dict(list(batch.sites.groupby("record", sort=False)))
        chosen_of = dict(list(batch.selected.groupby("record", sort=False)))
        for transcript in batch.transcripts[: MOST_RECORDS - len(self.records)]:
            name, n_bases = transcript.name, len(transcript.sequence)
            sites = sites_of.get(name)
            if sites is None:
                continue
            places, efficacy = _profile(sites, n_bases)
            selected = chosen_of.get(name, batch.selected.iloc[:0])
            n_eligible = int(sites["eligible"].sum())
            n_searched, n_waiting = _searched(sites, designer.options.required_rules)
            unevaluated = not_evaluated(sites)
            self.records.append(
                _Record(
                    transcript,
                    places,
                    efficacy,
                    selected,
                    n_eligible,
                    n_searched,
                    n_waiting,
                    unevaluated,
                    why_none(sites, selected, designer.options.required_rules).get(name, ""),
                )
            )


def _searched(sites: pd.DataFrame, required: tuple[str, ...]) -> tuple[int | None, int]:
    """Count the sites that were searched for near-perfect matches, and those that pass all else and were not."""
    if "off_target_searched" not in sites:
        return None, 0
    searched = sites["off_target_searched"]
    return int(searched.sum()), int((~searched & ~fails_any(sites, required)).sum())


def _profile(sites: pd.DataFrame, n_bases: int) -> tuple[Float, Float]:
    """Average the efficacy, and its interval, of the sites that begin in each of at most ``_BINS`` stretches."""
    width = max(1, -(-n_bases // _BINS))
    which = sites["start"].to_numpy() // width
    n = -(-n_bases // width)
    counts = np.bincount(which, minlength=n).astype(np.float64)
    counts[counts == 0] = np.nan
    columns = ("efficacy", "efficacy_low", "efficacy_high")
    sums = [np.bincount(which, weights=sites[name].to_numpy(), minlength=n) for name in columns]
    return (np.arange(n, dtype=np.float64) + 0.5) * width + 10, np.stack(sums) / counts


def design_page(parts: PageParts, manifest: Mapping[str, Any], designer: Designer) -> str:
    """Return the page as HTML: what was collected, and what the manifest has read and counted."""
    head: list[Block] = [Facts(_summary(manifest, designer))]
    if designer.notes:
        head.append(Notice(designer.notes))
    rest = manifest["counts"]["kept"] - len(parts.records)
    page = Page(
        title=f"siRNA design: {manifest['inputs']['transcripts']['path'].rpartition('/')[2]}",
        head=head,
        sections=[*(_section(i, record, designer) for i, record in enumerate(parts.records)), _method(designer)],
        provenance=list(_provenance(manifest)),
        contents_note=f"{rest:,} more records are in the tables, not on this page." if rest > 0 else "",
    )
    return render_page(page)


def _summary(manifest: Mapping[str, Any], designer: Designer) -> list[tuple[str, str]]:
    counts = manifest["counts"]
    refused = ", ".join(f"{n} {reason}" for reason, n in counts["refused"].items()) or "none"
    n_records, missing = counts["kept"], manifest["rules not evaluated"]
    evaluated = [name for name in designer.options.required_rules if missing.get(name, 0) < n_records]
    passed = f"the required rules that were evaluated ({', '.join(evaluated) or 'none'})"
    unevaluated = [
        name if n == n_records else f"{name} in {n:,} of {n_records:,} records" for name, n in missing.items()
    ]
    return [
        ("Records", f"{counts['records']:,} read, {counts['kept']:,} kept; left out: {refused}"),
        ("Sites of 21 nt", f"{counts['sites']:,}; {counts['windows with unknown bases']:,} windows with unknown bases"),
        ("Chosen", f"{counts['selected']:,} of {counts['eligible']:,} sites that pass {passed}"),
        ("Not evaluated", ", ".join(unevaluated) or "nothing"),
        *_references(designer.references),
        *_places(counts),
        *([("Further targets", ", ".join(designer.options.also_targets))] if designer.options.also_targets else []),
        ("Order", _order(counts, designer.options.order)),
        ("Tables in this folder", ", ".join(name for name in manifest["files"] if name.startswith(_TABLES))),
        ("Predicted efficacy", manifest["efficacy"]["label"]),
        ("90% interval", manifest["efficacy"]["interval"]),
    ]


def _order(counts: Mapping[str, Any], order: OrderOptions) -> str:
    parts = [f"duplexes: {counts['duplexes to order']:,}{', with controls' if order.controls else ''}"]
    parts += [f"plates of {order.plate} wells: {counts['plates']:,}"] if order.plate else []
    return "; ".join([*parts, MODIFICATIONS[order.modification].about])


def _references(references: References) -> Iterator[tuple[str, str]]:
    for name, each in references.named().items():
        yield (
            name[0].upper() + name[1:],
            f"{each.path.name}: {len(each):,} transcripts, {each.n_bases:,} bases, {each.n_unknown:,} of them "
            "unknown (N) and never matched",
        )
    if references.counted is not None:
        yield "Seeds", f"counted in {references.counted_in}"


def _places(counts: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    found = [f"{name}: {counts[name]:,}" for name in ("wanted places", "places to avoid") if counts[name]]
    if found:
        yield "Places", ", ".join(found)


def _provenance(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, file in manifest["inputs"].items():
        digest = f" (SHA-256 {file['sha256']})" if "sha256" in file else ""
        yield f"Input: {name}", f"{file['path']}{digest}"
    yield "Model", manifest["efficacy"]["model"]
    yield "Settings", ", ".join(f"{name}: {_in_words(value)}" for name, value in manifest["options"].items())
    libraries = {name: version for name, version in manifest["versions"].items() if name != "deepchem_genomics"}
    yield "Versions", ", ".join(f"{name} {version}" for name, version in libraries.items())


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(f"{name}={number}" for name, number in value.items()) or "none"
    if isinstance(value, list | tuple):
        return " ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)


def _section(number: int, record: _Record, designer: Designer) -> Section:
    rows = record.selected.to_dict("records")
    anchors = [f"site-{number}-{place}" for place in range(1, len(rows) + 1)]
    transcript = record.transcript
    gene = f"Gene {transcript.gene.name}. " if transcript.gene.name else ""
    words = (
        f"{gene}{len(transcript.sequence):,} bases, {record.n_eligible:,} sites that can be chosen, {len(rows)} chosen."
    )
    n_poor = sum(row["poor"] for row in rows)
    if n_poor:
        words += f" {n_poor} of them are poor, failing half of the rules that were evaluated or more."
    if record.n_searched is not None:
        words += f" {record.n_searched:,} sites were searched for near-perfect matches"
        words += f", {record.n_waiting:,} more that pass the other rules were not." if record.n_waiting else "."
    if len(rows) < designer.options.top:
        words += f" {designer.options.top} were requested: "
        if record.n_waiting:
            words += f"there may be more beyond the {record.n_searched:,} that were searched (max_searched)."
        else:
            words += "there are no more that pass and lie far enough apart."
    if record.unevaluated:
        needs = (f"{name} (needs {SITE_RULES[name].needs})" for name in record.unevaluated)
        words += f" Not evaluated: {', '.join(needs)}."
    blocks: list[Block] = [Text(words, soft=True), _map(record, rows, anchors)]
    blocks.append(
        _table(transcript.name, rows, anchors) if rows else Text(f"No site can be chosen: {record.why_none}.")
    )
    return Section(f"record-{number}", transcript.name, blocks)


def _map(record: _Record, rows: list[dict[Any, Any]], anchors: list[str]) -> Figure:
    mean, low, high = record.efficacy
    name, n_bases = record.transcript.name, len(record.transcript.sequence)
    sites = [(row["start"], row["end"], row["efficacy"], row["rank"]) for row in rows]
    ax = plots.site_map(
        record.places, mean, sites, interval=(low, high), length=n_bases, coding=record.transcript.coding
    )
    links = [
        Link((row["start"] + row["end"]) / 2, row["efficacy"], anchor, _spoken(row))
        for row, anchor in zip(rows, anchors, strict=True)
    ]
    return svg_figure(
        ax,
        f"Predicted efficacy along {name}, {n_bases} bases, with {len(rows)} chosen sites",
        "The line is the mean predicted efficacy of the sites that begin in a stretch, the band its 90% interval. "
        "Discs are the chosen sites, by their rank; each is a link to its row.",
        links,
    )


def _spoken(row: dict[Any, Any]) -> str:
    return f"{row['id']}, rank {row['rank']}: {row['start']}-{row['end']}, efficacy {row['efficacy']:.2f}"


def _table(name: str, rows: list[dict[Any, Any]], anchors: list[str]) -> Table:
    columns = [
        Column("rank", "number"),
        Column("id", detail="site"),
        Column("guide", "code", "passenger, 5' to 3'"),
        Column("efficacy", "number", "90% interval"),
        *(Column(heading, "number") for heading in ("score", "GC %")),
        Column("seeds °C", "number", "guide / passenger"),
        *(column for column, _ in _compared(rows[0])),
        Column("fails", "prose"),
    ]
    written = [_row(anchor, row) for anchor, row in zip(anchors, rows, strict=True)]
    return Table(f"Chosen sites of {name}", columns, written)


def _compared(row: dict[Any, Any]) -> Iterator[tuple[Column, str]]:
    """Yield the columns that depend on what sites were compared with, and their cells."""
    if not pd.isna(row["isoforms"]):
        yield Column("isoforms", "number", "of"), f"{row['isoforms']} of {row['isoforms_of']}"
    if "off_target_searched" in row:
        counts = [str(row[name]) for name in (f"off_target_{n}" for n in range(4)) if name in row]
        yield Column("other genes", "number", "by mismatches"), " / ".join(counts)
    if not pd.isna(row["conserved_pass"]):
        yield Column("conserved in"), row["conserved"] or "none"


def _row(anchor: str, row: dict[Any, Any]) -> Row:
    failed = [name for name in SITE_RULES if row.get(f"{name}_pass") is False]
    interval = "" if pd.isna(row["efficacy_low"]) else f"{row['efficacy_low']:.2f} to {row['efficacy_high']:.2f}"
    cells: list[str | Entry] = [
        str(row["rank"]),
        Entry(row["id"], f"{row['start']}-{row['end']}"),
        Entry(row["guide"], row["passenger"]),
        Entry(f"{row['efficacy']:.3f}", interval),
        f"{row['score']:.3f}",
        f"{row['gc']:g}",
        f"{row['seed_tm']:g} / {row['passenger_seed_tm']:g}",
        *(cell for _, cell in _compared(row)),
        f"{'poor: ' if row['poor'] else ''}{', '.join(failed) or 'nothing'}",
    ]
    return Row(cells, id=anchor)


def _method(designer: Designer) -> Section:
    options = designer.options
    text = (
        "The score is the predicted efficacy, less the penalty in the table for each rule failed, less "
        f"{INTACT_TWO_MISMATCHES:g} for each other gene matched with two mismatches outside bases 2 to 11, seed and "
        f"center, and {TWO_MISMATCHES:g} if one is within ({MOST_FOR_TWO_MISMATCHES:g} at most). Sites that fail a "
        "required rule come last and are not chosen. From the best down, a site is chosen "
        f"unless it begins less than {options.spacing} bases from one already chosen, or has the same guide. Rules "
        "about efficacy are shown only: the model was trained on measurements of what they approximate. The column "
        "rank_reason of the table of sites gives the sum for every site."
    )
    rows = []
    for rule in SITE_RULES.values():
        if rule.name in options.required_rules:
            role = "required"
        elif options.penalties.get(rule.name):
            role = f"-{options.penalties[rule.name]:g}"
        else:
            role = "shown only"
        if rule.name in options.not_required:
            role += " (not_required)"
        needs = f" (needs {rule.needs})" if rule.needs else ""
        rows.append(Row([rule.name, f"{rule.passes}{needs}", role]))
    columns = [Column("rule"), Column("passes", "prose"), Column("if failed")]
    return Section("method", "How sites are ranked", [Text(text), Table("Rules for sites", columns, rows)])
