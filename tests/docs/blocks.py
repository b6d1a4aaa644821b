"""Finds the fenced blocks of the documentation and what is said about running each."""

import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FENCE = re.compile(r"^(?P<indent> *)(?P<fence>`{3,}|~{3,})(?P<language>[^`\n]*)$")
DIRECTIVE = re.compile(r"^ *<!-- run: *(?P<words>.*?) *-->$")


@dataclass(frozen=True)
class Block:
    """One fenced block."""

    page: str
    """The path of its page, from the root of the repository."""
    line: int
    language: str
    text: str
    words: frozenset[str] = field(default_factory=frozenset)
    """Of the comment before it: `<!-- run: words and settings=values -->`."""
    settings: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def place(self) -> str:
        return f"{self.page}:{self.line}"


def pages() -> list[Path]:
    """The README and every page under docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(path: Path) -> list[Block]:
    """The blocks of a page in order. A fence that is never closed is an error, so that nothing hides behind it."""
    page = str(path.relative_to(ROOT))
    found, said = [], ""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    for number, line in lines:
        if directive := DIRECTIVE.match(line):
            said = directive["words"]
        elif fence := FENCE.match(line):
            body = []
            for _, inner in lines:
                if inner.strip() == fence["fence"]:
                    break
                body.append(inner.removeprefix(fence["indent"]))
            else:
                raise ValueError(f"{page}:{number}: the block is never closed")
            words = shlex.split(said)
            settings = dict(word.split("=", 1) for word in words if "=" in word)
            text = "\n".join(body) + "\n"
            plain = frozenset(word for word in words if "=" not in word)
            found.append(Block(page, number, fence["language"].strip(), text, plain, settings))
            said = ""
        elif line.strip() and said:
            raise ValueError(f"{page}:{number}: a run comment stands directly before its block")
    return found
