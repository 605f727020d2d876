from typing import Literal

CatalogueResponseStatusesAdditionalProperty = Literal["delivered", "learned", "measured", "null", "proxy"]

CATALOGUE_RESPONSE_STATUSES_ADDITIONAL_PROPERTY_VALUES: set[CatalogueResponseStatusesAdditionalProperty] = {
    "delivered",
    "learned",
    "measured",
    "null",
    "proxy",
}


def check_catalogue_response_statuses_additional_property(value: str) -> CatalogueResponseStatusesAdditionalProperty:
    if value in CATALOGUE_RESPONSE_STATUSES_ADDITIONAL_PROPERTY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {CATALOGUE_RESPONSE_STATUSES_ADDITIONAL_PROPERTY_VALUES!r}"
    )
