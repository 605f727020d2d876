"""Networks, as estimators of the same trainer. TensorFlow is imported inside functions only, in the child that trains.

A network is a configuration (`config`, and a file for each family of `architectures`) that builds a `NetworkClassifier`
(`network`): a classifier whose graph (`graph`) reads excerpts, pools them, and answers with one head or several
(`heads`). `batches` feeds it from memory-mapped packs (`excerpt_arrays`), `training_loop` trains it, `checkpoints`
keeps it through a kill, `onnx_export` writes it as ONNX. `late_fusion` averages it with a classifier of descriptors,
and `paired_inputs` is what the two read.
"""
