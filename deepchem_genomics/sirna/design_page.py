"""The page of a design: one file, for the browser."""

from collections.abc import Mapping
from html import escape
from typing import Any, NamedTuple

import pandas as pd

from deepchem_genomics.sirna.design import DesignBatch, Designer
from deepchem_genomics.sirna.design_map import Mark, Profile, design_map, profile
from deepchem_genomics.sirna.design_style import STYLE
from deepchem_genomics.sirna.ranking import MOST_FOR_TWO_MISMATCHES, TWO_MISMATCHES
from deepchem_genomics.sirna.site_rules import SITE_RULES

__all__ = ["MOST_RECORDS", "PageParts", "design_page"]

MOST_RECORDS = 50
"""Records that the page shows; the tables have all."""


class _Record(NamedTuple):
    name: str
    profile: Profile
    selected: pd.DataFrame
    n_eligible: int
    coding: tuple[int, int] | None


class PageParts:
    """What the page shows of the first records, collected while they pass."""

    def __init__(self) -> None:
        self.records = list[_Record]()

    def add(self, batch: DesignBatch, coding: Mapping[str, tuple[int, int]] | None) -> None:
        """Take what the page shows of a batch.

        Parameters
        ----------
        batch : DesignBatch
            Some transcripts.
        coding : mapping of str to tuple of int, optional
            Start and end of coding sequences.
        """
        if len(self.records) >= MOST_RECORDS:
            return
        sites_of = dict(list(batch.sites.groupby("record", sort=False)))
        chosen_of = dict(list(batch.selected.groupby("record", sort=False)))
        for transcript in batch.transcripts[: MOST_RECORDS - len(self.records)]:
            sites = sites_of.get(transcript.name)
            if sites is None:
                continue
            mean, low, high = (sites[name].to_numpy() for name in ("efficacy", "efficacy_low", "efficacy_high"))
            drawn = profile(sites["start"].to_numpy(), mean, low, high, len(transcript.sequence))
            selected = chosen_of.get(transcript.name, batch.selected.iloc[:0])
            n_eligible = int(sites["eligible"].sum())
            self.records.append(
                _Record(transcript.name, drawn, selected, n_eligible, (coding or {}).get(transcript.name))
            )


def design_page(parts: PageParts, manifest: Mapping[str, Any], designer: Designer) -> str:
    """Write the page.

    Parameters
    ----------
    parts : PageParts
        What was collected.
    manifest : mapping
        What was read and counted.
    designer : Designer
        What judged the sites.

    Returns
    -------
    str
        A whole HTML document.
    """
    sections = [_section(number, record, designer) for number, record in enumerate(parts.records)]
    title = f"siRNA design: {manifest['inputs']['transcripts']['path'].rpartition('/')[2]}"
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
            f"<h1>{escape(title)}</h1>",
            _summary(manifest),
            _notes(designer.notes),
            _contents(parts, manifest["counts"]["kept"]),
            *sections,
            _method(designer),
            "</body></html>\n",
        ]
    )


def _summary(manifest: Mapping[str, Any]) -> str:
    counts = manifest["counts"]
    refused = ", ".join(f"{n} {reason}" for reason, n in counts["refused"].items()) or "none"
    rows = {
        "records": f"{counts['records']:,} read, {counts['kept']:,} kept; left out: {refused}",
        "sites of 21 nt": f"{counts['sites']:,}; {counts['windows with unknown bases']:,} windows with unknown bases",
        "chosen": f"{counts['selected']:,} of {counts['eligible']:,} that can be: they pass every required rule",
        "predicted efficacy": manifest["efficacy"]["label"],
        "interval": "90 % of measurements are expected within it",
    }
    items = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows.items())
    return f"<dl>{items}</dl>"


def _notes(notes: list[str]) -> str:
    if not notes:
        return ""
    return '<div class="warning">' + "".join(f"<p>{escape(note)}</p>" for note in notes) + "</div>"


def _contents(parts: PageParts, kept: int) -> str:
    if len(parts.records) < 2:
        return ""
    items = "".join(
        f'<li><a href="#record-{number}">{escape(record.name)}</a></li>' for number, record in enumerate(parts.records)
    )
    rest = kept - len(parts.records)
    left_out = f"<p>{rest:,} more records are in the tables, not on this page.</p>" if rest > 0 else ""
    return f"<nav><ul>{items}</ul>{left_out}</nav>"


def _section(number: int, record: _Record, designer: Designer) -> str:
    rows = record.selected.to_dict("records")
    marks = [
        Mark(place, row["start"], row["end"], row["efficacy"], f"site-{number}-{place}")
        for place, row in enumerate(rows, 1)
    ]
    picture = design_map(record.name, record.profile, marks, record.coding)
    few = ""
    if len(rows) < designer.options.top:
        few = f" {designer.options.top} were asked for: there are no more that pass and lie far enough apart."
    table = _table(number, rows) if rows else "<p>No site can be chosen; sites.tsv says why.</p>"
    return (
        f'<section id="record-{number}"><h2>{escape(record.name)}</h2><p class="soft">'
        f"{record.profile.n_bases:,} bases, {record.n_eligible:,} sites that can be chosen, {len(rows)} chosen.{few} "
        "The line is the mean predicted efficacy of the sites that begin in a stretch, the band its 90 % interval.</p>"
        f'<div class="scroll">{picture}</div>{table}</section>'
    )


_HEADINGS = ("", "site", "guide<br>passenger, 5' to 3'", "efficacy", "90 % interval", "score", "GC %", "seed &deg;C")


def _table(number: int, rows: list[dict[Any, Any]]) -> str:
    searched = "off_target_searched" in rows[0]
    more = ("other transcripts<br>by mismatches",) if searched else ()
    heads = "".join(f"<th>{text}</th>" for text in (*_HEADINGS, *more)) + '<th class="prose">fails</th>'
    body = "".join(_row(f"site-{number}-{place}", place, row, searched) for place, row in enumerate(rows, 1))
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _row(anchor: str, place: int, row: dict[Any, Any], searched: bool) -> str:
    failed = [name for name in SITE_RULES if row.get(f"{name}_pass") is False]
    interval = "" if pd.isna(row["efficacy_low"]) else f"{row['efficacy_low']:.2f} to {row['efficacy_high']:.2f}"
    cells = [
        str(place),
        f"{row['start']}-{row['end']}",
        None,
        f"{row['efficacy']:.3f}",
        interval,
        f"{row['score']:.3f}",
        f"{row['gc']:g}",
        f"{row['seed_tm']:g}",
    ]
    if searched:
        names = [name for name in (f"off_target_{n}" for n in range(4)) if name in row]
        cells.append(" / ".join(str(row[name]) for name in names))
    strands = f'<td class="strands">{row["guide"]}<small>{row["passenger"]}</small></td>'
    written = "".join(strands if cell is None else f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr id="{anchor}">{written}<td class="prose">{escape(", ".join(failed)) or "nothing"}</td></tr>'


def _method(designer: Designer) -> str:
    options = designer.options
    rows = []
    for rule in SITE_RULES.values():
        if rule.name in options.required:
            role = "required"
        elif options.penalties.get(rule.name):
            role = f"-{options.penalties[rule.name]:g}"
        else:
            role = "shown only"
        needs = f" (needs {rule.needs})" if rule.needs else ""
        rows.append(f"<tr><td>{rule.name}</td><td class='prose'>{escape(rule.passes + needs)}</td><td>{role}</td></tr>")
    return (
        '<section id="method"><h2>How sites are ranked</h2><p>The score is the predicted efficacy, less what the table '
        f"says for each rule failed, less {TWO_MISMATCHES:g} for each other transcript matched with two mismatches "
        f"({MOST_FOR_TWO_MISMATCHES:g} at most). Sites that fail a required rule come last and are not chosen. "
        f"From the best down, a site is chosen unless it begins less than {options.spacing} bases from one chosen "
        "before. Rules "
        "about efficacy are shown only: the model has learned from measurements what they were made for. The column "
        "rank_reason of sites.tsv spells the sum out for every site.</p>"
        '<div class="scroll"><table><thead><tr><th>rule</th><th class="prose">passes</th><th>if failed</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div></section>"
    )
