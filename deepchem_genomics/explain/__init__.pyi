from .inputs import ExplainOptions
from .known_motifs import KnownMotifs, jaspar_core, motifs_of_files
from .report import write_report

__all__ = ["ExplainOptions", "KnownMotifs", "jaspar_core", "motifs_of_files", "write_report"]
