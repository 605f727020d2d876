from services.crawler.sources.rows import catalogue_values


def test_values_outside_their_range_are_left_out_and_the_others_kept() -> None:
    row = {"danceability": 63, "valence": -0.9, "loudness": 55, "key": -1, "tempo": 0, "energy": 0.5, "mode": 1}
    assert catalogue_values(row) == {"energy": 0.5, "mode": 1.0}
