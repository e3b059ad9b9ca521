"""Named data sets, loaded as MoleculeNet loads them.

``load_*(featurizer, splitter, transformers, reload, data_dir, save_dir, ...)`` returns tasks, data sets and
transformers, and keeps what it made on disk for the next time. Whatever else changes the data is part of the name of
that folder.

:func:`load_simulated_tf`, :func:`simulated_accessibility`
    Windows bound or not bound by a transcription factor, and how open their chromatin is. Simulated.
:func:`load_simulated_sirna`
    siRNA guides and their efficacy. Simulated.
:func:`load_jund`, :func:`jund_accessibility`
    Windows of chromosome 22 bound or not bound by JUND in HepG2 cells, and how open their chromatin is.
:func:`load_sirna`, :func:`sirna_genes`
    2,431 siRNA guides with measured efficacy, and which mRNA each targets.
:func:`load_gue_tf`
    Five more transcription factors, of the GUE benchmark.
:func:`load`, ``loaders``
    Any of them by name.

A featurizer or splitter may be given by its name: DeepChem's or one of ours (``featurizers``, ``splitters``), without
registering anything. Published data are downloaded, or taken from a local folder, and refused unless they are what was
published. :func:`deepchem_genomics.register` makes our names known to DeepChem's own loaders.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
