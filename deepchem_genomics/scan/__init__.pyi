from .genome_scan import Scan, scan_genome
from .options import ScanOptions

__all__ = ["Scan", "ScanOptions", "scan_genome"]
