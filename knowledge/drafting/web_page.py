"""Opens a web page: the words that a reader sees, without scripts, menus and forms."""

import re
from collections.abc import Iterator

from lxml import etree, html

from knowledge.drafting import phrases
from knowledge.drafting.draft import NotReadable
from knowledge.drafting.source import Line, Mark, Source

_UNSEEN = frozenset({
    "script", "style", "title", "noscript", "template", "nav", "footer", "aside", "form",
    "button", "select", "textarea", "svg", "math", "iframe", "object", "embed", "applet",
    "canvas", "audio", "video",
})  # fmt: skip
_BLOCKS = frozenset({
    "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl",
    "dt", "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
    "html", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot",
    "th", "thead", "tr", "ul", "br",
})  # fmt: skip
_BOLD = frozenset(["b", "strong"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_CODE = frozenset(["script", "style"])
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_META = {
    "url": ('//link[@rel="canonical"]/@href', '//meta[@property="og:url"]/@content'),
    "posted": (
        '//meta[@property="article:published_time"]/@content',
        '//meta[@itemprop="datePublished"]/@content',
        "//time/@datetime",
    ),
    "title": ('//meta[@property="og:title"]/@content', "//title/text()"),
}


def open_page(text: str) -> Source:
    """Read a web page. Raises NotReadable."""
    parser = html.HTMLParser(
        no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8"
    )
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise NotReadable("empty", phrases.SAID["empty"]) from error
    said = {name: _first(root, paths) for name, paths in _META.items()}
    aside = tuple(_all_words(root))
    for element in [one for one in root.iter() if _is_unseen(one)]:
        if element is not root:
            element.drop_tree()
    lines = tuple(_Lines().of(root))
    return Source(
        lines, ("\n".join(line.text for line in lines),), aside=aside,
        title=said["title"], url=said["url"], posted=said["posted"],
    )  # fmt: skip


def _first(root: etree._Element, paths: tuple[str, ...]) -> str:
    for path in paths:
        found = root.xpath(path)
        if isinstance(found, list) and found:
            return " ".join(str(found[0]).split())
    return ""


def _all_words(root: etree._Element) -> Iterator[str]:
    """Give the words of a page, seen or hidden: a secrecy stamp may stand anywhere but in code."""
    for element in root.iter():
        if str(element.tag) not in _CODE:
            yield element.text or ""
        yield element.tail or ""
    yield from map(str, root.xpath("//@alt | //meta/@content"))


class _Lines:
    """Collects the words between two breaks into lines."""

    def __init__(self) -> None:
        self._words: list[tuple[str, bool]] = []
        self._done: list[Line] = []

    def of(self, root: etree._Element) -> list[Line]:
        """Give the lines of a page."""
        for words, tags in _walk(root):
            if words is None:
                self._close(tags)
            else:
                self._words.append((words, not _BOLD.isdisjoint(tags)))
        self._close([])
        return self._done

    def _close(self, tags: list[str]) -> None:
        text = " ".join("".join(words for words, _ in self._words).split())
        is_bold = all(bold for words, bold in self._words if words.strip())
        is_heading = not _HEADINGS.isdisjoint(tags)
        mark: Mark = "heading" if is_heading else "bold" if is_bold else ""
        if text:
            self._done.append(Line(text, 0, mark))
        self._words = []


def _walk(root: etree._Element) -> Iterator[tuple[str | None, list[str]]]:
    """Give the words of a page with the tags around them, and None where a block breaks.

    Walked without recursion: a page may nest as deep as it likes.
    """
    tags: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        tag = str(element.tag)
        if tag in _BLOCKS:
            yield None, tags
        if event == "start":
            tags.append(tag)
            yield element.text or "", tags
        else:
            tags.pop()
            yield element.tail or "", tags


def _is_unseen(element: etree._Element) -> bool:
    style = element.get("style") or ""
    return (
        str(element.tag) in _UNSEEN
        or element.get("hidden") is not None
        or _HIDDEN.search(style) is not None
    )
