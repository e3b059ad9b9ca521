"""The standard set of questions, asked of one model, and the folder with the answers."""

import json
import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from deepchem_genomics import interpret
from deepchem_genomics._version import __version__
from deepchem_genomics.arguments import require_whole_number
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.explain.inputs import SHUFFLES, ExplainOptions, ReadRows, ReportInputs, choose, gather
from deepchem_genomics.explain.motif_sections import discovery_section, filters_section, insertion_section
from deepchem_genomics.explain.prediction_sections import (
    positions_section,
    predictions_section,
    sequences_section,
    signals_section,
)
from deepchem_genomics.explain.sections import Section
from deepchem_genomics.interpret.rows import differentiable
from deepchem_genomics.io.outputs import Kind, atomic_directory, only_writer
from deepchem_genomics.io.provenance import sha256_of, versions
from deepchem_genomics.models.prediction_files import Columns, EncodedRows, write_predictions
from deepchem_genomics.models.side_inputs import held_in_memory, medians
from deepchem_genomics.reports.blocks import Block, Facts, Notice, Page
from deepchem_genomics.reports.page import render_page

if TYPE_CHECKING:
    from deepchem_genomics.interpret import Contributions
    from deepchem_genomics.models import SequenceModel

__all__ = ["write_report"]

_PACKAGES = ("tensorflow", "numpy")

logger = logging.getLogger(__name__)

FORMAT = 1  # of the manifest

STEPS_EACH = 20  # gradients on the way from each shuffle; the page says how far the integral is off


def write_report(
    model: "SequenceModel",
    rows: EncodedRows | ReadRows,
    out: str | os.PathLike[str],
    options: ExplainOptions | None = None,
    *,
    facts: Mapping[str, str] | None = None,
    overwrite: bool = False,
) -> Path:
    """Ask a model the standard questions about some sequences, and write a folder with a page of the answers.

    Parameters
    ----------
    model : SequenceModel
        The model, with its side inputs attached. Any kind will do: what does not apply to it, such as gradients of
        trees, is left out or replaced by mutagenesis, and the page says so.
    rows : EncodedRows or callable
        X (N, L, A) and ids (N,); or a function that starts reading them from the beginning, some thousands at a time,
        for more than fit into memory.
    out : path-like
        The folder; it appears only when whole.
    options : ExplainOptions, optional
        Options; the defaults if not given.
    facts : mapping of str to str, optional
        Further facts for the head of the page, such as where the model is.
    overwrite : bool, default False
        Whether an existing folder is replaced, if this function wrote it and it holds nothing else.

    Returns
    -------
    Path
        The folder: ``index.html``, ``manifest.json``, tables, pictures and arrays.

    Raises
    ------
    BadValueError
        If there is no such task.
    EmptyInputError
        If there are no rows.
    FileExistsError
        If the folder exists and is not to be replaced.
    """
    options = options or ExplainOptions()
    n_tasks = model.get_num_tasks()
    require_whole_number("task", options.task, lowest=0, highest=n_tasks - 1)
    unnamed = ["prediction"] if n_tasks == 1 else [f"prediction_{i + 1}" for i in range(n_tasks)]
    names = list(options.task_names or unnamed)
    read_rows: ReadRows = rows if callable(rows) else lambda: [rows]
    with only_writer(out), atomic_directory(out, Kind.EXPLANATION, overwrite) as folder:
        for part in ("pictures", "arrays"):
            (folder / part).mkdir()
        inputs, sections = _ask(model, read_rows, folder, names, options)
        shown = _facts(inputs, facts or {})
        for section in sections:
            for picture in section.pictures:
                (folder / picture.file).write_bytes(picture.png)
            for table in section.tables:
                table.write(folder)
        page = _page(inputs, shown, sections, options.verdicts)
        (folder / "index.html").write_text(page, encoding="utf-8")
        manifest = _manifest(folder, inputs, shown, sections)
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return Path(out)


def _ask(
    model: "SequenceModel", read_rows: ReadRows, folder: Path, names: list[str], options: ExplainOptions
) -> tuple[ReportInputs, list[Section]]:
    """Predict for all rows, choose some, compute their contributions, and answer."""
    logger.info("predicting")
    table = folder / "predictions.tsv"
    write_predictions(read_rows(), model, table, Columns(names))
    column = pd.read_csv(table, sep="\t", usecols=[1 + options.task], dtype=np.float64)
    predicted = column.to_numpy()[:, 0]
    chosen = choose(predicted, max(options.sample, options.top), options.seed)
    strongest, drawn = gather(read_rows, chosen.strongest), gather(read_rows, chosen.drawn)
    with held_in_memory(model, [*strongest.ids, *drawn.ids]):
        logger.info("contributions in the %d highest predictions", len(strongest.ids))
        inputs = ReportInputs(
            model=model,
            task=options.task,
            task_name=names[options.task],
            predicted=predicted,
            strongest=strongest,
            strongest_predicted=predicted[chosen.strongest],
            drawn=drawn,
            contributions=_contributions(model, strongest, _background(model, drawn, options), options),
            top=min(options.top, len(strongest.ids)),
            known=options.known,
            seed=options.seed,
            folder=folder,
            has_background=options.background is not None,
        )
        return inputs, _answer(inputs)


def _background(model: "SequenceModel", drawn: EncodedRows, options: ExplainOptions) -> dict[str, Any]:
    """Return the values (K,) of an ordinary window, by side input."""
    if options.background is None:
        return medians(model.side_inputs, drawn)
    missing = [name for name in model.side_inputs if name not in options.background]
    if missing:
        raise BadValueError(f"background has no {missing[0]!r}; give the values of {', '.join(model.side_inputs)}")
    return {name: np.asarray(options.background[name], dtype=np.float64) for name in model.side_inputs}


def _contributions(
    model: "SequenceModel", rows: EncodedRows, ordinary: Mapping[str, Any], options: ExplainOptions
) -> "Contributions":
    """Return integrated gradients; for what is not a network, the effects of saturation mutagenesis instead.

    DNA is compared with itself, shuffled; guides, whose positions mean the same, with no letters at all.
    """
    task, seed = options.task, options.seed
    if differentiable(model):
        given: dict[str, Any] = {"side_baselines": ordinary}
        if "U" not in model.alphabet.letters:
            # Against no letters at all every letter counts, and a motif drowns in what is everywhere.
            given.update(baseline=interpret.Shuffled(SHUFFLES, seed), n_steps=STEPS_EACH)
        return interpret.integrated_gradients(model, rows.X, rows.ids, task=task, **given)
    logger.info("a %s cannot be differentiated: contributions are from mutagenesis", type(model).__name__)
    mutated = interpret.saturation_mutagenesis(model, rows.X, rows.ids, task=task)
    shares = (rows.X * mutated.per_base[:, :, np.newaxis]).astype(np.float32)
    sides = interpret.side_input_effects(model, rows.X, rows.ids, ordinary, task) if ordinary else {}
    return interpret.Contributions(shares, sides, mutated.hypothetical, mutated.per_base, None, "prediction")


def _answer(inputs: ReportInputs) -> list[Section]:
    """Make the sections, in the order of the page."""
    sections = [predictions_section(inputs)]
    logger.info("mutagenesis of the %d highest predictions", inputs.top)
    sections.append(sequences_section(inputs))
    signals = signals_section(inputs)
    if signals is not None:
        sections.append(signals)
    if inputs.is_rna:
        sections.append(positions_section(inputs))
    logger.info("motifs of filters")
    of_filters, filter_matches = filters_section(inputs)
    sections.append(of_filters)
    if inputs.is_rna:
        return sections  # guides have positions, not motifs that could be anywhere in them
    logger.info("discovering motifs")
    discovered, (found, found_matches) = discovery_section(inputs)
    sections.append(discovered)
    logger.info("inserting motifs into shuffled sequences")
    matches = [each for each in (filter_matches, found_matches) if each is not None]
    sections.append(insertion_section(inputs, matches, found))
    return sections


def _facts(inputs: ReportInputs, facts: Mapping[str, str]) -> dict[str, str]:
    n_strongest, n_drawn, seed = len(inputs.strongest.ids), len(inputs.drawn.ids), inputs.seed
    known = f"none: {inputs.known}" if isinstance(inputs.known, str) else inputs.known.source
    return {
        **facts,
        "Task": inputs.task_name,
        "Sequences": f"{len(inputs.predicted):,} of {inputs.strongest.X.shape[1]} bases",
        "Explained": f"the {n_strongest:,} highest predictions, and {n_drawn:,} drawn at random with seed {seed}",
        "Known motifs": known,
    }


def _page(inputs: ReportInputs, facts: Mapping[str, str], sections: Sequence[Section], verdicts: Sequence[str]) -> str:
    head: list[Block] = [Facts(list(facts.items()))]
    if verdicts:
        head.insert(0, Notice(verdicts, kind="verdict"))
    return render_page(
        Page(
            title="What the model has learned",
            head=head,
            sections=[section.on_page() for section in sections],
            provenance=[
                ("Settings", f"task {inputs.task}, seed {inputs.seed}, scale: {inputs.scale}"),
                ("Versions", ", ".join(f"{name} {number}" for name, number in versions(*_PACKAGES).items())),
            ],
        )
    )


def _manifest(
    folder: Path, inputs: ReportInputs, facts: Mapping[str, str], sections: Sequence[Section]
) -> dict[str, Any]:
    """Return the report for programs; the folder has all files but the manifest."""
    model = inputs.model
    return {
        "format": FORMAT,
        "model": {
            "class": type(model).__name__,
            "length": int(inputs.strongest.X.shape[1]),
            "letters": inputs.letters,
        },
        "facts": {**facts, "Written by": f"deepchem_genomics {__version__}"},
        "task": {"number": inputs.task, "name": inputs.task_name},
        "scale": inputs.scale,
        "seed": inputs.seed,
        "rows": {
            "all": len(inputs.predicted),
            "strongest": [str(name) for name in inputs.strongest.ids[: inputs.top]],
            "n_strongest": len(inputs.strongest.ids),
            "n_drawn": len(inputs.drawn.ids),
        },
        "sections": {section.name: _section_record(section) for section in sections},
        "files": {
            path.relative_to(folder).as_posix(): {
                "bytes": path.stat().st_size,
                "sha256": sha256_of(path),
            }
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        },
        "versions": versions(*_PACKAGES),
    }


def _section_record(section: Section) -> dict[str, Any]:
    if section.skipped is not None:
        return {"title": section.title, "skipped": section.skipped}
    return {
        "title": section.title,
        "text": list(section.paragraphs),
        "pictures": {picture.file: picture.caption for picture in section.pictures},
        "tables": {table.file: {"columns": list(table.columns), "rows": len(table.rows)} for table in section.tables},
        "files": list(section.files),
    }
