"""An emotion as text."""

from shared.domain.emotion import name_emotion


def format_emotion(taxonomy: str, emotion: str) -> str:
    """`Q1 happy`: an emotion and its word, where that is another one."""
    word = name_emotion(taxonomy, emotion)
    return emotion if word == emotion else f"{emotion} {word}"
