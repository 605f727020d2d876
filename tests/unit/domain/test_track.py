"""Collected tracks as the payloads of items."""

from shared.domain.track import CollectedTrack, SourceLabel, SourceRef


def test_a_payload_keeps_the_keys_of_payloads_that_are_stored() -> None:
    track = CollectedTrack(
        refs=(SourceRef("folder", "a.flac"),), label=SourceLabel("mood4", "sad"), valence_arousal=(-0.5, 0.25)
    )
    payload = track.to_payload()
    assert (payload["judgement"], payload["place"]) == ({"taxonomy": "mood4", "emotion": "sad"}, (-0.5, 0.25))
    assert not {"label", "valence_arousal"} & payload.keys()


def test_a_collected_track_comes_back_from_its_payload() -> None:
    track = CollectedTrack(
        refs=(SourceRef("folder", "a.flac"),), label=SourceLabel("mood4", "sad"), valence_arousal=(-0.5, 0.25)
    )
    assert CollectedTrack.from_payload(track.to_payload()) == track
