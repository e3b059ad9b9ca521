"""Which of two alleles a factor binds more: simulated pairs, whose answer is known, asked of models of every kind.

Nothing here was measured. Windows and sites are drawn from JASPAR's matrices of JUND and ATF3; one allele has the most
frequent base at the most informative place of the site, the other the rarest.
"""

import numpy as np
import pandas as pd
import pytest
from deepchem.data import NumpyDataset

from deepchem_genomics import models
from deepchem_genomics.feat import DNA, decode
from deepchem_genomics.genome import Genome
from deepchem_genomics.motifs.jaspar import JUND_AND_ATF3
from deepchem_genomics.recipes import RECIPES
from deepchem_genomics.simulate import simulate_tf_binding
from deepchem_genomics.variants import score_variants

pytest.importorskip("pysam")
NETWORK = {"epochs": 12, "n_layers": 1, "filters": 16, "kernel_size": 12, "batch_size": 100, "learning_rate": 0.01}
TREES = {"trees": 60}
KINDS = {"kmers": {}, "gapped-kmers": {}, "sequence-boosting": TREES, "kmer-blend": {}, "network": NETWORK}


def with_sites(n, seed):
    """Simulate windows, labeled by whether they have a site, so that few windows teach much."""
    found = simulate_tf_binding(n, seed, prevalence=0.035)
    return found, NumpyDataset(found.X, (found.site_motif >= 0).astype(np.float32)[:, None], ids=found.ids)


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Write a genome with a contig a window, and a variant in each site; half of the ALTs bind more."""
    found, _ = with_sites(400, seed=12)
    contigs, lines, more = [], [], []
    for row in np.flatnonzero(found.site_motif >= 0):
        counts = np.asarray(JUND_AND_ATF3[found.site_motif[row]].counts, dtype=float).T  # (width, 4)
        if found.site_strand[row] < 0:
            counts = counts[::-1, ::-1]
        place = int(np.argmax(counts.max(axis=1) / counts.sum(axis=1)))
        strong, weak = "ACGT"[counts[place].argmax()], "ACGT"[counts[place].argmin()]
        letters = list(decode(found.X[row : row + 1], DNA)[0])
        at = int(found.site_start[row]) + place
        if letters[at] != strong:
            continue
        alt_binds = len(contigs) % 2 == 1
        ref, alt = (weak, strong) if alt_binds else (strong, weak)
        letters[at] = ref
        name = f"simulated{len(contigs)}"
        contigs.append(f">{name}\n{'A' * 60}{''.join(letters)}{'A' * 60}\n")
        lines.append(f"{name}\t{60 + at + 1}\t.\t{ref}\t{alt}\t.\t.\t.\n")
        more.append(alt_binds)
    folder = tmp_path_factory.mktemp("pairs")
    (folder / "simulated.fa").write_text("".join(contigs))
    header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
    (folder / "simulated.vcf").write_text(header + "".join(lines))
    return folder, np.array(more)


@pytest.fixture(scope="module")
def rows():
    return with_sites(3000, seed=3)[1], with_sites(400, seed=4)[1]


@pytest.mark.parametrize("name", KINDS)
def test_saved_models_of_every_kind__tell_the_allele_that_binds(name, pairs, rows, tmp_path):
    folder, alt_binds = pairs
    RECIPES[name](*rows, {}, KINDS[name], 0).model.save(tmp_path / "model")
    model = models.load(tmp_path / "model")
    with Genome(folder / "simulated.fa", cache_dir=tmp_path) as genome:
        found = pd.concat([chunk.scores for chunk in score_variants(model, folder / "simulated.vcf", genome)])
    difference = found["logit_difference"].to_numpy(float)
    assert len(difference) == len(alt_binds) > 100
    right = (difference > 0) == alt_binds
    large = np.abs(difference) > 1
    assert right.mean() > 0.95
    assert large.mean() > 0.5 and right[large].all()
