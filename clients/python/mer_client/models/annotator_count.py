from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.annotator_count_kind import AnnotatorCountKind, check_annotator_count_kind

if TYPE_CHECKING:
    from ..models.annotator_count_emotions import AnnotatorCountEmotions


T = TypeVar("T", bound="AnnotatorCount")


@_attrs_define
class AnnotatorCount:
    """The annotations of one annotator that stand.

    Attributes:
        kind (AnnotatorCountKind):
        name (str):
        n (int):
        emotions (AnnotatorCountEmotions):
    """

    kind: AnnotatorCountKind
    name: str
    n: int
    emotions: AnnotatorCountEmotions
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        name = self.name

        n = self.n

        emotions = self.emotions.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "name": name,
                "n": n,
                "emotions": emotions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.annotator_count_emotions import AnnotatorCountEmotions  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_annotator_count_kind(d.pop("kind"))

        name = d.pop("name")

        n = d.pop("n")

        emotions = AnnotatorCountEmotions.from_dict(d.pop("emotions"))

        annotator_count = cls(
            kind=kind,
            name=name,
            n=n,
            emotions=emotions,
        )

        annotator_count.additional_properties = d
        return annotator_count

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
