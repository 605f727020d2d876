"""The command that makes the starter files: `python -m services.starter --data DIR`. Nothing that runs imports it.

It reads a folder of labelled clips, analyses them with the featurizer's own code, trains with the trainer's own code,
and writes `shared/starter/data`. What the files are, and how they are left out: docs/guide/starter.md.
"""
