"""The documentation: links lead somewhere, README stays short, and every page is found from an index."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(path for path in [*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
MENTION = re.compile(r"(?<![\w/.-])docs/[\w./-]+\.md")
DECISION_MENTION = re.compile(r"docs/decisions/(\d{4})(?![\d-])")
MOST_README_WORDS = 700


def headings(page: Path) -> set[str]:
    """The anchors of a page, as GitHub makes them."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).lower() for title in titles]
    return {re.sub(r"[^\w\- ]", "", title).strip().replace(" ", "-") for title in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_to_a_heading_of_it(page: Path) -> None:
    broken = []
    for link in LINK.findall(page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and target.suffix == ".md" and anchor not in headings(target)):
            broken.append(link)
    assert broken == []


def test_pages_that_code_and_configuration_mention_exist() -> None:
    folders = [ROOT / name for name in ("shared", "services", "benchmarks", "tests", "docs")]
    paths = [*ROOT.glob("*.*"), *(path for folder in folders for path in folder.rglob("*.*"))]
    broken = []
    for path in paths:
        name = str(path.relative_to(ROOT))
        if name.startswith("shared/store/migrations/") or path.suffix not in {".py", ".toml", ".yml", ".md"}:
            continue
        mentions = MENTION.findall(path.read_text(encoding="utf-8")) if path.is_file() else []
        broken += [(name, mention) for mention in mentions if not (ROOT / mention).is_file()]
    assert broken == []


def test_decisions_that_pages_mention_by_number_alone_exist() -> None:
    numbers = {path.name[:4] for path in (DOCS / "decisions").glob("*.md")}
    mentions = {(page.name, number) for page in PAGES for number in DECISION_MENTION.findall(page.read_text("utf-8"))}
    assert mentions
    assert [mention for mention in sorted(mentions) if mention[1] not in numbers] == []


def test_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= MOST_README_WORDS


@pytest.mark.parametrize(
    ("index", "folder"),
    [
        ("decisions/README.md", "decisions"),
        ("records/README.md", "records"),
        ("index.md", "guide"),
        ("index.md", "explain"),
    ],
)
def test_an_index_names_every_page_of_its_folder(index: str, folder: str) -> None:
    page = DOCS / index
    linked = {
        (page.parent / link.partition("#")[0]).resolve() for link in LINK.findall(page.read_text(encoding="utf-8"))
    }
    pages = {path for path in (DOCS / folder).glob("*.md") if path.name != "README.md"}
    assert pages
    assert pages - linked == set()


def test_decisions_are_numbered_without_gaps_and_titled_with_their_number() -> None:
    pages = sorted(path for path in (DOCS / "decisions").glob("*.md") if path.name != "README.md")
    assert [path.name[:4] for path in pages] == [f"{number:04}" for number in range(1, len(pages) + 1)]
    assert [
        path.name for path in pages if not path.read_text(encoding="utf-8").startswith(f"# {path.name[:4]}. ")
    ] == []
