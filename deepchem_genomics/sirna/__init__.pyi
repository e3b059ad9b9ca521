from .annotations import Annotations, Variant, read_coding_regions, read_places, read_variants
from .design import Design, Designer, design
from .design_folder import write_design
from .design_options import DesignOptions
from .exons import Exons, read_exons
from .guide_check import check_guides
from .mirnas import read_mirnas
from .modifications import MODIFICATIONS, modified_molecule
from .orders import OrderOptions
from .ranking import PENALTIES, REQUIRED
from .site_rules import SITE_RULES, SiteRule
from .strand_rules import seed_temperature
from .transcriptome import Transcriptome, read_genes

__all__ = [
    "MODIFICATIONS",
    "PENALTIES",
    "REQUIRED",
    "SITE_RULES",
    "Annotations",
    "Design",
    "DesignOptions",
    "Designer",
    "Exons",
    "OrderOptions",
    "SiteRule",
    "Transcriptome",
    "Variant",
    "check_guides",
    "design",
    "modified_molecule",
    "read_coding_regions",
    "read_exons",
    "read_genes",
    "read_mirnas",
    "read_places",
    "read_variants",
    "seed_temperature",
    "write_design",
]
