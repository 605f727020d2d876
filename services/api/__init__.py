"""HTTP: takes requests as rows, shows what there is, and answers with the champion."""
