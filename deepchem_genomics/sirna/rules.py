"""The rules of thumb by name."""

from collections.abc import Callable

from deepchem_genomics.sirna.amarzguioui_rules import amarzguioui
from deepchem_genomics.sirna.chapter_rules import chapter
from deepchem_genomics.sirna.reynolds_rules import reynolds
from deepchem_genomics.sirna.rule_scores import RuleScores
from deepchem_genomics.sirna.ui_tei_rules import ui_tei
from deepchem_genomics.typing import OneHot

__all__ = ["RULES"]

RULES: dict[str, Callable[[OneHot], RuleScores]] = {
    "amarzguioui": amarzguioui,
    "chapter": chapter,
    "reynolds": reynolds,
    "ui-tei": ui_tei,
}
"""What to call for each name: (N, L, 4) guides to :class:`RuleScores`."""
