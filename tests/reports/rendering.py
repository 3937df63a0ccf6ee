"""Pages as GitHub shows them: rendered by GitHub's own renderer, and taken apart."""

import html
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

CODE = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
INLINE_MATHEMATICS = re.compile(r"\$<code>(.*?)</code>\$", re.DOTALL)
FENCED_MATHEMATICS = re.compile(r'<pre lang="math"><code>(.*?)</code></pre>', re.DOTALL)
NEVER_CLOSED = ("br", "hr", "img", "input")


def render(text: str) -> str:
    """The HTML of a page, raw HTML in it included."""
    return cmarkgfm.github_flavored_markdown_to_html(text, Options.CMARK_OPT_UNSAFE)


def mathematics(rendered: str) -> list[str]:
    """All that GitHub typesets as mathematics."""
    found = [*FENCED_MATHEMATICS.findall(rendered), *INLINE_MATHEMATICS.findall(rendered)]
    return [html.unescape(formula).strip() for formula in found]


def prose(rendered: str) -> str:
    """What is left to be read as text: without mathematics, code and tags."""
    for pattern in (FENCED_MATHEMATICS, INLINE_MATHEMATICS, CODE):
        rendered = pattern.sub(" ", rendered)
    return html.unescape(re.sub(r"<[^>]*>", " ", rendered))


@dataclass
class Page(HTMLParser):
    """The parts of a rendered page.

    tables: each a list of rows, each the number of cells in it.
    targets: what links and images point to.
    folded: for each <details>, the tags inside it.
    """

    rendered: str
    headings: list[str] = field(default_factory=list)
    tables: list[list[int]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    folded: list[list[str]] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.open: list[str] = []
        self.feed(self.rendered)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        """Note what opens."""
        attributes = dict(attrs)
        if "details" in self.open:
            self.folded[-1].append(tag)
        match tag:
            case "table":
                self.tables.append([])
            case "tr":
                self.tables[-1].append(0)
            case "td" | "th":
                self.tables[-1][-1] += 1
            case "details":
                self.folded.append([])
            case "h1" | "h2" | "h3":
                self.headings.append("")
            case "a" | "img":
                self.targets.append(attributes.get("href") or attributes["src"])
        if tag not in NEVER_CLOSED:
            self.open.append(tag)

    def handle_endtag(self, tag):
        """See that what closes is what opened last."""
        if tag in NEVER_CLOSED:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes something else"

    def handle_data(self, data):
        """Note what headings say."""
        if {"h1", "h2", "h3"} & {*self.open}:
            self.headings[-1] += data
