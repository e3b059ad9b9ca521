"""Real data that several tests open."""

import pytest

from deepchem_genomics.genome import Genome


@pytest.fixture(scope="module")
def genome(real_data, tmp_path_factory):
    path = real_data / "genome" / "hg19_chr22_1-22000000.fa.gz"
    with Genome(path, cache_dir=tmp_path_factory.mktemp("cache")) as opened:
        yield opened
