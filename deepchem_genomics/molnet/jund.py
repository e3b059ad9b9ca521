"""Binding of JUND in HepG2 cells on chromosome 22, loaded as MoleculeNet loads data sets."""

import logging
from collections.abc import Mapping, Sequence

import numpy as np
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter

from deepchem_genomics.arguments import require_choice
from deepchem_genomics.data import SideInput
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.feat import DNA
from deepchem_genomics.io.outputs import temporary_directory
from deepchem_genomics.molnet.fetch import PUBLISHED, PublishedFile, read_published
from deepchem_genomics.molnet.loader import (
    PARTS,
    Loaded,
    PublishedLoader,
    PublishedRows,
    Source,
    Wanted,
    joblib_array,
)

__all__ = ["JUND_TASKS", "jund_accessibility", "load_jund"]

logger = logging.getLogger(__name__)

JUND_TASKS = ["JUND"]

JUND = PUBLISHED["jund"]
JUND_AVAILABLE = JUND | PUBLISHED["jund_available"]
_VERSIONS = {"published": JUND, "available": JUND_AVAILABLE}


def load_jund(
    featurizer: Featurizer | str = "dna-onehot",
    splitter: Splitter | str | None = "published",
    transformers: Sequence[TransformerGenerator | str] = (),
    reload: bool = True,
    data_dir: str | None = None,
    save_dir: str | None = None,
    *,
    part: str = "published",
    seed: int = 0,
    source: Source = None,
) -> Loaded:
    """Load windows of chromosome 22 that the transcription factor JUND binds in HepG2 cells, or does not.

    It is the data set of chapter 6 of *Deep Learning for the Life Sciences*. The second input is
    :func:`jund_accessibility`.

    ================  ===================================================================================
    rows              345,271 windows: train 276,216, valid 34,527, test 34,528; with
                      ``part="available"`` train has 47,496 of them
    sequence          DNA, 101 bases, hg19; unknown bases are N; windows of N alone were left out
    tasks             1, classification: ``JUND``, 1 where it is bound
    prevalence        0.42%: 1,168, 146 and 146 positive; 107 in the available train (0.23%)
    weights           as published: 0.502 and 118.2, which make both classes count equally; in the
                      available train they do not, as it has fewer positives
    missing labels    none
    ids               ``chr22:start-end``, 0-based, half-open
    split             as published: random. Windows lie side by side, so parts hold neighbors (124 of
                      146 positives of valid have a positive neighbor in train): it flatters. Take
                      ``splitter="block"`` for stretches of the chromosome
    source            github.com/deepchem/DeepLearningLifeSciences, Chapter06; labels from ENCODE
    license           MIT, of the repository; ENCODE data are free to use
    paper             Ramsundar et al. (2019); ENCODE Project Consortium (2012)
    ================  ===================================================================================

    Parameters
    ----------
    featurizer, splitter, transformers, reload, data_dir, save_dir
        As for every loader of :mod:`deepchem_genomics.molnet`. Weights are balanced already. Downloads are about 25 MB.
    part : {"published", "available"}, default "published"
        "available" takes a training set of 47,496 of the 276,216 windows, which is in no public repository: it is
        read from ``source``. Scores are not comparable with those after training on all.
    seed : int, default 0
        For splitters that draw.
    source : path-like, optional
        As for every loader of published data.

    Returns
    -------
    tuple
        Tasks, ``["JUND"]``; data sets: train, valid and test; and transformers.
        With the default featurizer X is int8 (N, 101, 4).

    Raises
    ------
    BadValueError, DataFolderError
        As for every loader.

    References
    ----------
    .. [1] Ramsundar, Eastman, Walters and Pande. *Deep Learning for the Life Sciences*. O'Reilly, 2019.
    .. [2] ENCODE Project Consortium. An integrated encyclopedia of DNA elements in the human genome. *Nature* 489,
       57-74, 2012.

    Examples
    --------
    >>> tasks, (train, valid, test), _ = load_jund()  # doctest: +SKIP
    >>> train.X.shape  # doctest: +SKIP
    (276216, 101, 4)
    """
    files = _version(part)

    def read(**_: object) -> PublishedRows:
        if part == "available":
            logger.warning("the available training set has 47496 of the 276216 published windows")
        try:
            return _read(files, source, data_dir)
        except DataFolderError as error:
            if part == "published" and any(file.blob in str(error) for file in _VERSIONS["available"].values()):
                raise DataFolderError(
                    f"{error}; or take the part of the training set that this is: part='available'"
                ) from None
            raise

    windows = {name: file for name, file in files.items() if "_dataset/" in name}
    loader = PublishedLoader(
        Wanted(featurizer, splitter, transformers, data_dir, save_dir, has_positions=True),
        JUND_TASKS,
        windows.values(),
        read,
        DNA,
        part=part,
        seed=seed,
    )
    return loader.load("jund", reload)


def jund_accessibility(part: str = "published", source: Source = None, data_dir: str | None = None) -> SideInput:
    """Return the chromatin accessibility of the windows of :func:`load_jund`, for all three parts.

    Parameters
    ----------
    part : {"published", "available"}, default "published"
        The same as was given to :func:`load_jund`. Both have the 345,271 windows and the same values; the files
        differ.
    source : path-like, optional
        Local folder; by default that of the environment variable ``DEEPCHEM_GENOMICS_SOURCE``.
    data_dir : str, optional
        Where the download is kept; DeepChem's data folder by default.

    Returns
    -------
    SideInput
        One track, ``accessibility``: DNase accessibility in HepG2, mean 0.0035, standard deviation 0.0025. Scale it.

    Raises
    ------
    BadValueError
        If ``part`` is not known.
    DataFolderError
        If the file is neither in the local folder nor to be downloaded, or is not what was published.

    Examples
    --------
    >>> jund_accessibility().n_tracks  # doctest: +SKIP
    1
    """
    content = read_published(_version(part)["accessibility.txt"], source, data_dir)
    with temporary_directory() as folder:
        path = folder / "accessibility.txt"
        path.write_bytes(content)
        return SideInput.from_file(path, names=["accessibility"])


def _version(part: str) -> dict[str, PublishedFile]:
    require_choice("part", part, tuple(_VERSIONS))
    return _VERSIONS[part]


def _read(files: Mapping[str, PublishedFile], source: Source, data_dir: str | None) -> PublishedRows:
    contents = {name: read_published(file, source, data_dir) for name, file in files.items() if "_dataset/" in name}
    arrays = {
        what: [joblib_array(contents[f"{part}_dataset/shard-0-{what}.joblib"]) for part in PARTS]
        for what in ("X", "y", "w", "ids")
    }
    return PublishedRows(
        X=np.concatenate(arrays["X"]).astype(np.int8, copy=False),
        y=np.concatenate(arrays["y"]).astype(np.float32),
        w=np.concatenate(arrays["w"]).astype(np.float32),
        ids=np.concatenate(arrays["ids"]).astype(str),
        part=np.repeat(PARTS, [len(ids) for ids in arrays["ids"]]),
    )
