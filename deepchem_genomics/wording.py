"""How messages and pages word counts, long texts and long lists of names."""

from collections.abc import Collection
from itertools import islice

__all__ = ["counted", "first_of", "listed", "shortened"]


def counted(n: int, noun: str) -> str:
    """Write a count and its noun, in the plural unless the count is 1.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1200 rows')
    """
    return f"{n} {noun}{'s' * (n != 1)}"


def listed(names: Collection[str], most: int = 8) -> str:
    """Write the first names, and how many more there are.

    Examples
    --------
    >>> listed(["chr1", "chr2", "chr3"]), listed(["chr1", "chr2", "chr3"], most=1)
    ('chr1, chr2, chr3', 'chr1 and 2 more')
    """
    more = len(names) - most
    return ", ".join(islice(names, most)) + (f" and {more:,} more" if more > 0 else "")


def first_of(count: int, what: str = "rows") -> str:
    """Add to a message about the first fault how many there are.

    Examples
    --------
    >>> first_of(3, "bases"), first_of(1)
    (', the first of 3 such bases', '')
    """
    return f", the first of {count} such {what}" if count > 1 else ""


def shortened(text: str, most: int = 80) -> str:
    """Cut a text down to what fits in a message.

    Examples
    --------
    >>> shortened("a long text", 8)
    'a lon...'
    """
    return text if len(text) <= most else f"{text[: most - 3]}..."
