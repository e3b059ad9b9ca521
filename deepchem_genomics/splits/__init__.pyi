from .block import BlockSplitter
from .chromosome import ChromosomeSplitter
from .group import GroupSplitter
from .similarity import SimilaritySplitter

__all__ = ["BlockSplitter", "ChromosomeSplitter", "GroupSplitter", "SimilaritySplitter"]
