"""Runs published models: inputs, ONNX sessions, batches and decoded outputs."""
