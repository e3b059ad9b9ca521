"""DeepChem's loaders from files to datasets: intervals of a genome, its tiles, and tables of sequences."""

import os
from typing import Any

from deepchem.data import DataLoader, DiskDataset
from deepchem.feat import Featurizer

from deepchem_genomics.data.builders import IntervalBuilder, SequenceBuilder, TileBuilder
from deepchem_genomics.data.building import FolderBuilder
from deepchem_genomics.feat import OneHotNucleotideFeaturizer
from deepchem_genomics.paths import PathLike

__all__ = ["FolderLoader", "IntervalLoader", "SequenceLoader", "TileLoader"]


class FolderLoader(FolderBuilder, DataLoader):
    """Base of the loaders: what builds a folder, as a ``DataLoader`` that returns it as a ``DiskDataset``.

    Parameters
    ----------
    tasks : list of str
        Names of the T labels.
    featurizer : dc.feat.Featurizer, optional
        Takes sequences; one-hot DNA by default.
    """

    def __init__(self, tasks: list[str], featurizer: Featurizer | None = None) -> None:
        featurizer = OneHotNucleotideFeaturizer() if featurizer is None else featurizer
        super().__init__(tasks, featurizer)
        DataLoader.__init__(self, tasks, featurizer, id_field="id")

    @property
    def recorded_name(self) -> str:
        """Name of the class, for the manifest."""
        return type(self).__name__

    def create_dataset(
        self, inputs: Any, data_dir: PathLike | None = None, shard_size: int | None = 8192
    ) -> DiskDataset:
        """Read, encode and write; see the class for what it does with what.

        Parameters
        ----------
        inputs : path-like, DataFrame, or list of them
            What the loader reads: intervals; peaks, one file or table per task, or none for a dataset without labels;
            or tables or files of sequences, whose ending says what each is: FASTA, FASTQ, Parquet, CSV, and TSV for
            anything else.
        data_dir : path-like, optional
            The folder to write, which appears only when whole; a temporary one if not given.
        shard_size : int, default 8192
            Rows per shard. Memory holds about one shard, and for each worker some 8 million bases or 8192 sequences.

        Returns
        -------
        dc.data.DiskDataset
            X (N, L, A), y and w (N, T) float32, ids: ``chrom:start-end`` for windows. Next to it, in the folder,
            ``manifest.json`` and, if there are signals, ``side_input.tsv.gz``.

        Raises
        ------
        FileExistsError
            If the folder exists and is not to be replaced.
        EmptyInputError
            If no row is kept.
        BadValueError
            If options contradict one another or the inputs: summits without a length, negatives with a number of tasks
            that is not 1, two tasks of one name or not one for each set of peaks, ``min_overlap`` out of range, or not
            one finite label for each file of sequences.
        ChromosomeNameError
            If a set of peaks has no chromosome of the genome.
        LabelError
            If negatives are requested, and an interval has the label 0 already.
        DuplicateIdError
            If two records of a FASTA or FASTQ file have one name. Records of different files may: then the name of its
            file comes before each.
        GenomicsError
            Any fault of an input; the message names file and line, row or record.
        """
        return DiskDataset(os.fspath(self.build(inputs, data_dir, shard_size)))


class IntervalLoader(IntervalBuilder, FolderLoader):
    r"""Make a dataset of labeled intervals: BED, narrowPeak, TSV, CSV, Parquet, or a table.

    Intervals on the minus strand are read as the reverse complement, and their ids end in ``:-``.

    Parameters
    ----------
    tasks : list of str
        Columns of labels; a missing label gets weight 0. An empty list makes a dataset without labels.
    genome, featurizer
        See :class:`~deepchem_genomics.data.genome_builder.GenomeBuilder`.
    length : int, optional
        L: windows of this many bp around each interval. By default intervals are taken as they are.
    at : {"auto", "middle", "summit"}, default "auto"
        What windows are centered on: the summit of peaks that have one, as in narrowPeak files, and the middle of other
        intervals; always the middle; or the summit, and an error where there is none.
    columns : sequence of str, optional
        Names for the columns after the third, in files without a header.
    negatives : NegativeOptions, optional
        Takes all intervals for positives, labeled 1, and adds negatives, labeled 0, to the one task. Rows are
        shuffled, by ``shuffle_seed`` or the seed of the negatives.
    **options
        See :class:`~deepchem_genomics.data.WindowOptions`: ``out_of_bounds``, ``max_n``, ``exclude``,
        ``signals``, ``balance``, ``shuffle_seed``, ``jobs``, ``overwrite`` and others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\nAACCGGTTAACC\n")
    >>> _ = (folder / "sites.tsv").write_text("chr1\t0\t4\t1\nchr1\t4\t8\t0\n")
    >>> loader = IntervalLoader(["label"], folder / "toy.fa")
    >>> dataset = loader.create_dataset(folder / "sites.tsv", folder / "dataset")
    >>> dataset.X.shape, dataset.y.ravel().tolist(), dataset.ids.tolist()
    ((2, 4, 4), [1.0, 0.0], ['chr1:0-4', 'chr1:4-8'])

    Peaks alone, with two windows away from them for each:

    >>> from deepchem_genomics.data import NegativeOptions
    >>> _ = (folder / "long.fa").write_text(">chr1\n" + "ACGTTGCATT" * 100 + "\n")
    >>> _ = (folder / "peaks.bed").write_text("chr1\t500\t520\n")
    >>> loader = IntervalLoader(["bound"], folder / "long.fa", length=10, negatives=NegativeOptions(2))
    >>> loader.create_dataset(folder / "peaks.bed", folder / "bound").y.sum(axis=0).tolist()
    [1.0]
    """


class TileLoader(TileBuilder, FolderLoader):
    r"""Cut chromosomes into windows and label each by its overlap with peaks, one task a set of peaks.

    Parameters
    ----------
    genome, featurizer
        See :class:`~deepchem_genomics.data.genome_builder.GenomeBuilder`.
    length : int, default 101
        L, in bp.
    stride : int, optional
        From one start to the next, in bp; the length by default, so that windows lie side by side.
    offset : int, default 0
        Start of the first window of each chromosome.
    min_overlap : int or float, default 0.5
        What a window must share with one and the same peak to be labeled 1: bases if a whole number, a fraction of
        the window if a float (0.5 of 101 bp is 51).
    chroms : sequence of str, optional
        The chromosomes to cut, ``22`` or ``chr22``; by default all. Ids have the names of the genome file.
    tasks : list of str, optional
        Names of the tasks; by default the names of the peak files without their endings.
    **options
        See :class:`~deepchem_genomics.data.WindowOptions`: ``max_n``, ``exclude``, ``signals``,
        ``balance``, ``shuffle_seed``, ``jobs``, ``overwrite`` and others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "toy.fa").write_text(">chr1\nAACCGGTTAACC\n")
    >>> _ = (folder / "jund.bed").write_text("chr1\t3\t8\n")
    >>> loader = TileLoader(folder / "toy.fa", length=4)
    >>> dataset = loader.create_dataset([folder / "jund.bed"], folder / "dataset")
    >>> dataset.y.ravel().tolist(), dataset.tasks.tolist()
    ([0.0, 1.0, 0.0], ['jund'])
    """


class SequenceLoader(SequenceBuilder, FolderLoader):
    r"""Make a dataset of sequences, DNA or RNA, with labels or measured values.

    Parameters
    ----------
    tasks : list of str
        Columns of labels or values; a missing one gets weight 0. An empty list makes a dataset without labels.
    featurizer : dc.feat.Featurizer, optional
        Takes sequences; one-hot DNA by default. ``OneHotNucleotideFeaturizer("ACGU")`` for RNA; give it a length if
        sequences are not equally long.
    sequence_column : str, default "sequence"
        Column of the sequences, in a table.
    id_column : str, optional
        Column of the ids, in a table; by default ``<file name>:<row>``.
    labels : sequence of float, optional
        One for each input, for all its sequences, as values of the one task; by default tasks are columns. Rows are
        shuffled, by ``shuffle_seed`` or else by 0, since shards would be of one class.
    **options
        See :class:`~deepchem_genomics.data.WritingOptions`: ``balance``, ``shuffle_seed``, ``jobs``,
        ``overwrite`` and others.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "guides.csv").write_text("sequence,efficacy\nACGU,0.5\nUUUU,\n")
    >>> loader = SequenceLoader(["efficacy"], OneHotNucleotideFeaturizer("ACGU"))
    >>> dataset = loader.create_dataset(folder / "guides.csv", folder / "dataset")
    >>> dataset.X.shape, dataset.y.ravel().tolist(), dataset.w.ravel().tolist()
    ((2, 4, 4), [0.5, 0.0], [1.0, 0.0])
    """
