"""Plain words: phrases and spellings that the package does not use when it speaks to people."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT = {
    r"learnt": "learned",
    r"tells? of": "declares, says, has",
    r"(is|are|was|were) told": "reported, logged, given",
    r"anew": "again",
    r"keeps? (its|their) word": "calibrated",
    r"taken for independent": "assumed to be independent",
    r"whoever": "those who",
    r"nobody": "no one, not",
    r"for ever": "forever",
    r"of one's own": "your own",
    r"entrants?": "model or recipe",
    r"(is|are) no (fraction|contender|trouble|error|preamble|change|changes|off-targets)": "is not a",
    r"lines? for each way": "one line each",
    r"goes on (from|where)": "continues",
    r"labelled": "labeled",
    r"\d %+ [a-z]{2,}": "no blank before the percent sign",
    r"(neighbour|colour|behaviour|favour|licence|centre|normalise|analyse|modelled|initialise)\w*": "American spelling",
}


def texts():
    """Yield the files that speak to people; what tests and scripts say is for developers."""
    names = subprocess.run(
        ["git", "ls-files", "deepchem_genomics", "docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    yield from (ROOT / name for name in names if name.endswith((".py", ".md", ".html", ".toml", ".css")))


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not in a checkout")
@pytest.mark.parametrize("phrase", NOT)
def test_words__are_plain(phrase):
    pattern = re.compile(rf"\b{phrase}\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in texts()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == [], f"say {NOT[phrase]}"
