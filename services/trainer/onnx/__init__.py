"""Fitted estimators as ONNX."""
