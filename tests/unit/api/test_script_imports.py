"""What the scripts of the console import from one another, they also export: a page is dead without its script."""

import re
from pathlib import Path

import pytest

import services.api.console

ASSETS = Path(services.api.console.__file__).parent / "assets"
SCRIPTS = sorted(path for path in ASSETS.glob("*.js") if not path.name.endswith(".min.js"))
_IMPORT = re.compile(r'import\s*\{([^}]*)\}\s*from\s*"\./([^"]+)"')
_EXPORT = re.compile(r"^export\s+(?:async\s+)?(?:function|const|let|class)\s+(\w+)", re.MULTILINE)


def list_imports(script: Path) -> list[tuple[str, str]]:
    """`(file, name)` of each import of a script."""
    imports = _IMPORT.findall(script.read_text())
    return [
        (file, name.split(" as ")[0].strip()) for names, file in imports for name in names.split(",") if name.strip()
    ]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_imports_what_there_is(script: Path) -> None:
    missing = [
        (file, name) for file, name in list_imports(script) if name not in _EXPORT.findall((ASSETS / file).read_text())
    ]
    assert missing == []


def test_the_check_sees_imports() -> None:
    assert ("offline.js", "explain") in list_imports(ASSETS / "track.js")
