"""What a damaged Parquet file makes pyarrow raise, told as one error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from deepchem_genomics.errors import GenomicsError

__all__ = ["telling_parquet_damage"]


@contextmanager
def telling_parquet_damage(error_for: Callable[[str], GenomicsError]) -> Iterator[None]:
    """Turn whatever pyarrow and pandas raise for a damaged file into one error.

    There is no list of what they raise: a flipped byte can be in a count of rows, in JSON about the columns or in
    compressed data, and whatever meets it first stumbles in its own way.

    Parameters
    ----------
    error_for : callable
        Called with the reason, one line; returns the error.

    Raises
    ------
    GenomicsError
        What ``error_for`` returned.
    OSError
        If it is the system that has no such file, or does not let it be read.
    """
    try:
        yield
    except GenomicsError:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise error_for((str(error).strip() or type(error).__name__).splitlines()[0]) from None
