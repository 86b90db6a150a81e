"""The project's documents, and what they name: links, paths, modules, commands, settings."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).parents[1]
DOCUMENTS = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
SHELL = ("sh", "bash")


class Fence(NamedTuple):
    """A block of code and its language."""

    language: str
    text: str


class Document:
    """One Markdown file, parsed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self._tokens = MarkdownIt("commonmark").enable("table").parse(self.text)

    def fences(self, *languages: str) -> list[Fence]:
        """Blocks of code, of these languages or all."""
        found = [Fence(token.info, token.content) for token in self._tokens if token.type == "fence"]
        return [fence for fence in found if not languages or fence.language in languages]

    def codes(self) -> list[str]:
        """What is set as code within a line."""
        return [token.content for token in self._inline() if token.type == "code_inline"]

    def links(self) -> list[str]:
        """Where links and pictures lead, those of HTML, too."""
        found = [str(token.attrs["href"]) for token in self._inline() if token.type == "link_open"]
        found += [str(token.attrs["src"]) for token in self._inline() if token.type == "image"]
        return found + re.findall(r'<(?:img|a)\b[^>]*\b(?:src|href)="([^"]+)"', self.text)

    def anchors(self) -> set[str]:
        """The fragments by which GitHub reaches the headings."""
        titles = [
            after.content
            for token, after in zip(self._tokens, self._tokens[1:], strict=False)
            if token.type == "heading_open"
        ]
        return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}

    def shell_lines(self) -> list[str]:
        """Commands: lines of shell blocks without comments and continuations, and code within a line."""
        blocks = "\n".join(fence.text for fence in self.fences(*SHELL)).replace("\\\n", " ")
        return [*(line.partition(" #")[0].strip() for line in blocks.splitlines()), *self.codes()]

    def _inline(self) -> Iterator[Token]:
        for token in self._tokens:
            yield from token.children or ()
