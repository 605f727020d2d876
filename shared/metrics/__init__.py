"""How good predictions are: pure functions on arrays. They import numpy and the domain only."""
