"""Tables: columns, encodings, rows, and the annotation files of published data sets."""
