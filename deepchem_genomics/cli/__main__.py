"""``python -m deepchem_genomics.cli`` is ``dcgenomics``."""

from deepchem_genomics.cli import main

main(prog_name="dcgenomics")
