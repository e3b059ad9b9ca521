"""Five transcription-factor tasks of the GUE benchmark, loaded as MoleculeNet loads data sets."""

import csv
import io
from collections.abc import Sequence

import numpy as np
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.feat import DNA, one_hot
from deepchem_genomics.molnet.fetch import PUBLISHED, PublishedFile, read_published
from deepchem_genomics.molnet.loader import (
    PARTS,
    Loaded,
    PublishedLoader,
    PublishedRows,
    Source,
    Wanted,
)

__all__ = ["GUE_TF_TASKS", "load_gue_tf"]

GUE_TF_TASKS = ["bound"]
GUE_TF = PUBLISHED["gue_tf"]

_NAMES = {"train": "train", "valid": "dev", "test": "test"}


def load_gue_tf(
    featurizer: Featurizer | str = "dna-onehot",
    splitter: Splitter | str | None = "published",
    transformers: Sequence[TransformerGenerator | str] = (),
    reload: bool = True,
    data_dir: str | None = None,
    save_dir: str | None = None,
    *,
    task: int = 0,
    seed: int = 0,
    source: Source = None,
) -> Loaded:
    """Load human windows that a transcription factor binds, or does not, from the GUE benchmark.

    ================  ===================================================================================
    rows              train 32,378, 30,672, 19,000, 27,294 and 19,000 for tasks 0 to 4; valid (GUE's dev) and
                      test 1,000 each
    sequence          DNA, 101 bases; where in the genome they are was not published
    tasks             1, classification: ``bound``, 1 where the factor of that task is bound
    prevalence        about 50%: for task 0 in train, valid and test 49.9, 51.7 and 50.0%, for task 1 50.0,
                      49.6 and 50.0%; for the others as the files say
    weights           1
    missing labels    none
    ids               ``gue_tf<task>:<part>:<row>``, as they are in the files, from 0
    split             as published. Task 0 has 8 windows twice in train and one of train again in valid, task 1
                      one of train again in test; none is left out here
    source            github.com/wds-seu/DeepGene, data/GUE/tf, a copy of the benchmark; ChIP-seq of ENCODE
    license           Apache-2.0 (DNABERT-2)
    paper             Zhou et al. (2024)
    ================  ===================================================================================

    Parameters
    ----------
    featurizer, splitter, transformers, reload, data_dir, save_dir
        As for every loader of :mod:`deepchem_genomics.molnet`. Downloads are 2 to 4 MB.
    task : int, default 0
        0 to 4: another factor each.
    seed : int, default 0
        For splitters that draw.
    source : path-like, optional
        As for every loader of published data.

    Returns
    -------
    tuple
        Tasks, ``["bound"]``; data sets: train, valid and test; and transformers.
        With the default featurizer X is int8 (N, 101, 4).

    Raises
    ------
    BadValueError, DataFolderError
        As for every loader.

    References
    ----------
    .. [1] Z. Zhou, Y. Ji, W. Li, P. Dutta, R. Davuluri, H. Liu. DNABERT-2: efficient foundation model and benchmark
       for multi-species genomes. ICLR 2024. arXiv:2306.15006.

    Examples
    --------
    >>> tasks, (train, valid, test), _ = load_gue_tf(task=1)  # doctest: +SKIP
    >>> len(train), len(valid), len(test)  # doctest: +SKIP
    (30672, 1000, 1000)
    """
    require_choice("task", task, range(5))
    files = {part: GUE_TF[f"GUE/tf/{task}/{_NAMES[part]}.csv"] for part in PARTS}

    def read(**_: object) -> PublishedRows:
        return _read(int(task), files, source, data_dir)

    loader = PublishedLoader(
        Wanted(featurizer, splitter, transformers, data_dir, save_dir),
        GUE_TF_TASKS,
        files.values(),
        read,
        DNA,
        task=int(task),
        seed=seed,
    )
    return loader.load("gue_tf", reload)


def _read(task: int, files: dict[str, PublishedFile], source: Source, data_dir: str | None) -> PublishedRows:
    contents = {part: read_published(file, source, data_dir) for part, file in files.items()}
    rows = {part: list(csv.DictReader(io.StringIO(content.decode()))) for part, content in contents.items()}
    together = [row for part in PARTS for row in rows[part]]
    labels = np.array([[row["label"]] for row in together], dtype=np.float32)
    return PublishedRows(
        X=np.asarray(one_hot([row["sequence"] for row in together]), dtype=np.int8),
        y=labels,
        w=np.ones_like(labels),
        ids=np.array([f"gue_tf{task}:{_NAMES[part]}:{number}" for part in PARTS for number in range(len(rows[part]))]),
        part=np.repeat(PARTS, [len(rows[part]) for part in PARTS]),
    )
