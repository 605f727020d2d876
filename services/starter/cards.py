"""The sentences on the cards of the starter."""

from collections.abc import Mapping

from shared.domain.starter import GenreFigures, StarterCard

LICENCE = "derived from audio without a stated licence: personal and research use; see LICENCE.txt beside the files"
PROVENANCE = (
    "The bi-modal 4Q set of R. Panda, R. Malheiro and R. P. Paiva (Novel audio features for music emotion recognition, "
    "IEEE Transactions on Affective Computing, 2018): clips and mood tags of AllMusic. Shipped are numbers that mer "
    "computed from the clips: no audio, no file name, no title and no name of an artist."
)
PLANE_DESCRIPTION = "2p - 1, with p the probability that the song is positive (Q1, Q4), or active (Q1, Q2)"
PLANE_LIMIT = (
    "Valence and arousal say how probable it is that a song is positive, or active, not how strongly: .6 is a "
    "probability of .8. They have no R2."
)
READING_LIMIT = (
    "A reading: nobody labelled the clips with these four words. They were taken from mood tags by two lists of words, "
    "so that there is no figure of accuracy. Clips count for their word as if each word had as many."
)


def describe_starter(
    *, version: int, n_clips: int, derived: bool, by_genre: Mapping[str, GenreFigures], meaning: str | None = None
) -> StarterCard:
    """What all starters say of themselves."""
    card: StarterCard = {
        "version": version,
        "licence": LICENCE,
        "data": f"{n_clips} clips of 30 seconds, labelled by the mood tags of their songs",
        "provenance": PROVENANCE,
        "derived": derived,
        "by_genre": dict(by_genre),
    }
    if meaning is not None:
        card["meaning"] = meaning
    return card


def list_limits() -> tuple[str, ...]:
    """What no starter can promise."""
    return (_MEASURED_ON, _LABELS)


_MEASURED_ON = (
    "Its figures are those of the clips that it was made from, of artists held out. "
    "They were not measured on your music."
)
_LABELS = (
    "Its labels follow from the mood tags of one catalogue, AllMusic; two of five clips are Pop/Rock, one of sixty is "
    "Classical. Songs whose tags name no quadrant clearly are not among them: music as it comes is harder."
)
