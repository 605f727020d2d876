"""Notices what changes below the library roots: `python -m services.crawler.watching`.

Events of the kernel are hints, and a look at the folder decides; folders are also looked through now and then, because
events get lost, and network shares send none.
"""
