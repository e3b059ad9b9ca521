"""Scores as INFO fields of the records that they are of."""

import math
import re
from typing import Any

import pandas as pd

from deepchem_genomics.variants.scoring import Scored

__all__ = ["InfoWriter"]

FIELDS = {
    "prediction_ref": ("DCG_REF", "Prediction for the reference allele, mean of both strands"),
    "prediction_alt": ("DCG_ALT", "Prediction for the alternative allele, mean of both strands"),
    "difference": ("DCG_DIFF", "DCG_ALT less DCG_REF"),
    "logit_difference": ("DCG_LOGIT_DIFF", "Difference of the logits of DCG_ALT and DCG_REF"),
    "z": ("DCG_Z", "DCG_DIFF less the mean of a background, in standard deviations of it"),
}
SKIPPED = "DCG_SKIPPED"


class InfoWriter:
    """Writes every record of a file again, in order, with its scores.

    Numbers have six digits, as htslib writes them. Fields of the same names from an earlier run are replaced.

    Parameters
    ----------
    stream : file
        Open for text.
    background : str
        What z compares with, for the header.
    """

    def __init__(self, stream: Any, background: str = "") -> None:
        self.stream = stream
        self.background = background
        self.fields: dict[str, str] = {}  # by column of the scores, known from the first chunk on

    def write(self, scored: Scored) -> None:
        """Write some records.

        Parameters
        ----------
        scored : Scored
            The records, and what became of their alleles.
        """
        if not self.fields:
            self._write_header(scored)
        values = _by_allele(scored.scores, list(self.fields))
        reasons = _by_allele(scored.skipped, ["reason"])
        first = min((number for number, _ in (*values, *reasons)), default=1)
        for number, record in enumerate(scored.records, start=first):
            alleles = [(number, allele) for allele in range(1, len(record.alts or ()) + 1)]
            for column, field in enumerate(self.fields.values()):
                found = [values[allele][column] if allele in values else None for allele in alleles]
                _set(record, field, [None if value is None or math.isnan(value) else value for value in found], None)
            _set(record, SKIPPED, [reasons[allele][0] if allele in reasons else "." for allele in alleles], ".")
            self.stream.write(str(record))

    def close(self) -> None:
        """Close the stream."""
        self.stream.close()

    def _write_header(self, scored: Scored) -> None:
        """Write the header of the records, and a line for each field."""
        header = scored.records[0].header
        for column in scored.scores.columns:
            kind = next((kind for kind in reversed(FIELDS) if column == kind or column.startswith(f"{kind}_")), None)
            if kind is None:
                continue
            task = column[len(kind) + 1 :]
            name, description = FIELDS[kind]
            field = name + ("_" + re.sub(r"[^A-Za-z0-9_.]", "_", task) if task else "")
            self.fields[column] = field
            about = description + (f", task {task}" if task else "")
            if kind == "z" and self.background:
                about += f" ({self.background})"
            header.add_line(f'##INFO=<ID={field},Number=A,Type=Float,Description="{_quoted(about)}">')
        header.add_line(
            f'##INFO=<ID={SKIPPED},Number=A,Type=String,Description="Why the allele has no score; . if it has one">'
        )
        self.stream.write(str(header))


def _by_allele(table: pd.DataFrame, columns: list[str]) -> dict[tuple[int, int], tuple[Any, ...]]:
    keys = zip(table["record"].tolist(), table["allele"].tolist(), strict=True)
    return dict(zip(keys, zip(*(table[column].tolist() for column in columns), strict=True), strict=True))


def _set(record: Any, field: str, values: list[Any], missing: Any) -> None:
    """Set a field of one value an allele; leave it out where all are missing."""
    if any(value != missing for value in values):
        record.info[field] = tuple(values)
    elif field in record.info:
        del record.info[field]


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
