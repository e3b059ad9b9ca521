"""Matrices of JASPAR, by accession or name, from the releases that pyjaspar brings along; and those of JUND and ATF3.

The three matrices that are written here are of the JASPAR CORE vertebrate collection [1]_, which JASPAR publishes under
the Creative Commons Attribution license CC BY 4.0 (https://jaspar.elixir.no). The counts are unchanged; only the layout
is ours: one line per letter, in the order A, C, G, T.

References
----------
.. [1] Rauluseviciute et al., "JASPAR 2024: 20th anniversary of the open-access database of transcription factor
   binding profiles", Nucleic Acids Research 52:D174-D182 (2024), doi:10.1093/nar/gkad1059.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from typing import Any

from deepchem_genomics.errors import BadValueError, EmptyInputError, MissingExtraError
from deepchem_genomics.motifs.matrices import CountMatrix, to_count_matrix

__all__ = ["ATF3", "JUND", "JUND_AND_ATF3", "JUND_VARIANT", "jaspar_motifs", "opened_release"]

# fmt: off
JUND = CountMatrix("MA0491.2", "JUND", (
    (28467, 29234, 70166, 644, 1365, 103797, 4634, 2053, 4915, 103420, 2796, 27969, 28212),
    (21965, 19712, 10173, 757, 873, 650, 76028, 496, 98628, 751, 12025, 28250, 29793),
    (25006, 31347, 20586, 443, 99787, 573, 20633, 1147, 953, 965, 7908, 22249, 19236),
    (30507, 25652, 5020, 104101, 3920, 925, 4650, 102249, 1449, 809, 83216, 27477, 28704),
))
"""MA0491.2: the seven-letter site TGACTCA (TGAGTCA on the other strand) that AP-1 dimers prefer."""

JUND_VARIANT = CountMatrix("MA0492.1", "JUND(var.2)", (
    (11448, 13436, 11261, 13616, 25347, 0, 0, 33631, 0, 5124, 0, 8793, 33631, 267, 10255),
    (4326, 3228, 4836, 2452, 169, 0, 0, 0, 10406, 1824, 3935, 24697, 0, 5470, 10841),
    (7996, 8721, 8110, 15761, 8115, 0, 33511, 0, 8287, 26683, 0, 141, 0, 2407, 6351),
    (9861, 8246, 9424, 1802, 0, 33631, 120, 0, 14938, 0, 29696, 0, 0, 25487, 6184),
))
"""MA0492.1: the eight-letter site, TGATGTCA or TGACGTCA, with loose letters in the middle."""

ATF3 = CountMatrix("MA0605.2", "ATF3", (
    (8505, 24741, 0, 0, 40546, 0, 891, 0, 1520, 40546, 0, 6919),
    (8220, 1354, 0, 0, 0, 40546, 0, 0, 40546, 0, 15737, 16820),
    (16894, 15805, 1, 40546, 0, 0, 40546, 0, 0, 0, 1094, 8242),
    (6926, 0, 40546, 1366, 0, 556, 0, 40546, 0, 0, 24808, 8564),
))
"""MA0605.2: the eight-letter site TGACGTCA (the cyclic-AMP response element), nearly without exceptions."""
# fmt: on

JUND_AND_ATF3 = (JUND, JUND_VARIANT, ATF3)
"""The matrices that the simulator plants, in the order of its ``site_motif`` numbers."""

_ACCESSION = re.compile(r"[A-Z]{2}\d{4}(\.\d+)?")


def jaspar_motifs(ids_or_names: str | Sequence[str], release: str = "JASPAR2024") -> list[CountMatrix]:
    """Look up matrices in a release of JASPAR; nothing is downloaded.

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
        One for each, in the requested order.

    Raises
    ------
    BadValueError
        If the release, an accession or a name is not known, or several matrices have the name.
    EmptyInputError
        If nothing is requested.
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
        raise EmptyInputError("no motif was requested; give accessions such as 'MA0605.3', or names")
    with opened_release(release) as database:
        return [_look_up(database, release, text) for text in wanted]


@contextmanager
def opened_release(release: str, other_remedy: str = "") -> Iterator[Any]:
    """Open the database of a release; MissingExtraError without pyjaspar, BadValueError if it has no such release."""
    try:
        pyjaspar = import_module("pyjaspar")
    except ImportError:
        raise MissingExtraError(
            "JASPAR's matrices come with pyjaspar, which is not installed; pip install 'deepchem_genomics[motifs]'"
            f"{other_remedy}"
        ) from None
    if release not in pyjaspar.jaspar_releases:
        raise BadValueError(f"unknown release {release!r}; choose one of {', '.join(pyjaspar.jaspar_releases)}")
    database = pyjaspar.jaspardb(release=release)
    with closing(database.conn), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyjaspar warns of an unknown accession; here it is an error
        yield database


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
