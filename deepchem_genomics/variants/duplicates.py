"""Which changes came before, in a file of any size and order."""

import sqlite3
from types import TracebackType

__all__ = ["SeenBefore"]


class SeenBefore:
    """Remembers changes to a genome, in a temporary database that SQLite moves to the disk when it grows.

    Memory stays at a few megabytes; the disk takes 20 to 40 bytes a change.

    Examples
    --------
    >>> with SeenBefore() as seen:
    ...     print([seen.again("chr1", 4, "A", alt) for alt in ("G", "T", "G")])
    [False, False, True]
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("")  # no name: a private file, gone when closed
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute(
            "CREATE TABLE change (chrom TEXT, start INT, ref TEXT, alt TEXT, PRIMARY KEY (chrom, start, ref, alt)) "
            "WITHOUT ROWID"
        )

    def again(self, chrom: str, start: int, ref: str, alt: str) -> bool:
        """Tell whether a change was seen before, and remember it.

        Parameters
        ----------
        chrom : str
            Contig, as the genome calls it.
        start : int
            0-based.
        ref, alt : str
            Letters, without what both share.

        Returns
        -------
        bool
            Whether it was.
        """
        done = self._database.execute("INSERT OR IGNORE INTO change VALUES (?, ?, ?, ?)", (chrom, start, ref, alt))
        return done.rowcount == 0

    def close(self) -> None:
        """Forget everything."""
        self._database.close()

    def __enter__(self) -> "SeenBefore":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
