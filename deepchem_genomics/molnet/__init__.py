"""Named data sets, loaded as MoleculeNet loads them.

``load_*(featurizer, splitter, transformers, reload, data_dir, save_dir, ...)`` returns tasks, data sets and
transformers, and keeps what it made on disk for the next time. Whatever else changes the data is part of the name of
that folder.

``featurizer`` : dc.feat.Featurizer or str
    Gets each sequence as a string: of A, C, G, T and N for DNA, of A, C, G, U for RNA. By default one-hot.
``splitter`` : dc.splits.Splitter, str or None
    ``"published"``, the default of published data, keeps the published parts. Another one splits all rows, 80, 10 and
    10%; it draws by ``seed``. With None there is one data set.
``transformers`` : sequence of dc.molnet.TransformerGenerator or str
    Fitted on the training set. By default none.
``reload`` : bool
    Whether to keep the result on disk, and to load it from there if it is. By default true.
``data_dir``, ``save_dir`` : str, optional
    Where downloads, and where results are kept; DeepChem's data folder by default. There are no downloads of simulated
    data.
``source`` : path-like, optional
    Local folder with the published files, instead of downloading them; by default that of the environment variable
    ``DEEPCHEM_GENOMICS_SOURCE``.

BadValueError is raised if a name is not known, a parameter is out of range or the featurizer fails on a sequence, and
DataFolderError if a published file is neither in the local folder nor to be downloaded, or is not what was published.

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
