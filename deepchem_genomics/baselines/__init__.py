"""What a network must beat: predictors that need no network, with a network's interface.

A score says little alone. A :class:`Baseline` is a ``dc.models.Model``: ``fit``, ``predict`` and ``evaluate`` take
datasets as a network's do, so both stand in one table.

For binding, each shows what one kind of knowledge predicts. :class:`AlwaysPrevalence` knows how common binding is;
:class:`AccessibilityAlone`, where the chromatin is open; :class:`BestMotifScore`, one motif from the literature, and
:class:`MotifAccessibilityRegression` both. :class:`MotifBoosting` combines many motifs with the composition of the
sequence. :class:`KmerRegression` and :class:`GappedKmerRegression` know nothing beforehand and learn which words
matter, :class:`SequenceBoosting` also which go together. A network that is no better than accessibility alone has
learnt nothing from the sequence, however high its score.

For the efficacy of siRNAs, :class:`AlwaysMean` is the trivial one and :class:`SiRNARuleScore` a published rule of
thumb. :class:`OneHotRidge` adds up what each base contributes; :class:`SiRNASupportVectors` and :class:`SiRNABoosting`
know which words a guide has and how tightly it pairs, too.

Rows count by their weights; rows of weight 0 have no label and are left out. What is fitted, scalings of a second
input too, is fitted on the dataset given to ``fit`` and nothing else.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
