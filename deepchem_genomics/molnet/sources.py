r"""Which published files the named data sets are made of, each pinned by its content.

A file is known by its git blob id, ``sha1(b"blob %d\0" % size + content)``, which its repository lists for that
commit; and by its sha256 where the content was at hand when this table was made. What the training set of the book and
its accessibility file hold, and tasks 2 to 4 of GUE, is pinned by the blob id alone.
"""

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

__all__ = ["GUE_TF", "JUND", "JUND_AVAILABLE", "SIRNA", "SIRNA_BOOK", "PublishedFile", "digest"]


class PublishedFile(NamedTuple):
    """A file at one commit of a public repository.

    Parameters
    ----------
    repository : str
        Owner and name on GitHub; empty if the file is in none, and can only come from a local folder.
    commit : str
        40 hexadecimal digits.
    path : str
        Within the repository.
    flat : str
        Where it may lie in a local folder instead of ``<repository>/<path>``; gzipped if this alone ends in ``.gz``.
    blob : str
        Git blob id, of the content as published.
    size : int or None
        In bytes; None where it is not known.
    sha256 : str or None
        Of the content; None where it is not known.
    """

    repository: str
    commit: str
    path: str
    flat: str
    blob: str
    size: int | None = None
    sha256: str | None = None

    @property
    def places(self) -> tuple[str, ...]:
        """Where in a local folder it is looked for, in this order."""
        published = (f"{self.repository}/{self.path}",) if self.repository else ()
        return (*published, self.flat)


def digest(files: Iterable[PublishedFile]) -> str:
    """Return eight hexadecimal digits that stand for the contents of files: another content, other digits.

    Parameters
    ----------
    files : iterable of PublishedFile
        The files, in any order.

    Returns
    -------
    str
        For the name of a folder made from them.

    Examples
    --------
    >>> digest(SIRNA.values()) == digest(reversed(SIRNA.values()))
    True
    """
    return hashlib.sha256("".join(sorted(file.blob for file in files)).encode()).hexdigest()[:8]


def _book(path: str, blob: str, size: int | None, sha256: str | None) -> PublishedFile:
    repository, commit = "deepchem/DeepLearningLifeSciences", "9020c18d97de5f5bdab85234a5f3aac191791f1e"
    return PublishedFile(repository, commit, f"Chapter06/{path}", f"book/{path}", blob, size, sha256)


def _available(path: str, blob: str, size: int | None, sha256: str | None) -> PublishedFile:
    return PublishedFile("", "", f"book/{path}", f"book/{path}", blob, size, sha256)


def _huesken(path: str, flat: str, blob: str, size: int | None, sha256: str | None) -> PublishedFile:
    repository, commit = "sambitmishra0628/siRNA_activity_prediction", "8dae771c1b9de3b29649ed6809fb9dd0adfaf17b"
    return PublishedFile(repository, commit, path, flat, blob, size, sha256)


def _gnn(path: str, flat: str, blob: str, size: int | None, sha256: str | None) -> PublishedFile:
    repository, commit = "FiannacaA/GNN4siRNA", "dde12ee63b2e2ba76fc3a3bbb64be130c7c3130a"
    return PublishedFile(repository, commit, path, flat, blob, size, sha256)


def _gue(task: int, part: str, blob: str, size: int | None, sha256: str | None) -> PublishedFile:
    repository, commit = "wds-seu/DeepGene", "486343e5212361d6cd7ed03c624f430ed3d5f02e"
    flat = f"tf_binding_101bp/tf{task}_{part}.csv.gz"
    return PublishedFile(repository, commit, f"data/GUE/tf/{task}/{part}.csv", flat, blob, size, sha256)


def _by_name(*files: PublishedFile) -> dict[str, PublishedFile]:
    """Name each file by the end of its path: what comes after the folder that its data set is in."""
    return {file.path.removeprefix("Chapter06/").removeprefix("data/").removeprefix("book/"): file for file in files}


JUND: dict[str, PublishedFile] = _by_name(
    _book("train_dataset/shard-0-X.joblib", "14480bbf0fbd97a2408cc9c841cba57780f92300", None, None),
    _book("train_dataset/shard-0-y.joblib", "9154e2c1161422188e1fcd6afb176377fc19c551", 14599, None),
    _book("train_dataset/shard-0-w.joblib", "95614cd0841c02e9032c967db4309519d831f025", 17052, None),
    _book("train_dataset/shard-0-ids.joblib", "4002247f7a91fa5ef026ea81b5068d9b692881ef", 3819238, None),
    _book(
        "valid_dataset/shard-0-X.joblib",
        "6f342ff8b318896d94507afd82b134d6ef70dff9",
        2020044,
        "9921ee0d70884fcbcd55e88bfb7abb1f47c6e30e7e4bb47cf08f831d39e9fdfb",
    ),
    _book(
        "valid_dataset/shard-0-y.joblib",
        "b11ddb554ef5fe07caa0387dfeda853c18e695a4",
        2068,
        "2fa9ee7d762c7a530c8eea5150643fdaf662d420d509cc1273c6207dd4510350",
    ),
    _book(
        "valid_dataset/shard-0-w.joblib",
        "0c6ad320f4060132368c7c59a07ace9fff829b6d",
        2409,
        "deeee5ea263096d410126ebc8abe7f8912170a940d4a21a1c809a6b632692b9e",
    ),
    _book(
        "valid_dataset/shard-0-ids.joblib",
        "e36d2870f84dd68be852fe01b1d3c1f0a876dbc7",
        477718,
        "52d58d982aac25fbe5951b4d32a997e3f18af8ec42b1b68d6d3d9eb1c755b3af",
    ),
    _book(
        "test_dataset/shard-0-X.joblib",
        "f106d1fdd0023cf7f6a542ffc3ae3f6146fd14af",
        2019047,
        "260623d465b5bec70722e87907f6535f5686710f3bf0bf972c02de2444ab5e23",
    ),
    _book(
        "test_dataset/shard-0-y.joblib",
        "1cd390ba9865d0cc3bdd0445db109b5fbcc1d31f",
        2069,
        "fe7e4a45593c652ada443f3acbe842675a890b162b8eb5e7cdadaa73bf672dab",
    ),
    _book(
        "test_dataset/shard-0-w.joblib",
        "4bad81525bf13b5c95efb2c6c94f7b35d9edb80c",
        2416,
        "bf249f9f49d4988f382e13f073341e80a268e857c6b74c4412b16abdc78b3d8b",
    ),
    _book(
        "test_dataset/shard-0-ids.joblib",
        "c7894d0401ebffd50e6082638279587bd9a53f6f",
        477954,
        "d478b378415122d16f9eceaeb8bb8f3a0ebb276af830a5434ecb76b795102d61",
    ),
    _book("accessibility.txt", "ade0b5ab0e16a0403c40b269f17a76b9eef976f2", None, None),
)
"""The book's JUND data: old DiskDatasets and the accessibility of their windows."""

JUND_AVAILABLE: dict[str, PublishedFile] = JUND | _by_name(
    _available(
        "train_dataset/shard-0-X.joblib",
        "c9e268e80d2e69d4aa323d4bc09b9edd6cd683ae",
        2776866,
        "2f7d963f2a9bbe05245b63c9262705c0c68a5c0a9bfcd593fb9dc4c5917177ae",
    ),
    _available(
        "train_dataset/shard-0-y.joblib",
        "67eeab46ba84283fc39173cf878544a8b1e2ed64",
        2388,
        "92fbbc499fe0426b57bfe97e673d9ab598919f02f9f22ddbfe10519a1ed79c63",
    ),
    _available(
        "train_dataset/shard-0-w.joblib",
        "b379a2f05b81c68821dd853a113cf45af59c2960",
        2837,
        "df154e369b09f294a0a4cfa5e5483fd4dcb8569c86486ae51cc78bc34ac39ae8",
    ),
    _available(
        "train_dataset/shard-0-ids.joblib",
        "c11e25f62103f75d5b3da32e53afc9d3cf1cb000",
        633073,
        "fb3bca500c8c261fe1c07f4be2c1a7122bbe0fd4ad455fe5242c77de5d0cd16f",
    ),
    _available(
        "accessibility.txt",
        "7b751447c4223d48b5672323f33b6f2e40a4f992",
        11393943,
        "d3bd55c4e0fee7041af5a4af01db17c186756070e5446cb2c3f79ebafd792014",
    ),
)
"""The same with 47,496 windows of the training set alone, and another file of the same accessibility."""

SIRNA: dict[str, PublishedFile] = _by_name(
    _huesken(
        "Heusken_dataset.csv",
        "sirna/sources/Heusken_dataset.csv",
        "8164d9b4b226d770184bcb090f333823a59ae96f",
        120340,
        "2be0887bc3c9a970f40ab2ee7e19290927ae5fc679669a5d51133ae7580e5af9",
    ),
    _huesken(
        "rnafold.test.1.fasta",
        "sirna/sources/rnafold.test.1.fasta",
        "89fbbd9824d25880cc89fa7956210ab83d093a9e",
        13944,
        "a1e3ccebc717b2b7c8b0925a92ab98de70c1e95094d9946ef7068f29961a3838",
    ),
    _huesken(
        "rnafold.train.1.fasta",
        "sirna/sources/rnafold.train.1.fasta",
        "2486d99a2efc6bd57b5ab7236cece09aa9a6624f",
        122192,
        "5b38f0931d78dd1a28b64da57bf57737fe2ff3ab20b7aa92c643c3735e929222",
    ),
    _gnn(
        "data/raw/dataset_1/sirna_1.fas",
        "sirna/sources/gnn4sirna_dataset_1_sirna_1.fas",
        "f2d7d5e256f7dc788cc1f06aa8cc54437880e2ca",
        85702,
        "06e8d7c67047c4a4ccc099ca5119ff241c28109d34ce82a4af6d9f8d0ac69a80",
    ),
    _gnn(
        "data/raw/dataset_1/sirna_mrna_efficacy.csv",
        "sirna/sources/gnn4sirna_dataset_1_sirna_mrna_efficacy.csv",
        "50fc49d5b974bd063726c77cef476eb33199d62e",
        61936,
        "0dcee8c3df4f117d2a8be594c9ad4447c22a2a377272ddc816d03d59e6fffa48",
    ),
)
"""Huesken's guides and efficacies, which of them are train and test, and which mRNA each targets."""

SIRNA_BOOK: dict[str, PublishedFile] = _by_name(
    _book(
        "train_siRNA/shard-0-X.joblib",
        "948230478c440772be50258b846fb04db913e0b4",
        27301,
        "0bde55c5e2c0e97a68060a96e50959d8a3e8c7e888a1945b8deeac0ca22c8aba",
    ),
    _book(
        "valid_siRNA/shard-0-X.joblib",
        "fc5b35ee3c852f5bf7f6df82ba2f6999ca5ab74e",
        3350,
        "beab9bcacaf9344c16bed558f8f35e99a0b00530219e28bc1ca64cf031c1b06e",
    ),
)
"""The book's siRNA sequences, which tell its training set from its validation set."""

GUE_TF: dict[str, PublishedFile] = _by_name(
    _gue(
        0,
        "dev",
        "e0b8e8e64a1c489279561d3859697e18b84631d0",
        104015,
        "17ff638046d146102a86b727adc9ddead9f1f1793577a38961e1f3319da7f738",
    ),
    _gue(
        0,
        "test",
        "1ebe37e6a1f5ffffeda7d7f4b7500125a5b2db2a",
        104015,
        "d29934d0df424a91ef70f6a62671d9d1c4661b485d7010983b49c8bcfba6aeab",
    ),
    _gue(
        0,
        "train",
        "3f1970deac7eebd18a9efdfb57a285137ac7bb03",
        3367327,
        "930080e019fb92961cbd71998839466c2fc4c34da8fc174999a2ed04ef46822f",
    ),
    _gue(
        1,
        "dev",
        "a617c320b75d70d1c8225fa522668451ebd2fc69",
        104015,
        "fbffd591300e9ef192d131c139322cbe8e3fb87fae4f52236f64588d3975b8d1",
    ),
    _gue(
        1,
        "test",
        "68a3b83b102d2513a3fe6ae8dcd336574bb43058",
        104015,
        "8995d9d9176d56aa6e3a7014dfcf61ad45bc25a59fba1faca9864250ce42008a",
    ),
    _gue(
        1,
        "train",
        "1242ab6b3dec897325c641b91f382a6ea22c4fd6",
        3189903,
        "29dc3c962cc4e4d7161238bb4d0b84583f7794b246a622f81bf30e83e3ae8685",
    ),
    _gue(2, "dev", "3036ea175c2a3b2aba259ccdacea66642b64fdcc", 104015, None),
    _gue(2, "test", "0778f9780bd2d122bc3229f551143e90c1b1a9df", 104015, None),
    _gue(2, "train", "a4b786ff31b39b08902f42c2c776dbf477b3fcd7", 1976015, None),
    _gue(3, "dev", "5eaf50136e3ca3a63ee8645e5317d98bec9af363", 104015, None),
    _gue(3, "test", "c13b5f3ac9b2bf67702cba9a135e14973d44eae5", 104015, None),
    _gue(3, "train", "f82b2b395556dd7ce6aa4332c22abeedce89608d", 2838591, None),
    _gue(4, "dev", "22f4bc1f9dcb5b783db025290aa1bc17fa08064b", 104015, None),
    _gue(4, "test", "2dfb8535c7e50ea6a4433adfa2e99df0abc89036", 104015, None),
    _gue(4, "train", "e8e96588260e3ffb70811556643457bdaae896c0", 1976015, None),
)
"""Transcription-factor tasks of the GUE benchmark, human."""
