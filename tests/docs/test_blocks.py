"""Every block of every page does what it says. None is skipped; one that nobody can run fails."""

import re
from pathlib import Path

import pytest
from blocks import ROOT, blocks, pages
from house import House, Page
from runners import run

BLOCKS = [block for path in pages() for block in blocks(path)]


@pytest.fixture(scope="session")
def house():
    with House() as house:
        yield house


@pytest.fixture(scope="session")
def opened(house):
    """The page whose blocks are running; one after the other."""
    pages = {}

    def page(name):
        if name not in pages:
            for other in pages.values():
                other.close()
            pages[name] = Page(house, name)
        return pages[name]

    return page


@pytest.mark.parametrize("block", [pytest.param(block, id=f"{block.place}-{block.language}") for block in BLOCKS])
def test_a_block_runs(opened, block):
    run(opened(block.page), block)


LINKED = [
    (path, link) for path in pages() for link in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
]


def test_every_link_into_the_repository_leads_somewhere():
    broken = [
        f"{path.relative_to(ROOT)}: {link}"
        for path, link in LINKED
        if "://" not in link and not (path.parent / link).exists()
    ]
    assert not broken


def test_the_index_names_every_page():
    index = Path(ROOT / "docs" / "README.md")
    linked = {
        (path.parent / link).resolve() for path, link in LINKED if path in (index, ROOT / "docs" / "providers.md")
    }
    missing = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "docs").rglob("*.md")
        if path != index and path.resolve() not in linked
    ]
    assert not missing


def test_every_code_is_explained():
    rows = re.findall(r"^\| \d+ \| `(\w+)`", (ROOT / "tests/vectors/README.md").read_text("utf-8"), re.MULTILINE)
    explained = re.findall(r"^\| `([a-z_]+)` \|", (ROOT / "docs/errors.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(explained)
