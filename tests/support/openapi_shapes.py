"""What callers see of an OpenAPI document: paths, operation ids, parameters, fields; not the names of schemas."""

from collections.abc import Mapping
from typing import Any

_TEXT = frozenset({"description", "title", "summary", "example", "examples", "info"})
"""What is for people alone. A property may have one of these names, so that schemas are walked by their own keys."""
_LIMITS = ("format", "pattern", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "default")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
Shapes = dict[str, str]
"""From a line such as `GET /jobs/{job_id} 200 application/json items[].state` to what may stand there."""


def without_text(node: Any, *, is_properties: bool = False) -> Any:
    """The document without what is for people alone: what is worth keeping of an old one."""
    if isinstance(node, list):
        return [without_text(entry) for entry in node]
    if not isinstance(node, Mapping):
        return node
    return {
        key: without_text(value, is_properties=key == "properties" and not is_properties)
        for key, value in node.items()
        if is_properties or key not in _TEXT
    }


def list_shapes(document: Mapping[str, Any]) -> Shapes:
    """Every operation, parameter, body and field of the document, with references resolved."""
    shapes: Shapes = {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                _OperationWalk(document, f"{method.upper()} {path}", shapes).add_operation(operations[method])
    return shapes


class _OperationWalk:
    """Writes the lines of one operation."""

    def __init__(self, document: Mapping[str, Any], name: str, shapes: Shapes) -> None:
        self._document, self._name, self._shapes = document, name, shapes

    def add_operation(self, operation: Mapping[str, Any]) -> None:
        self._shapes[self._name] = f"operation {operation['operationId']}"
        for parameter in operation.get("parameters", []):
            line = f"{self._name} {parameter['in']} {parameter['name']}"
            self._add_field(line, parameter["schema"], required=parameter.get("required", False))
        if "requestBody" in operation:
            body = operation["requestBody"]
            self._add_content("body", body["content"], required=body.get("required", False))
        for status, response in operation["responses"].items():
            self._shapes[f"{self._name} {status}"] = "response"
            self._add_content(status, response.get("content", {}), required=True)

    def _add_content(self, name: str, content: Mapping[str, Any], *, required: bool) -> None:
        for media_type, value in content.items():
            self._add_field(f"{self._name} {name} {media_type} ", value.get("schema", {}), required=required)

    def _add_field(self, line: str, schema: Mapping[str, Any], *, required: bool, inside: tuple[str, ...] = ()) -> None:
        reference = schema.get("$ref")
        if reference in inside:
            self._shapes[line] = "as above"
            return
        if reference is not None:
            inside = (*inside, reference)
            schema = self._document["components"]["schemas"][reference.rsplit("/", 1)[-1]]
        kind = schema.get("type", "any")
        limits = [f"{name} {schema[name]!r}" for name in _LIMITS if name in schema]
        values = [f"one of {schema['enum']!r}"] if "enum" in schema else []
        said = ", ".join([str(kind), "required" if required else "optional", *limits, *values])
        self._shapes[line] = said if line not in self._shapes else f"{self._shapes[line]} or {said}"
        for name, value in schema.get("properties", {}).items():
            self._add_field(f"{line}.{name}", value, required=name in schema.get("required", []), inside=inside)
        if "items" in schema:
            self._add_field(f"{line}[]", schema["items"], required=True, inside=inside)
        if isinstance(schema.get("additionalProperties"), Mapping):
            self._add_field(f"{line}{{}}", schema["additionalProperties"], required=True, inside=inside)
        for n, choice in enumerate([*schema.get("anyOf", []), *schema.get("oneOf", []), *schema.get("allOf", [])]):
            self._add_field(f"{line}|{n}", choice, required=True, inside=inside)
