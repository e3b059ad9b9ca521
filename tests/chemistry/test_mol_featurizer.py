"""Sequences through molecules into DeepChem's molecular featurizers, and what goes wrong there said aloud."""

import copy
import pickle

import deepchem as dc
import numpy as np
import pytest
from messages import mentions
from rdkit import Chem

from deepchem_genomics import errors
from deepchem_genomics.chemistry import NucleicAcidMolFeaturizer, nucleic_acid_molecule, smiles

GUIDES = ["UUCUCCGAACGUGUCACGUUU", "ACGUGACACGUUCGGAGAAUU"]


class Failing(dc.feat.MolecularFeaturizer):
    def _featurize(self, datapoint, **kwargs):
        if datapoint.GetNumAtoms() > 30:
            raise RuntimeError("too many atoms")
        return np.ones(3)


def test_featurizer__gives_molecules():
    molecules = NucleicAcidMolFeaturizer(kind="RNA", phosphate="5'").featurize(GUIDES)
    assert molecules.shape == (2,)
    assert [Chem.MolToSmiles(molecule) for molecule in molecules] == smiles(GUIDES, phosphate="5'")


@pytest.mark.parametrize(
    ("following", "shape"),
    [
        (dc.feat.CircularFingerprint(size=256, radius=3), (2, 256)),
        (dc.feat.MACCSKeysFingerprint(), (2, 167)),
        (dc.feat.ConvMolFeaturizer(), (2,)),
    ],
)
def test_featurizer__lets_another_follow_as_if_it_were_given_the_molecules(following, shape):
    rows = NucleicAcidMolFeaturizer(following).featurize(GUIDES)
    assert rows.shape == shape
    if len(shape) == 2:
        np.testing.assert_array_equal(rows, following.featurize([nucleic_acid_molecule(guide) for guide in GUIDES]))


@pytest.mark.parametrize("following", [dc.feat.RDKitDescriptors(is_normalized=False), dc.feat.MolGraphConvFeaturizer()])
def test_featurizer__descriptors_and_graphs_of_short_strands(following):
    rows = NucleicAcidMolFeaturizer(following, "DNA").featurize(["ACG", "TT"])
    assert len(rows) == 2
    if isinstance(following, dc.feat.MolGraphConvFeaturizer):
        assert [row.num_nodes for row in rows] == [nucleic_acid_molecule(s, "DNA").GetNumAtoms() for s in ("ACG", "TT")]
    else:
        assert np.isfinite(rows.astype(float)).all()


def test_featurizer__feeds_a_loader(tmp_path):
    table = tmp_path / "guides.csv"
    table.write_text("guide,efficacy\n" + "".join(f"{guide},{i}\n" for i, guide in enumerate(GUIDES)))
    featurizer = NucleicAcidMolFeaturizer(dc.feat.CircularFingerprint(size=64))
    dataset = dc.data.CSVLoader(["efficacy"], featurizer, feature_field="guide").create_dataset(str(table))
    np.testing.assert_array_equal(dataset.X, featurizer(GUIDES))
    assert dataset.y.ravel().tolist() == [0, 1]


def test_featurizer__says_what_the_following_one_swallowed():
    with pytest.raises(errors.BadValueError, match=mentions("sequence 1", "Failing", "RuntimeError", "too many atoms")):
        NucleicAcidMolFeaturizer(Failing()).featurize(["A", "ACGU"])


def test_featurizer__names_the_record_that_is_no_molecule():
    with pytest.raises(errors.AlphabetMismatchError, match=mentions("sequence 1", "T", "position 0")):
        NucleicAcidMolFeaturizer().featurize(["ACG", "TCG"])
    with pytest.raises(errors.EmptyInputError, match=mentions("sequence 0")):
        NucleicAcidMolFeaturizer().featurize([""])


def test_featurizer__refuses_wrong_arguments_when_it_is_made():
    with pytest.raises(errors.BadValueError, match=mentions("featurizer", "<class ")):
        NucleicAcidMolFeaturizer(dc.feat.CircularFingerprint)
    with pytest.raises(errors.BadValueError, match=mentions("kind", "PNA")):
        NucleicAcidMolFeaturizer(kind="PNA")
    with pytest.raises(errors.BadValueError, match=mentions("phosphate", "5p")):
        NucleicAcidMolFeaturizer(phosphate="5p")
    with pytest.raises(TypeError, match=mentions("featurize()", "kind")):
        NucleicAcidMolFeaturizer().featurize(GUIDES, kind="DNA")


def test_featurizer__can_be_copied_pickled_and_named():
    featurizer = NucleicAcidMolFeaturizer(dc.feat.CircularFingerprint(size=64), phosphate="5'")
    for other in (copy.deepcopy(featurizer), pickle.loads(pickle.dumps(featurizer))):
        np.testing.assert_array_equal(other(GUIDES), featurizer(GUIDES))
    assert str(featurizer) == "NucleicAcidMolFeaturizer_featurizer_CircularFingerprint_size_64_phosphate_5'"
    assert repr(NucleicAcidMolFeaturizer()) == "NucleicAcidMolFeaturizer[featurizer=None, kind='RNA', phosphate='none']"
    assert NucleicAcidMolFeaturizer().featurize("ACGU").shape == (1,)
