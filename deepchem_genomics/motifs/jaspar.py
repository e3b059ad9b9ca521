"""Matrices of JASPAR, by accession or name, from the releases that pyjaspar brings along."""

import re
import warnings
from collections.abc import Sequence
from contextlib import closing
from importlib import import_module
from typing import Any

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.motifs.count_matrix import CountMatrix
from deepchem_genomics.motifs.reading import to_count_matrix

__all__ = ["jaspar_motifs"]

_ACCESSION = re.compile(r"[A-Z]{2}\d{4}(\.\d+)?")


def jaspar_motifs(ids_or_names: str | Sequence[str], release: str = "JASPAR2024") -> list[CountMatrix]:
    """Look matrices up in a release of JASPAR; nothing is downloaded.

    Parameters
    ----------
    ids_or_names : str or sequence of str
        Accessions such as ``MA0605.3``; without ``.3`` the latest version of the release. Or names of the CORE
        collection's latest matrices, such as ``ATF3``, with upper and lower case as JASPAR has it: usually upper for
        human, first letter only for mouse. Several may have one name; then it takes the accession.
    release : str, default "JASPAR2024"
        Which of the releases that pyjaspar has, such as that of 2024 [1]_.

    Returns
    -------
    list of CountMatrix
        One for each, in the order asked for.

    Raises
    ------
    BadValueError
        If the release, an accession or a name is not known, or several matrices have the name.
    EmptyInputError
        If nothing is asked for.
    MissingExtraError
        If pyjaspar is not installed.

    References
    ----------
    .. [1] Rauluseviciute et al., "JASPAR 2024: 20th anniversary of the open-access database of transcription factor
       binding profiles", Nucleic Acids Research 52:D174-D182 (2024), doi:10.1093/nar/gkad1059.

    Examples
    --------
    >>> [(motif.accession, motif.consensus) for motif in jaspar_motifs(["MA0491.2", "ATF3"])]
    [('MA0491.2', 'TGATGACTCATCC'), ('MA0605.3', 'ATGACGTCAT')]
    """
    wanted = [ids_or_names] if isinstance(ids_or_names, str) else list(ids_or_names)
    if not wanted:
        raise EmptyInputError("no motif was asked for; give accessions such as 'MA0605.3', or names")
    try:
        pyjaspar = import_module("pyjaspar")
    except ImportError:
        raise MissingExtraError(
            "JASPAR's matrices come with pyjaspar, which is not installed; pip install 'deepchem_genomics[motifs]'"
        ) from None
    if release not in pyjaspar.jaspar_releases:
        raise BadValueError(f"unknown release {release!r}; choose one of {', '.join(pyjaspar.jaspar_releases)}")
    database = pyjaspar.jaspardb(release=release)
    with closing(database.conn), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyjaspar warns of an unknown accession; here it is an error
        return [_look_up(database, release, text) for text in wanted]


def _look_up(database: Any, release: str, text: str) -> CountMatrix:
    if _ACCESSION.fullmatch(text):
        motif = database.fetch_motif_by_id(text)
        if motif is None:
            raise BadValueError(f"{release} has no matrix {text}; look it up on https://jaspar.elixir.no")
    else:
        motif = _by_name(database, release, text)
    return to_count_matrix(release, motif.matrix_id, motif.name, motif.counts)


def _by_name(database: Any, release: str, name: str) -> Any:
    in_any_case = database.fetch_motifs(tf_name=name.replace("'", "''"))  # pasted into SQL by pyjaspar
    found = sorted((motif for motif in in_any_case if motif.name == name), key=lambda motif: motif.matrix_id)
    if len(found) > 1:
        accessions = ", ".join(motif.matrix_id for motif in found)
        raise BadValueError(
            f"{name} is the name of {len(found)} matrices of {release}: {accessions}; give the accession"
        )
    if not found:
        others = sorted({motif.name for motif in in_any_case})
        hint = f"; did you mean {' or '.join(others)}?" if others else "; look it up on https://jaspar.elixir.no"
        raise BadValueError(f"{release} has no matrix of the name {name!r} in its CORE collection{hint}")
    return found[0]
