"""Predict where the transcription factor JUND binds, from the sequence of windows and how open their chromatin is.

Uses simulated data, or the book's: ``python examples/02_chromatin.py path/to/Chapter06``, if you trust that folder,
for reading it runs pickle.
"""

import sys

from deepchem_genomics import metrics, models, reproduce

source = reproduce.FolderSource(sys.argv[1]) if len(sys.argv) > 1 else reproduce.SimulatedSource(seed=0)
train, valid, accessibility = source.load(reproduce.EXPERIMENTS["chromatin"])

# Accessibility is looked up by the ids of the windows. Raw, it is too small for the network to see.
scaled = accessibility.scaled("log-standard", train.ids)
model = models.AccessibilityTFBindingModel(scaled, batch_size=500, seed=0)

for epoch in range(2, 14, 2):
    model.fit(train, nb_epoch=2, checkpoint_interval=0)
    scores = [model.evaluate(dataset, [metrics.roc_auc])["roc_auc"] for dataset in (train, valid)]
    print("epoch {}: ROC AUC {:.3f} train, {:.3f} valid".format(epoch, *scores))
