"""The starter's files: the rows that it was trained on, its models, and whether a track is one of its recordings.

Where `data` is left out of an installation, there is no starter: readers return None or nothing.
"""
