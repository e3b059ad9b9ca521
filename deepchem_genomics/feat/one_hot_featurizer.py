"""One-hot encoding as a DeepChem featurizer."""

import logging
from collections.abc import Iterable
from typing import Any

from deepchem.feat import Featurizer

from deepchem_genomics.feat.alphabet import Alphabet
from deepchem_genomics.feat.encoding import check_options, one_hot
from deepchem_genomics.typing import OneHot

__all__ = ["OneHotNucleotideFeaturizer"]

logger = logging.getLogger(__name__)


class OneHotNucleotideFeaturizer(Featurizer):
    """Encode nucleotide sequences, one row of four numbers for each base.

    Unlike DeepChem's stock featurizers it raises an error for what it cannot encode, where they log a warning and
    store an empty row. See :func:`deepchem_genomics.feat.one_hot` for the encoding. Columns are in the order of the
    alphabet; DeepChem's own encoders use A, T, C, G, N and A, C, T, G, other.

    Parameters
    ----------
    alphabet : str, default "ACGT"
        The columns: "ACGT" for DNA, "ACGU" for RNA.
    length : int, optional
        Number of bases L. By default that of the sequences, which must all be equally long; give it when loading in
        shards, so that all shards agree.
    unknown : {"zeros", "fractional", "error"}, default "zeros"
        What N and the other IUPAC codes become: a row of zeros; equal shares of the bases they stand for, in float32;
        or an error.
    on_length : {"error", "pad", "crop", "fit"}, default "error"
        What happens to sequences that do not have ``length`` bases: blanks are put around them, their middle is kept,
        or either.
    interchange_tu : bool, default False
        Whether U in DNA is read as T, and T in RNA as U.

    Raises
    ------
    AlphabetMismatchError
        If the alphabet is neither "ACGT" nor "ACGU".
    BadValueError
        If an option has no such value.

    Examples
    --------
    >>> OneHotNucleotideFeaturizer().featurize(["GaN"])[0].tolist()
    [[0, 0, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    >>> str(OneHotNucleotideFeaturizer(length=101))
    'OneHotNucleotideFeaturizer_length_101'
    """

    def __init__(
        self,
        alphabet: str = "ACGT",
        length: int | None = None,
        unknown: str = "zeros",
        on_length: str = "error",
        interchange_tu: bool = False,
    ) -> None:
        # DeepChem reads the arguments back by name, and str() names cache folders after them: all stay as given.
        self.alphabet = alphabet
        self.length = length
        self.unknown = unknown
        self.on_length = on_length
        self.interchange_tu = interchange_tu
        Alphabet.from_letters(alphabet)
        check_options(length, on_length, unknown)

    def featurize(self, datapoints: Iterable[str], log_every_n: int = 1000, **kwargs: Any) -> OneHot:
        """Encode sequences, all at once.

        Parameters
        ----------
        datapoints : iterable of str
            N sequences, in anything that :func:`deepchem_genomics.feat.one_hot` takes. A string by itself is one
            sequence, as ``InMemoryLoader`` passes it.
        log_every_n : int, default 1000
            Not used, since sequences are not encoded one by one: their number is logged once.
        **kwargs
            None; DeepChem's signature has it.

        Returns
        -------
        ndarray of shape (N, L, 4), int8 or float32
            The rows; float32 if ``unknown`` is "fractional".

        Raises
        ------
        GenomicsError
            If a sequence cannot be encoded: see :func:`deepchem_genomics.feat.one_hot`.
        TypeError
            If there are keyword arguments: options belong to the constructor.
        """
        if kwargs:
            raise TypeError(f"featurize() takes no {', '.join(kwargs)}; give options to {type(self).__name__}()")
        if isinstance(datapoints, str | bytes):
            datapoints = [datapoints]
        encoded = one_hot(
            datapoints,
            alphabet=Alphabet.from_letters(self.alphabet),
            length=self.length,
            on_length=self.on_length,
            unknown=self.unknown,
            interchange_tu=self.interchange_tu,
        )
        logger.info("encoded %d sequences of %d bases", encoded.shape[0], encoded.shape[1])
        return encoded

    def _featurize(self, datapoint: str, **kwargs: Any) -> OneHot:
        """Encode one sequence: (L, 4)."""
        found: OneHot = self.featurize([datapoint], **kwargs)[0]
        return found
