"""The mRNA around the site of each guide of :func:`~deepchem_genomics.molnet.load_sirna`."""

from deepchem_genomics.errors import BadValueError, DataFolderError
from deepchem_genomics.feat import RNA, reverse_complement
from deepchem_genomics.molnet.fetch import read_published
from deepchem_genomics.molnet.published_loader import Source
from deepchem_genomics.molnet.sirna import _as_rna, _contents, _genes, _guides
from deepchem_genomics.molnet.sources import PublishedFile

__all__ = ["sirna_contexts"]

_TRANSCRIPTS = PublishedFile(
    "FiannacaA/GNN4siRNA",
    "dde12ee63b2e2ba76fc3a3bbb64be130c7c3130a",
    "data/raw/dataset_1/mRNA_1.fas",
    "sirna/sources/gnn4sirna_dataset_1_mRNA_1.fas",
    "febeb590664b0bf028f679d43952d891af730cca",
    66057,
    "a1f763ebad4f529e5334dba34a009ff3d5a9c9db871ce900308f79f79de7293f",
)


def sirna_contexts(source: Source = None, data_dir: str | None = None, *, flank: int = 20) -> dict[str, str]:
    """Return the mRNA around the site that each guide of :func:`load_sirna` targets.

    Parameters
    ----------
    source : path-like, optional
        Local folder; by default that of the environment variable ``DEEPCHEM_GENOMICS_SOURCE``.
    data_dir : str, optional
        Where downloads are kept; DeepChem's data folder by default.
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
    if flank < 0:
        raise BadValueError(f"flank is {flank}; it must be a number of bases, 0 or more")
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
