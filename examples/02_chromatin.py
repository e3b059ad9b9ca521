"""Predict where the transcription factor JUND binds, from the sequence of windows and how open their chromatin is.

Uses simulated data, or the book's: ``python examples/02_chromatin.py path/to/Chapter06``, if you trust that folder,
for reading it runs pickle.
"""

import sys

import deepchem as dc

from deepchem_genomics import data, metrics, models, reproduce

# Load the data.

if len(sys.argv) > 1:
    train = dc.data.DiskDataset(f"{sys.argv[1]}/train_dataset")
    valid = dc.data.DiskDataset(f"{sys.argv[1]}/valid_dataset")
    accessibility = data.SideInput.from_file(f"{sys.argv[1]}/accessibility.txt")
else:
    train, valid, accessibility = reproduce.SimulatedSource(seed=0).load(reproduce.EXPERIMENTS["chromatin"])

# Build the model. Accessibility is looked up by the ids of the windows; raw, it is too small for the network to see.

scaled = accessibility.scaled("log-standard", train.ids)
model = models.AccessibilityTFBindingModel(scaled, batch_size=500, seed=0)

# Train the model, tracking its performance on the training and validation datasets.

for epoch in range(2, 14, 2):
    model.fit(train, nb_epoch=2, checkpoint_interval=0)
    scores = [model.evaluate(dataset, [metrics.roc_auc])["roc_auc"] for dataset in (train, valid)]
    print("epoch {}: ROC AUC {:.3f} train, {:.3f} valid".format(epoch, *scores))
