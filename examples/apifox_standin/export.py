"""What one export gives: the document in the asked-for version, with or without Apifox's own keys, as JSON or YAML."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import yaml

_SCOPES = ("ALL", "SELECTED_ENDPOINTS", "SELECTED_FOLDERS", "SELECTED_TAGS")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class ExportRefusal(Exception):  # noqa: N818  # it is an answer of the stand-in, not an error of the program
    """A refusal in Apifox's envelope: HTTP status, its six-digit code (a string) and its message."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message

    @property
    def body(self) -> bytes:
        """The envelope."""
        content = {"success": False, "errorCode": self.code, "errorMessage": self.message}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """What the body of an export asks for. Keys that we do not know are ignored, as the real endpoint ignores them."""

    version: str = "3.1"
    wants_yaml: bool = False
    keeps_extensions: bool = False
    adds_folders_to_tags: bool = False

    @classmethod
    def parse(cls, body: bytes) -> ExportRequest:
        """Read the body; an empty one asks for the default."""
        try:
            content = json.loads(body or b"{}")
        except ValueError as error:
            raise ExportRefusal(400, "400000", "Bad Request: the body is not JSON") from error
        if not isinstance(content, dict):
            raise ExportRefusal(422, "422000", "the body must be an object")
        scope, options = content.get("scope", {"type": "ALL"}), content.get("options", {})
        version, text_format = content.get("oasVersion", "3.1"), content.get("exportFormat", "JSON")
        if not isinstance(scope, dict) or scope.get("type") not in _SCOPES:
            raise ExportRefusal(422, "422000", f"scope.type must be one of {', '.join(_SCOPES)}")
        if not isinstance(options, dict) or text_format not in ("JSON", "YAML") or version not in ("2.0", "3.0", "3.1"):
            raise ExportRefusal(422, "422000", "options, exportFormat or oasVersion is not valid")
        if version == "2.0":
            raise ExportRefusal(500, "500000", "Internal Error")  # as users report it of the real one
        return cls(
            version=version,
            wants_yaml=text_format == "YAML",
            keeps_extensions=options.get("includeApifoxExtensionProperties") is True,
            adds_folders_to_tags=options.get("addFoldersToTags") is True,
        )

    def render(self, document: dict[str, Any]) -> tuple[bytes, str]:
        """The bare document, no envelope around it, and its media type."""
        if self.adds_folders_to_tags:
            _add_folders(document)
        if not self.keeps_extensions:
            document = _without_extensions(document)
        if self.version == "3.0":
            document = {**_older(document), "openapi": "3.0.1"}
            document.pop("webhooks", None)
        if self.wants_yaml:
            return yaml.safe_dump(document, allow_unicode=True, sort_keys=False).encode(), "application/yaml; charset=utf-8"
        return json.dumps(document, ensure_ascii=False).encode(), "application/json; charset=utf-8"


def _add_folders(document: dict[str, Any]) -> None:
    for item in document.get("paths", {}).values():
        for method, operation in item.items():
            if method in _METHODS and (folder := operation.get("x-apifox-folder")):
                operation["tags"] = list(dict.fromkeys([*operation.get("tags", []), folder]))


def _without_extensions(node: Any) -> Any:
    """The node without Apifox's own keys. A property or path never begins with ``x-apifox`` or ``x-run-in-apifox``."""
    if isinstance(node, list):
        return [_without_extensions(item) for item in node]
    if not isinstance(node, dict):
        return node
    own = ("x-apifox", "x-run-in-apifox")
    return {key: _without_extensions(value) for key, value in node.items() if not key.startswith(own)}


def _older(node: Any) -> Any:
    """The node with 3.1's ways of saying null, const and exclusive bounds said in those of 3.0."""
    if isinstance(node, list):
        return [_older(item) for item in node]
    if not isinstance(node, dict):
        return node
    result = {key: _older(value) for key, value in node.items()}
    kinds = result.get("type")
    if isinstance(kinds, list):
        plain = [kind for kind in kinds if kind != "null"]
        result["type"] = plain[0] if plain else "string"
        result["nullable"] = "null" in kinds
    if "const" in result and "type" in result:
        result["enum"] = [result.pop("const")]
    for exclusive, bound in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(result.get(exclusive), int | float) and not isinstance(result[exclusive], bool):
            result[bound], result[exclusive] = result[exclusive], True
    return result
