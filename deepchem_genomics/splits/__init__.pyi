from .groups import GroupSplitter, SimilaritySplitter
from .positions import BlockSplitter, ChromosomeSplitter

__all__ = ["BlockSplitter", "ChromosomeSplitter", "GroupSplitter", "SimilaritySplitter"]
