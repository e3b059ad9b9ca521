"""Downloads that go on where they were cut off; pooch begins them anew."""

import logging
from pathlib import Path

import requests  # comes with pooch

__all__ = ["download"]

logger = logging.getLogger(__name__)

_TIMEOUT = 30  # seconds without an answer
_CHUNK = 2**16  # bytes; a cut loses less than that


def download(url: str, partial: Path, limit: int) -> bool:
    """Fetch what is missing of a file; what has come stays, however it ends.

    Parameters
    ----------
    url : str
        The address.
    partial : Path
        Where the content goes, and where the beginning of it may lie from an earlier attempt. Its folder exists.
    limit : int
        Bytes after which no more is read, whatever comes: one more than the file should have is a good choice.

    Returns
    -------
    bool
        Whether an earlier attempt's beginning is part of it.

    Raises
    ------
    requests.RequestException
        If the server cannot be reached, refuses, or stops in the middle.
    """
    begun = partial.stat().st_size if partial.is_file() else 0
    # Offsets count bytes of the file itself only if it is sent as it is.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={begun}-"} if begun else {})
    with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as answer:
        if begun and answer.status_code == requests.codes.requested_range_not_satisfiable:
            return True  # all of it had come, or more; whoever knows the content will see
        answer.raise_for_status()
        goes_on = bool(begun) and _begins_at(answer, begun)
        if goes_on:
            logger.info("%s: going on after %d bytes", url, begun)
        with partial.open("ab" if goes_on else "wb") as stream:
            for chunk in answer.iter_content(_CHUNK):
                stream.write(chunk)
                if stream.tell() >= limit:
                    break
    _require_whole(answer, partial.stat().st_size - (begun if goes_on else 0), url, limit)
    return goes_on


def _begins_at(answer: requests.Response, begun: int) -> bool:
    """Tell whether the server sends the part asked for; one that knows no parts sends everything."""
    given = answer.headers.get("Content-Range", "")
    return answer.status_code == requests.codes.partial_content and given.startswith(f"bytes {begun}-")


def _require_whole(answer: requests.Response, received: int, url: str, limit: int) -> None:
    """Raise if the connection ended early, which is no error to all versions of urllib3."""
    announced = answer.headers.get("Content-Length", "")
    if announced.isdigit() and received < min(int(announced), limit):
        raise requests.ConnectionError(f"{url}: cut off after {received} of {announced} bytes")
