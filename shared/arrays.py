"""Types of arrays: the name says the element type and the meaning, the docstring below it the shape."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
"""Figures, weights, scores or targets: `(n,)` or `(n, k)`, as the function says."""
Floats32 = NDArray[np.float32]
"""Numbers that a network reads, computes or returns, of any shape: the function says which."""
Probabilities = NDArray[np.float64]
"""`(n, k)` in [0, 1], a row a track and a column a class (rows sum to 1) or a tag (each by itself)."""
Counts = NDArray[np.float64]
"""Confusion counts `(..., k, k)`: rows are targets, columns are answers; weighted rows count in fractions."""
Features = NDArray[np.float32]
"""`(n, n_features)`: a row a track, the columns in the order of the feature names of a card."""
Descriptors = NDArray[np.float32]
"""`(n, n_descriptors)`: the columns in the order of the feature spec's descriptor names; NaN where not measured."""
Signal = NDArray[np.float32]
"""Samples `(n_samples,)` in [-1, 1], one channel."""
Indices = NDArray[np.intp]
"""`(n,)`: positions of rows, or of each row the position of its class, fold or artist group."""
Mask = NDArray[np.bool_]
"""`(n,)` or `(n, k)`: which rows, or which cells, something holds for."""
Tensor = NDArray[np.float32]
"""Weights, inputs or outputs of a network, of any shape."""
