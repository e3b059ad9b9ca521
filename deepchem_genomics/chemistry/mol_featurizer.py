"""Sequences to molecules as a DeepChem featurizer, and on to a molecular featurizer."""

import logging
from collections.abc import Iterable
from typing import Any

import numpy as np
from deepchem.feat import Featurizer

from deepchem_genomics.chemistry.molecules import check_kind, check_phosphate, named_molecule
from deepchem_genomics.errors import BadValueError
from deepchem_genomics.feat.records import read_records

__all__ = ["NucleicAcidMolFeaturizer"]

logger = logging.getLogger(__name__)


class NucleicAcidMolFeaturizer(Featurizer):
    """Convert nucleotide sequences to molecules, and these into the features of a molecular featurizer.

    DeepChem's molecular featurizers log a warning and store an empty row for a molecule that they cannot featurize;
    here that is an error that names the sequence.

    Parameters
    ----------
    featurizer : dc.feat.MolecularFeaturizer, optional
        Takes the molecules: ``dc.feat.CircularFingerprint()``, ``RDKitDescriptors()``, ``MolGraphConvFeaturizer()``
        and so on. By default the molecules themselves are returned.
    kind : {"RNA", "DNA"}, default "RNA"
        Ribose and U, or deoxyribose and T.
    phosphate : {"none", "5'", "3'", "both"}, default "none"
        Ends that carry a phosphate.

    Raises
    ------
    BadValueError
        If an option has no such value, or ``featurizer`` cannot featurize.

    Examples
    --------
    >>> import deepchem as dc
    >>> guides = ["UUCUCCGAACGUGUCACGUUU", "ACGUGACACGUUCGGAGAAUU"]
    >>> NucleicAcidMolFeaturizer(dc.feat.CircularFingerprint(size=512), phosphate="5'").featurize(guides).shape
    (2, 512)
    >>> NucleicAcidMolFeaturizer().featurize(guides)[0].GetNumAtoms()
    435
    """

    def __init__(self, featurizer: Any = None, kind: str = "RNA", phosphate: str = "none") -> None:
        # DeepChem reads the arguments back by name, and str() names cache folders after them: all stay as given.
        self.featurizer = featurizer
        self.kind = kind
        self.phosphate = phosphate
        check_kind(kind)
        check_phosphate(phosphate)
        if featurizer is not None and (isinstance(featurizer, type) or not hasattr(featurizer, "featurize")):
            raise BadValueError(
                f"featurizer is {featurizer!r}; it must be a molecular featurizer of DeepChem; pass one that is "
                "built, such as dc.feat.CircularFingerprint()"
            )

    def featurize(self, datapoints: Iterable[str], log_every_n: int = 1000, **kwargs: Any) -> np.ndarray:
        """Build the molecules and featurize them.

        Parameters
        ----------
        datapoints : iterable of str
            N sequences from 5' to 3'. A string by itself is one sequence.
        log_every_n : int, default 1000
            Passed on to the molecular featurizer.
        **kwargs
            Passed on too; without a molecular featurizer there are none.

        Returns
        -------
        ndarray
            What the molecular featurizer returns for N molecules; without one, the molecules, (N,) object.

        Raises
        ------
        BadValueError
            If the molecular featurizer fails, naming the sequence and the reason.
        GenomicsError
            If a sequence is not a molecule: see :func:`deepchem_genomics.chemistry.nucleic_acid_molecule`.
        TypeError
            If there are keyword arguments and no molecular featurizer.
        """
        if kwargs and self.featurizer is None:
            raise TypeError(f"featurize() takes no {', '.join(kwargs)}; give options to {type(self).__name__}()")
        records = read_records([datapoints] if isinstance(datapoints, str | bytes) else datapoints)
        molecules = np.empty(len(records), dtype=object)
        for i in range(len(records)):
            molecules[i] = named_molecule(records.text(i), self.kind, self.phosphate, records.name(i))
        logger.info("built %d molecules of %s", len(molecules), self.kind)
        if self.featurizer is None:
            return molecules
        return self._followed(molecules, records, log_every_n, kwargs)

    def _followed(self, molecules: np.ndarray, records: Any, log_every_n: int, options: dict[str, Any]) -> np.ndarray:
        rows: np.ndarray = self.featurizer.featurize(list(molecules), log_every_n=log_every_n, **options)
        if len(rows) != len(molecules):
            raise BadValueError(
                f"{self.featurizer} gave {len(rows)} rows for {len(molecules)} molecules; use another featurizer"
            )
        for i, row in enumerate(rows):
            if row is None or (isinstance(row, np.ndarray) and row.size == 0):
                raise BadValueError(
                    f"{records.name(i)}: {self.featurizer} failed on its molecule ({self._why(molecules[i], options)})"
                    "; use another featurizer, or drop the sequence"
                )
        return rows

    def _why(self, molecule: Any, options: dict[str, Any]) -> str:
        """Do again what failed, for DeepChem has thrown the reason away."""
        try:
            self.featurizer._featurize(molecule, **options)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return "it gave no values"

    def _featurize(self, datapoint: str, **kwargs: Any) -> Any:
        """Featurize one sequence."""
        return self.featurize([datapoint], **kwargs)[0]
