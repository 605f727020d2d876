"""Networks, as estimators of the same trainer. TensorFlow is imported inside functions only, in the child that trains.

A network is a recipe (`recipe`, and a file for each family of bodies) that builds a `Network` (`network`): a
classifier whose graph (`graph`) reads excerpts, pools them, and answers with one head or several (`heads`). `batches`
feeds it from memory-mapped packs (`stacks`), `loop` trains it, `checkpoints` keeps it through a kill, `exporting`
writes it as ONNX. `beside` puts it beside a classifier of descriptors, and `sounds` is what the two read.
"""
