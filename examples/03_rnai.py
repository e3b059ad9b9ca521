"""Predict how well an siRNA silences its target, from the 21 nt of its guide strand.

Uses simulated data, or the book's: ``python examples/03_rnai.py path/to/Chapter06``, if you trust that folder, for
reading it runs pickle.
"""

import sys

import deepchem as dc

from deepchem_genomics import metrics, models, simulate

# Load the data.

if len(sys.argv) > 1:
    train = dc.data.DiskDataset(f"{sys.argv[1]}/train_siRNA")
    valid = dc.data.DiskDataset(f"{sys.argv[1]}/valid_siRNA")
else:
    train, valid = simulate.simulated_sirna_datasets(seed=0)

# Build the model.

model = models.SiRNAEfficacyModel(seed=0)

# Train the model, tracking its performance on the training and validation datasets.

for epoch in range(10, 210, 10):
    model.fit(train, nb_epoch=10, checkpoint_interval=0)
    scores = [model.evaluate(dataset, [metrics.pearson])["pearson"] for dataset in (train, valid)]
    print("epoch {}: Pearson r {:.3f} train, {:.3f} valid".format(epoch, *scores))

# Use the model: how well would these two do?

print(model.predict_sequences(["UUAUCAAUGGUGAUCAUGGCU", "GCCCGGGCGCCGAUCAUGGCU"]))
