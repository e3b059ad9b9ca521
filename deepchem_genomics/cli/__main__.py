"""``python -m deepchem_genomics.cli`` is ``dcgenomics``."""

import os

from deepchem_genomics.cli import main
from deepchem_genomics.runs.worker import PARENT, exit_with_parent

if PARENT in os.environ:  # a step of ``dcgenomics run``
    exit_with_parent(int(os.environ.pop(PARENT)))
main(prog_name="dcgenomics")
