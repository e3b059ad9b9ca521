from .amarzguioui_rules import amarzguioui
from .chapter_rules import chapter
from .hairpins import hairpin_temperature
from .reynolds_rules import reynolds
from .rule_scores import RuleScores
from .rules import RULES
from .strands import passenger_core
from .ui_tei_rules import ui_tei

__all__ = [
    "RULES",
    "RuleScores",
    "amarzguioui",
    "chapter",
    "hairpin_temperature",
    "passenger_core",
    "reynolds",
    "ui_tei",
]
