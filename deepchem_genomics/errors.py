"""One exception for each promise about the input that can be broken.

Every message says where the fault is, what was given, which rule it breaks and what to do about it. All are
:class:`GenomicsError` s, which the command line reports in one line, and ``ValueError`` s, but
:class:`MissingExtraError`, an ``ImportError``, and :class:`StepError`.
"""

from collections.abc import Sequence

__all__ = [
    "AlphabetMismatchError",
    "BadValueError",
    "ChecksError",
    "ChromosomeNameError",
    "DamagedFileError",
    "DataFolderError",
    "DuplicateIdError",
    "EmptyInputError",
    "GenomeFileError",
    "GenomicsError",
    "InputChangedError",
    "IntervalError",
    "LabelError",
    "MissingExtraError",
    "MissingIdError",
    "ModelFolderError",
    "NameTakenError",
    "NotFittedError",
    "OutOfBoundsError",
    "OutputInUseError",
    "SequenceLengthError",
    "ShapeMismatchError",
    "SideInputError",
    "SplitError",
    "StepError",
    "TextEncodingError",
    "UnknownBaseError",
]


class GenomicsError(Exception):
    """Base of every error this package raises about its input.

    Parameters
    ----------
    problem : str
        What is wrong and where, or the whole message.
    remedy : str, optional
        What to do about it, where a caller may know a better one.

    Examples
    --------
    >>> error = BadValueError("-1 has no logarithm", "choose another scaling")
    >>> print(error)
    -1 has no logarithm; choose another scaling
    >>> print(BadValueError(error.problem, "choose another recipe"))
    -1 has no logarithm; choose another recipe
    """

    def __init__(self, problem: object = "", remedy: str = "") -> None:
        super().__init__(*([problem, remedy] if remedy else [problem]))
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}; {self.remedy}" if self.remedy else str(self.problem)


class ChecksError(GenomicsError, ValueError):
    """Inputs or outputs of a call are not what they should be; found before any work.

    Parameters
    ----------
    problems : sequence of Exception
        One for each thing that is wrong.
    """

    def __init__(self, problems: Sequence[Exception]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = list(problems)


class EmptyInputError(GenomicsError, ValueError):
    """There is nothing to work on: no sequences, an empty sequence, an empty file."""


class UnknownBaseError(GenomicsError, ValueError):
    """A sequence has a letter that the alphabet and the policy in force do not allow."""


class SequenceLengthError(GenomicsError, ValueError):
    """A sequence is longer or shorter than the others, or than requested."""


class AlphabetMismatchError(GenomicsError, ValueError):
    """DNA where RNA is expected, or the other way round."""


class ShapeMismatchError(GenomicsError, ValueError):
    """An array does not have the shape that a model or an encoding expects."""


class DuplicateIdError(GenomicsError, ValueError):
    """Two rows of a table that is looked up by id have the same id."""


class MissingIdError(GenomicsError, ValueError):
    """An id has no row in the table it is looked up in."""


class BadValueError(GenomicsError, ValueError):
    """A value in a table is not a number, not finite, or outside its range."""


class LabelError(GenomicsError, ValueError):
    """A label is missing (NaN) where its weight says that it counts."""


class DataFolderError(GenomicsError, ValueError):
    """A folder of data lacks a piece, or a piece is not what it should be."""


class InputChangedError(GenomicsError, ValueError):
    """An input changed while it was read."""


class OutputInUseError(DataFolderError):
    """Another process is writing to the same output."""


class ModelFolderError(GenomicsError, ValueError):
    """A folder does not hold a whole saved model, or not the one it says."""


class SideInputError(GenomicsError, ValueError):
    """A side input does not have the tracks that a model takes, or the model takes none."""


class OutOfBoundsError(GenomicsError, ValueError):
    """An interval reaches past an end of its chromosome."""


class ChromosomeNameError(GenomicsError, ValueError):
    """A chromosome is not in the file that must have it, or has two names there."""


class GenomeFileError(GenomicsError, ValueError):
    """A file of a genome, a signal or intervals is damaged, of another kind, or of another assembly."""


class DamagedFileError(GenomeFileError):
    """A compressed or Parquet file is cut short or damaged."""


class TextEncodingError(GenomeFileError):
    """A text file is not in UTF-8."""


class MissingExtraError(GenomicsError, ImportError):
    """An optional package is needed and not installed; the message names the extra to install."""


class IntervalError(GenomicsError, ValueError):
    """Something is not an interval ``chrom:start-end`` whose start is before its end."""


class SplitError(GenomicsError, ValueError):
    """A data set cannot be divided as asked: too few groups, fractions that do not add up, an empty part."""


class StepError(GenomicsError, RuntimeError):
    """A command of a pipeline failed; it has said why on stderr, and what was finished before is kept."""


class NameTakenError(GenomicsError, ValueError):
    """A name that is to be registered already stands for something else."""


class NotFittedError(GenomicsError, ValueError):
    """Predictions are requested from a model that has not learned anything."""
