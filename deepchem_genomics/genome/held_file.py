"""A file that is held open: shared by no two processes, and closed once."""

import os
from abc import abstractmethod
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deepchem_genomics.errors import GenomeFileError

__all__ = ["HeldFile"]


class HeldFile:
    """Base of what reads one file as long as it is open; a context manager."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._file: Any = self._open()
        self._process = os.getpid()

    @abstractmethod
    def _open(self) -> Any:
        """Open the file."""

    def _opened(self) -> Any:
        if self._file is None:
            name = type(self).__name__
            raise GenomeFileError(f"{self.path} is closed; open it again with {name}(path)")
        if self._process != os.getpid():  # after a fork: a file position must not be shared with the parent
            self._file = self._open()
            self._process = os.getpid()
        return self._file

    def close(self) -> None:
        """Close the file. Closing again does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self.path)!r})"
