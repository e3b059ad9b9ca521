"""Efficacy of siRNA guides as Huesken et al. measured it, loaded as MoleculeNet loads data sets."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from deepchem.data import NumpyDataset
from deepchem.feat import Featurizer
from deepchem.molnet import TransformerGenerator
from deepchem.splits import Splitter
from numpy.typing import NDArray

from deepchem_genomics.arguments import require_choice, require_whole_number
from deepchem_genomics.errors import DataFolderError
from deepchem_genomics.feat import RNA, decode, one_hot, reverse_complement
from deepchem_genomics.molnet.fetch import PUBLISHED, read_published
from deepchem_genomics.molnet.loader import (
    PARTS,
    Loaded,
    PublishedLoader,
    PublishedRows,
    Source,
    Wanted,
    joblib_array,
)
from deepchem_genomics.splits import GroupSplitter

__all__ = ["SIRNA_TASKS", "load_sirna", "sirna_contexts", "sirna_genes"]

SIRNA_TASKS = ["efficacy"]
SIRNA, SIRNA_BOOK = PUBLISHED["sirna"], PUBLISHED["sirna_book"]

_SPLITS = ("gene", "huesken", "book")


def load_sirna(
    featurizer: Featurizer | str = "rna-onehot",
    splitter: Splitter | str | None = "published",
    transformers: Sequence[TransformerGenerator | str] = (),
    reload: bool = True,
    data_dir: str | None = None,
    save_dir: str | None = None,
    *,
    split: str = "gene",
    seed: int = 0,
    source: Source = None,
) -> Loaded:
    """Load siRNA guides with the efficacy that Huesken et al. measured.

    ================  ===================================================================================
    rows              2,431 guides against 30 human and rodent mRNAs
    sequence          RNA, 21 nt: the guide (antisense) strand, 5' to 3', overhang included; no two are equal
    tasks             1, regression: ``efficacy``
    label             normalized inhibition of a reporter that carries the target, no unit: 0 is none, more is
                      better; 0 to 1.341, mean 0.693, standard deviation 0.201. It is not a fraction: 134 are above 1
    weights           1
    missing labels    none
    ids               Huesken's numbers, as strings: ``16802`` and so on
    ``split``         "gene": about 80, 10 and 10%, each mRNA in one part alone.
                      "huesken": train 2,182, test 249, valid empty.
                      "book": train 2,187, valid 244, test empty; drawn at random by the authors of *Deep
                      Learning for the Life Sciences*; 222 of Huesken's test guides are in its train.
                      Never score a model on another split than it was trained on
    source            github.com/sambitmishra0628/siRNA_activity_prediction (guides, efficacy, Huesken's parts),
                      github.com/FiannacaA/GNN4siRNA (targets), and for the book's split
                      github.com/deepchem/DeepLearningLifeSciences
    license           none stated by the first two repositories; MIT for the third
    paper             Huesken et al. (2005)
    ================  ===================================================================================

    Guides against one mRNA overlap: under "huesken" and "book" near copies of guides of train are scored. "gene" asks
    what happens with a new target.

    Parameters
    ----------
    featurizer, splitter, transformers, reload, data_dir, save_dir
        As for every loader of :mod:`deepchem_genomics.molnet`. The splitter "published" follows ``split``; another one
        splits all rows again, regardless of ``split``. Downloads are 0.4 MB.
    split : {"gene", "huesken", "book"}, default "gene"
        See the table. Only the default has three parts.
    seed : int, default 0
        For "gene" and splitters that draw.
    source : path-like, optional
        As for every loader of published data.

    Returns
    -------
    tuple
        Tasks, ``["efficacy"]``; data sets: train, valid and test; and transformers.
        With the default featurizer X is int8 (N, 21, 4).
        A part that was not published has no rows: hold some of train out if you need one.

    Raises
    ------
    BadValueError, DataFolderError
        As for every loader.

    References
    ----------
    .. [1] D. Huesken et al. Design of a genome-wide siRNA library using an artificial neural network. *Nature
       Biotechnology* 23, 995-1001, 2005.

    Examples
    --------
    >>> tasks, (train, valid, test), _ = load_sirna(split="huesken")  # doctest: +SKIP
    >>> len(train), len(valid), len(test)  # doctest: +SKIP
    (2182, 0, 249)
    """
    require_choice("split", split, _SPLITS)
    files = [*SIRNA.values(), *(SIRNA_BOOK.values() if split == "book" else ())]

    def read(**_: object) -> PublishedRows:
        return _read(split, seed, source, data_dir)

    loader = PublishedLoader(
        Wanted(featurizer, splitter, transformers, data_dir, save_dir),
        SIRNA_TASKS,
        files,
        read,
        RNA,
        split=split,
        seed=seed,
    )
    return loader.load("sirna", reload)


def sirna_genes(source: Source = None, data_dir: str | None = None) -> dict[str, str]:
    """Return which mRNA each guide of :func:`load_sirna` targets.

    Parameters
    ----------
    source : path-like, optional
        Local folder; by default that of the environment variable ``DEEPCHEM_GENOMICS_SOURCE``.
    data_dir : str, optional
        Where downloads are kept; DeepChem's data folder by default.

    Returns
    -------
    dict of str to str
        GenBank or RefSeq accession of each id, 30 different ones: groups for
        :class:`~deepchem_genomics.splits.GroupSplitter`.

    Raises
    ------
    DataFolderError
        If a file is neither in the local folder nor to be downloaded, or is not what was published.

    Examples
    --------
    >>> sirna_genes()["16802"]  # doctest: +SKIP
    'BD135193'
    """
    contents = _contents(source, data_dir)
    guides, _ = _guides(contents["Heusken_dataset.csv"])
    return _genes(contents, guides)


def _read(split: str, seed: int, source: Source, data_dir: str | None) -> PublishedRows:
    contents = _contents(source, data_dir)
    guides, efficacy = _guides(contents["Heusken_dataset.csv"])
    ids = np.array(list(guides))
    if split == "huesken":
        part_of = _huesken_parts(contents)
    elif split == "book":
        part_of = _book_parts(guides, source, data_dir)
    else:
        part_of = _gene_parts(_genes(contents, guides), seed)
    _require_all("part", part_of, ids)
    y = np.array([[efficacy[name]] for name in ids], dtype=np.float32)
    return PublishedRows(
        X=np.asarray(one_hot([guides[name] for name in ids], RNA), dtype=np.int8),
        y=y,
        w=np.ones_like(y),
        ids=ids,
        part=np.array([part_of[name] for name in ids]),
    )


def _contents(source: Source, data_dir: str | None) -> dict[str, str]:
    # The first of them begins with a byte order mark.
    return {name: read_published(file, source, data_dir).decode("utf-8-sig") for name, file in SIRNA.items()}


def _guides(table: str) -> tuple[dict[str, str], dict[str, float]]:
    """Read id, guide with its overhang as lower-case DNA, rules, efficacy: 21 nt of RNA and efficacy by id."""
    rows = list(csv.reader(io.StringIO(table)))
    guides = {row[0]: _as_rna(row[1]) for row in rows}
    if len(guides) != len(rows):
        raise DataFolderError(f"Heusken_dataset.csv names {len(rows) - len(guides)} guides twice")
    return guides, {row[0]: float(row[-1]) for row in rows}


def _as_rna(guide: str) -> str:
    return guide.strip().upper().replace("T", "U")


def _huesken_parts(contents: Mapping[str, str]) -> dict[str, str]:
    return {
        line[1:].strip(): part
        for part in ("train", "test")
        for line in contents[f"rnafold.{part}.1.fasta"].splitlines()
        if line.startswith(">")
    }


def _book_parts(guides: Mapping[str, str], source: Source, data_dir: str | None) -> dict[str, str]:
    """Find the parts by sequence: the book renumbered its guides, and no two are equal."""
    part_of = {}
    for part in ("train", "valid"):
        content = read_published(SIRNA_BOOK[f"{part}_siRNA/shard-0-X.joblib"], source, data_dir)
        part_of.update(dict.fromkeys(decode(joblib_array(content), RNA), part))
    return {name: part_of[guide] for name, guide in guides.items() if guide in part_of}


def _genes(contents: Mapping[str, str], guides: Mapping[str, str]) -> dict[str, str]:
    lines = contents["raw/dataset_1/sirna_1.fas"].split()
    targets = {row["siRNA"]: row["mRNA"] for row in csv.DictReader(io.StringIO(contents[_TARGETS]))}
    target_of = {_as_rna(guide): targets[name[1:]] for name, guide in zip(lines[::2], lines[1::2], strict=True)}
    genes = {name: target_of[guide] for name, guide in guides.items() if guide in target_of}
    _require_all("target", genes, list(guides))
    return genes


_TARGETS = "raw/dataset_1/sirna_mrna_efficacy.csv"


def _gene_parts(genes: Mapping[str, str], seed: int) -> dict[str, str]:
    ids = np.array(list(genes))
    rows = GroupSplitter(genes).split(NumpyDataset(np.zeros((len(ids), 1)), ids=ids), 0.8, 0.1, 0.1, seed=seed)
    return {str(name): part for part, of_part in zip(PARTS, rows, strict=True) for name in ids[of_part]}


def _require_all(what: str, known: Mapping[str, str], ids: Sequence[str] | NDArray[Any]) -> None:
    missing = [name for name in ids if name not in known]
    if missing:
        raise DataFolderError(f"{len(missing)} guides have no {what}, the first of them {missing[0]}")


_TRANSCRIPTS = PUBLISHED["sirna_transcripts"]["raw/dataset_1/mRNA_1.fas"]


def sirna_contexts(source: Source = None, data_dir: str | None = None, *, flank: int = 20) -> dict[str, str]:
    """Return the mRNA around the site that each guide of :func:`load_sirna` targets.

    Parameters
    ----------
    source, data_dir : optional
        As for :func:`sirna_genes`.
    flank : int, default 20
        Bases on either side of the 21-nt site, fewer near an end of the mRNA.

    Returns
    -------
    dict of str to str
        RNA, 5' to 3', by id: 61 nt or less.

    Raises
    ------
    DataFolderError
        If a file is neither in the local folder nor to be downloaded, or is not what was published.
    BadValueError
        If ``flank`` is below 0.

    Examples
    --------
    >>> sirna_contexts()["16802"]  # doctest: +SKIP
    'AUAAAAUUGAAAGGAAUUGUAUAAAUCAAUUAACAUAUUAGCUGAGUUG'
    """
    require_whole_number("flank", flank, lowest=0, of="bases")
    contents = _contents(source, data_dir)
    guides, _ = _guides(contents["Heusken_dataset.csv"])
    target_of = _genes(contents, guides)
    transcripts = _read_fasta(read_published(_TRANSCRIPTS, source, data_dir).decode())
    contexts = {}
    for name, guide in guides.items():
        transcript = transcripts.get(target_of[name], "")
        start = transcript.find(reverse_complement(guide, RNA))
        if start < 0:
            raise DataFolderError(f"{_TRANSCRIPTS.path}: the site of guide {name} is not in {target_of[name]}")
        contexts[name] = transcript[max(0, start - flank) : start + len(guide) + flank]
    return contexts


def _read_fasta(text: str) -> dict[str, str]:
    records = (record.partition("\n") for record in text.split(">")[1:])
    return {title.split()[0]: _as_rna("".join(lines.split())) for title, _, lines in records}
