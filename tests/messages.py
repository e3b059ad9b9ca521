"""Compare messages by the facts in them, so that sentences can be improved without touching a test."""

import re

SENTENCE = re.compile(r"(?<![\w'])[a-z]+(?: [a-z]+){3,}(?![\w'])")  # four plain words or more in a row


def mentions(*facts: str) -> str:
    """Return a pattern for texts that have all of these facts, in any order and among any words.

    A fact is what the reader of a message needs: a file and line, an id, a value that was given, the name of an
    option, a limit. It is found as a whole only: neither 1 in 101 or 0.1, nor toy.fa in toy.fa.gz.

    >>> bool(re.search(mentions("peaks.bed:2", "high"), "peaks.bed:2: label is 'high'; a label is a number"))
    True
    """
    for fact in facts:
        if SENTENCE.search(fact):
            raise ValueError(f"{fact!r} is a sentence; name the facts that it has")
    return r"(?s)\A" + "".join(f"(?=.*{_whole(fact)})" for fact in facts)


def _whole(fact: str) -> str:
    before = r"(?<!\w)(?<!\d\.)" if re.match(r"\w", fact) else ""
    after = r"(?!\.?\w)" if re.search(r"\w\Z", fact) else ""
    return before + re.escape(fact) + after
