from typing import Literal

SimilarityBasisResponseKind = Literal["descriptors", "model", "taggers"]

SIMILARITY_BASIS_RESPONSE_KIND_VALUES: set[SimilarityBasisResponseKind] = {
    "descriptors",
    "model",
    "taggers",
}


def check_similarity_basis_response_kind(value: str) -> SimilarityBasisResponseKind:
    if value in SIMILARITY_BASIS_RESPONSE_KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SIMILARITY_BASIS_RESPONSE_KIND_VALUES!r}")
