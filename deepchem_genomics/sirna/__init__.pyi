from .amarzguioui_rules import amarzguioui
from .annotations import Variant, read_coding_regions, read_variants
from .chapter_rules import chapter
from .design import Design, Designer, DesignOptions, design
from .design_folder import write_design
from .hairpins import hairpin_temperature
from .ranking import PENALTIES, REQUIRED
from .reynolds_rules import reynolds
from .rule_scores import RuleScores
from .rules import RULES
from .seed_temperature import seed_temperature
from .site_rules import SITE_RULES, SiteRule
from .strands import passenger_core
from .transcriptome import Transcriptome, read_genes
from .ui_tei_rules import ui_tei

__all__ = [
    "PENALTIES",
    "REQUIRED",
    "RULES",
    "SITE_RULES",
    "Design",
    "DesignOptions",
    "Designer",
    "RuleScores",
    "SiteRule",
    "Transcriptome",
    "Variant",
    "amarzguioui",
    "chapter",
    "design",
    "hairpin_temperature",
    "passenger_core",
    "read_coding_regions",
    "read_genes",
    "read_variants",
    "reynolds",
    "seed_temperature",
    "ui_tei",
    "write_design",
]
