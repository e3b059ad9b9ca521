"""Explain a trained model: figures, tables and a page to read, in one folder.

:func:`write_report` predicts for all sequences, explains those of the highest predictions base by base, turns filters
into motifs and names the known ones they match, discovers motifs, inserts motifs into sequences without them, and, for
models with a second input, weighs it against the sequence. It writes tables, pictures, arrays, a manifest and one HTML
page in a single file. What a model or an installation does not allow is left out, with the reason in its place.
:class:`ExplainOptions` are its settings.

:func:`jaspar_core` and :func:`motifs_of_files` give :class:`KnownMotifs` to compare with. The command is ``dcgenomics
explain``; docs/explain.md has an example. Single steps are in :mod:`deepchem_genomics.interpret`, pictures in
:mod:`deepchem_genomics.plots`.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
