from .alphabet import DNA, RNA, Alphabet
from .decoding import decode
from .encoding import one_hot
from .one_hot_featurizer import OneHotNucleotideFeaturizer
from .strand import reverse_complement, reverse_complement_one_hot

__all__ = [
    "DNA",
    "RNA",
    "Alphabet",
    "OneHotNucleotideFeaturizer",
    "decode",
    "one_hot",
    "reverse_complement",
    "reverse_complement_one_hot",
]
