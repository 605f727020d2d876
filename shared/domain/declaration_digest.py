"""The fingerprint of what decides some values: equal declarations have equal digits, on every machine."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def digest_declaration(declared: Mapping[str, Any]) -> str:
    """Twelve hexadecimal digits over JSON values; the order of the keys does not count."""
    canonical = json.dumps(declared, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]
