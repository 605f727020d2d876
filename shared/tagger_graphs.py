"""Where the networks of the built-in audio taggers are: the featurizer runs them, the trainer reads weights of one."""

from pathlib import Path

GRAPH_FOLDER = Path(__file__).parents[1] / "services" / "featurizer" / "taggers" / "graphs"
"""Where `make` and the Docker build put the files."""
WEIGHTS_KEY = "mer_weights"
"""The metadata entry of a file that states the digest of the weights."""
