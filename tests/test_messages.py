"""The pattern by which other tests look for facts in messages."""

import re

import pytest
from messages import mentions

MESSAGE = "peaks.bed:12: start is 101, the end -5\nof chr1 in toy.fa.gz (0.5 of '[a.b]'); see toy.2bit."


@pytest.mark.parametrize(
    "facts",
    [
        ("peaks.bed:12", "101"),
        ("101", "peaks.bed:12"),
        ("toy.fa.gz", "start"),
        ("-5", "chr1", "0.5", "toy.2bit"),
        ("[a.b]", "(0.5"),
        ("'[a.b]'",),
        (),
    ],
)
def test_mentions__finds_all_facts_in_any_order(facts):
    assert re.search(mentions(*facts), MESSAGE)


@pytest.mark.parametrize(
    "fact", ["1", "10", "01", "12: start is 10", "chr", "hr1", "toy.fa", "2", "0", "5 of '[a", "[axb]"]
)
def test_mentions__finds_no_fact_in_a_longer_one(fact):
    assert re.search(mentions("peaks.bed:12", "101"), MESSAGE)
    assert not re.search(mentions("peaks.bed:12", fact, "101"), MESSAGE)


def test_mentions__refuses_a_sentence():
    assert re.search(mentions("toy.fa.gz", "no such file"), "toy.fa.gz: no such file")
    with pytest.raises(ValueError, match="toy"):
        mentions("toy.fa.gz", "there is no such file: toy.fa.gz")


def test_mentions__fails_where_another_error_of_the_class_is_raised():
    with pytest.raises(AssertionError), pytest.raises(ValueError, match=mentions("x", "3")):
        raise ValueError("y is 3")
