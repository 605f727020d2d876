"""The learned catalogue columns: the weights, what they make of one track, and which tracks get them."""
