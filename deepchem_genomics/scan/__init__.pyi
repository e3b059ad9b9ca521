from .genome_scan import Scan, scan_genome

__all__ = ["Scan", "scan_genome"]
