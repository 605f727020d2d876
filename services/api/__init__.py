"""The HTTP API: writes requests as rows, returns stored data, and predicts with the champion."""
