"""A short way for the most frequent question: the emotion of a track whose prediction is stored.

The route `GET /tracks/<id>/emotion` answers every question, by several statements in a thread. Nearly always all
that it finds is stored: then the answer follows from one statement, which needs no thread and which requests that wait
at the same time share. The rules are those of the route (`domain.labels`, `emotion_response`), and so is every byte.

What is not stored, or not asked so plainly, is passed on to the route: another track stands for it or there is none; no
model answers, or it has said nothing of the track yet; playlists differ, so that agreement decides; a person's view, a
model or sets are asked for; the database is away.
"""
