"""The output folder of a design: tables, FASTA, BED, a manifest and a page, written as it proceeds."""

import csv
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.io.outputs import Kind, atomic_directory
from deepchem_genomics.io.provenance import describe_file, versions
from deepchem_genomics.io.table_writers import TableWriter, text_stream, writing_table
from deepchem_genomics.io.tables import is_parquet
from deepchem_genomics.models import SequenceModel
from deepchem_genomics.models.saving import fingerprint
from deepchem_genomics.runs import Execution
from deepchem_genomics.runs.folder import open_pieces
from deepchem_genomics.sirna.design import DesignBatch, Designer, require_sites
from deepchem_genomics.sirna.design_page import PageParts, design_page
from deepchem_genomics.sirna.orders import OrderFiles
from deepchem_genomics.sirna.site_efficacy import interval_of
from deepchem_genomics.sirna.site_rules import not_evaluated
from deepchem_genomics.sirna.transcripts import Intake, read_transcripts

__all__ = ["MANIFEST", "TABLE_FORMATS", "write_design"]

TABLE_FORMATS = ("tsv", "tsv.gz", "parquet")
"""Of the tables of sites and off-targets."""

MANIFEST = "manifest.json"
_PAGE = "report.html"
_FORMAT = 1
_WORDS = {True: "pass", False: "fail"}
_PACKAGES = ("deepchem", "numpy", "pandas", "scipy", "rdkit", "ViennaRNA", "pysam")


def write_design(
    designer: Designer,
    fasta: Path,
    out: Path,
    inputs: Mapping[str, Path],
    settings: Mapping[str, Any],
    overwrite: bool = False,
    execution: Execution | None = None,
    tables: str = "tsv",
) -> dict[str, Any]:
    """Design siRNAs for the transcripts of a file, and write all there is to say.

    Memory does not grow with the number of transcripts. A call that is interrupted, killed even, leaves what it
    finished in ``<out>.run``, and the same call continues from there.

    Parameters
    ----------
    designer : Designer
        What judges sites.
    fasta : Path
        The transcripts.
    out : Path
        The folder; it appears under its name only when whole.
    inputs : mapping of str to Path
        Further files that were read, by what they are, for the manifest.
    settings : mapping
        Options, for the manifest.
    overwrite : bool, default False
        Whether an existing folder is replaced, if this function wrote it and it holds nothing else.
    execution : Execution, optional
        Where sites are judged; in this process by default. The files do not depend on it.
    tables : {"tsv", "tsv.gz", "parquet"}, default "tsv"
        Format of the tables of sites and off-targets, which are long.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    FileExistsError
        If the folder exists and is not to be replaced.
    EmptyInputError, UnknownBaseError, AlphabetMismatchError, DuplicateIdError, BadValueError
        If an input is invalid, or the format is unknown.
    MissingExtraError
        If the format is Parquet and pyarrow is not installed.
    """
    require_choice("tables", tables, TABLE_FORMATS)
    depends = {**settings, "model": _fingerprint(designer.model)}
    with (
        open_pieces(out, "siRNA design", depends, {"transcripts": fasta, **inputs}) as run,
        atomic_directory(out, Kind.DESIGN, overwrite, [fasta, *inputs.values()]) as folder,
    ):
        intake = Intake()
        parts = PageParts()
        counts: Counter[str] = Counter()
        unevaluated: Counter[str] = Counter()
        with _Tables(folder, tables) as written, OrderFiles(folder, designer.options.order) as orders:
            for batch in designer.batches(read_transcripts(fasta, intake), intake, execution, run):
                searches = "off_target_searched" in batch.sites
                written.add(batch)
                orders.add(batch.selected)
                parts.add(batch, designer)
                counts.update(
                    sites=len(batch.sites),
                    eligible=int(batch.sites["eligible"].sum()),
                    selected=len(batch.selected),
                    poor=int(batch.selected["poor"].sum()),
                    searched=int(batch.sites["off_target_searched"].sum()) if searches else 0,
                    off_targets=int(batch.sites["off_target_places"].sum()) if searches else 0,
                    off_targets_listed=len(batch.off_targets),
                    records_with_choice=batch.selected["record"].nunique(),
                    duplicated_sites=int((batch.sites["copies"] > 1).sum()),
                )
                for _, sites in batch.sites.groupby("record", sort=False):
                    unevaluated.update(not_evaluated(sites))
        counts.update({"duplexes to order": orders.n_duplexes, "plates": orders.n_plates})
        require_sites(intake)
        _write_refused(intake, folder)
        manifest: dict[str, Any] = {
            "format": _FORMAT,
            "what": "siRNA design",
            "efficacy": {
                "label": designer.label,
                "interval": interval_of(designer.model),
                "model": type(designer.model).__name__,
            },
            "inputs": {name: describe_file(path) for name, path in {"transcripts": fasta, **inputs}.items()},
            "options": dict(settings),
            "counts": _counts(intake, counts),
            "rules not evaluated": dict(unevaluated),
            "notes": designer.notes,
            "versions": versions(*_PACKAGES),
        }
        for name, each in designer.references.named().items():
            manifest["counts"][f"transcripts of the {name}"] = len(each)
            manifest["counts"][f"bases of the {name}"] = each.n_bases
            manifest["counts"][f"unknown bases of the {name}"] = each.n_unknown
        for name, places in (("wanted places", designer.known.wanted), ("places to avoid", designer.known.avoided)):
            manifest["counts"][name] = sum(map(len, places.values.values()))
        manifest["files"] = sorted([*(file.name for file in folder.iterdir()), _PAGE, MANIFEST])
        (folder / _PAGE).write_text(design_page(parts, manifest, designer), encoding="utf-8")
        (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
        if run is not None:
            run.mark_assembled()
    return manifest


def _fingerprint(model: Any) -> str:
    return fingerprint(model) if isinstance(model, SequenceModel) else type(model).__name__


class _Tables:
    """The files that grow with every batch."""

    def __init__(self, folder: Path, long_format: str) -> None:
        self.folder, self._long_format = folder, long_format
        self._files: dict[str, TextIO] = {}
        self._parquet: dict[str, TableWriter] = {}
        self._opened = ExitStack()

    def __enter__(self) -> "_Tables":
        return self

    def __exit__(self, *error: Any) -> None:
        self._opened.__exit__(*error)

    def add(self, batch: DesignBatch) -> None:
        self._append(f"sites.{self._long_format}", batch.sites)
        self._append("selected.tsv", batch.selected)
        if "off_target_searched" in batch.sites:
            self._append(f"off_targets.{self._long_format}", batch.off_targets)
        fasta, _ = self._file("selected.fasta")
        bed, _ = self._file("selected.bed")
        for row in batch.selected.to_dict("records"):
            place = f"{row['record']}:{row['start']}-{row['end']}"
            about = f"{place} rank={row['rank']} efficacy={row['efficacy']:.3f}{' poor' if row['poor'] else ''}"
            for strand in ("guide", "passenger"):
                fasta.write(f">{row['id']}:{strand} {about}\n{row[strand]}\n")
            thousandths = round(1000 * min(max(row["score"], 0.0), 1.0))
            bed.write(f"{row['record']}\t{row['start']}\t{row['end']}\t{row['id']}\t{thousandths}\t+\n")

    def _append(self, name: str, table: pd.DataFrame) -> None:
        if is_parquet(name):
            if name not in self._parquet:
                self._parquet[name] = self._opened.enter_context(writing_table(self.folder / name))
            self._parquet[name].write(in_words(table))
            return
        file, is_new = self._file(name)
        in_words(table).to_csv(file, sep="\t", index=False, header=is_new)

    def _file(self, name: str) -> tuple[TextIO, bool]:
        is_new = name not in self._files
        if is_new:
            self._files[name] = self._opened.enter_context(closing(text_stream(self.folder / name)))
        return self._files[name], is_new


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Write verdicts as ``pass`` and ``fail``, and what else is true or false as ``yes`` and ``no``."""
    words = {name: table[name].map(_WORDS) for name in table.columns if name.endswith("_pass")}
    for name in ("eligible", "poor", "off_target_searched", "pool"):
        if name in table:
            words[name] = table[name].map({True: "yes", False: "no"})
    return table.assign(**words)


_KINDS = {"same": "same sequence", "isoform": "isoform of another"}  # by the first word


def _write_refused(intake: Intake, folder: Path) -> None:
    with (folder / "refused.tsv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter="\t", lineterminator="\n").writerows([("record", "reason"), *intake.refused])


def _counts(intake: Intake, counts: Mapping[str, int]) -> dict[str, Any]:
    reasons = Counter(_KINDS.get(reason.split(" ")[0], "too short") for _, reason in intake.refused)
    return {
        "records": intake.records,
        "kept": intake.kept,
        "refused": dict(sorted(reasons.items())),
        "windows": intake.windows,
        "windows with unknown bases": intake.unknown_windows,
        "sites": counts["sites"],
        "sites that occur more than once in their record": counts["duplicated_sites"],
        "eligible": counts["eligible"],
        "selected": counts["selected"],
        "selected and poor": counts["poor"],
        "records without a chosen site": intake.kept - counts["records_with_choice"],
        "searched for off-targets": counts["searched"],
        "off-target places": counts["off_targets"],
        "off-target places listed": counts["off_targets_listed"],
        **{name: counts[name] for name in ("duplexes to order", "plates")},
    }
