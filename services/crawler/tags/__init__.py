"""What the tags of a file say, read without a decoder.

`reading` chooses the readers; `id3`, `apev2` and `chunks` are ours, because tinytag passes over APEv2, drops values of
ID3 and text that is not UTF-8, and gives up where it meets unsynchronised tags or iTunes' sizes. The rest (Vorbis
comments, MP4, WMA, lengths) is tinytag's. `charsets` mends text of wrongly declared encodings, folder by folder.
"""
