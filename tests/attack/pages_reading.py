"""Reading an answer as a browser would, to see whether hostile text (`pages_poison`) became more than text."""

import io
import json
import re
import zipfile
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import pypdf

from tests.attack.pages_poison import Mark

TOKEN = re.compile(r"dhx[0-9a-z]{3}z")
# No template of the product writes any of these.
NO_TAGS = {"x-dh", "iframe", "object", "embed", "base", "math", "frame", "applet", "foreignobject", "animate", "style"}
NO_ATTRIBUTES = {"srcdoc", "formaction", "style", "background", "ping"}
ADDRESSES = {"href", "src", "action", "poster", "xlink:href", "data", "hx-get", "hx-post", "hx-put", "hx-delete"}
RUNS = re.compile(r"(?i)^[\s\x00-\x1f]*(?:javascript|data|vbscript):|^[^:]*//(?:evil\.example|127)|^https?://evil")


@dataclass
class Reading:
    """The tokens in an answer, those that it shows, and what is wrong with it."""

    tokens: set[str] = field(default_factory=set)
    shown: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)


def read(content: bytes, kind: str, marks: dict[str, Mark]) -> Reading:
    """`kind` is the media type of the answer."""
    if kind.startswith("text/html"):
        return _Page(marks).of(content.decode())
    if kind.startswith("application/pdf"):
        return _plain("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages))
    if "wordprocessingml" in kind or "spreadsheetml" in kind:
        return _office(content)
    text = content.decode()
    found = _plain(text)
    if "json" in kind:
        found.faults += _strings(json.loads(text), marks)
    return found


def _plain(text: str) -> Reading:
    tokens = set(TOKEN.findall(text))
    return Reading(tokens, set(tokens))


def _office(content: bytes) -> Reading:
    """Text stays in text nodes: what was typed made no element and no relationship of its own."""
    found = Reading()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            if not name.endswith((".xml", ".rels")):
                continue
            for element in ElementTree.fromstring(archive.read(name)).iter():
                for value in (element.tag, *element.attrib, *element.attrib.values()):
                    found.faults += [f"{name}: {token} in markup" for token in TOKEN.findall(str(value))]
                found.shown |= set(TOKEN.findall(element.text or ""))
            found.tokens |= set(TOKEN.findall(archive.read(name).decode()))
    return found


def _strings(value: Any, marks: dict[str, Mark]) -> list[str]:
    if isinstance(value, dict):
        return [fault for one in value.values() for fault in _strings(one, marks)]
    if isinstance(value, list):
        return [fault for one in value for fault in _strings(one, marks)]
    return broken_pieces(value, marks) if isinstance(value, str) else []


def broken_pieces(text: str, marks: dict[str, Mark]) -> list[str]:
    """Attacks of which only a part stands here: the rest became something else. A cut at the end is said with “…”."""
    flat, wrong = flattened(text), []
    for found in TOKEN.finditer(flat):
        mark = marks.get(found[0])
        if mark is None:
            continue
        whole = flattened(mark.text)
        before, after = whole.split(mark.token, 1)
        rest = flat[found.end() :]
        cut = rest.find("…")
        ends = rest.startswith(after) or (cut >= 0 and after.startswith(rest[:cut].rstrip()))
        if not flat[: found.start()].endswith(before) or not ends:
            wrong.append(f"{mark.column}: {whole!r} became {flat[max(0, found.start() - 20) : found.end() + 60]!r}")
    return wrong


def flattened(text: str) -> str:
    return " ".join(text.split())


class _Page(HTMLParser):
    def __init__(self, marks: dict[str, Mark]):
        super().__init__(convert_charrefs=True)
        self.marks, self.found = marks, Reading()
        self.inside: list[str] = []

    def of(self, html: str) -> Reading:
        self.feed(html)
        self.close()
        self.found.tokens = set(TOKEN.findall(html))
        return self.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NO_TAGS or TOKEN.search(tag):
            self.found.faults.append(f"element <{tag}>")
        if tag in ("script", "style", "textarea", "title"):
            self.inside.append(tag)
        for name, value in attrs:
            self._attribute(tag, name, value or "")

    def _attribute(self, tag: str, name: str, value: str) -> None:
        if name in NO_ATTRIBUTES or name.startswith(("on", "hx-on")) or TOKEN.search(name):
            self.found.faults.append(f"attribute {name} of <{tag}>: {value[:80]}")
        if name in ADDRESSES and RUNS.match(value):
            self.found.faults.append(f"address {name} of <{tag}>: {value[:80]}")
        elif name not in ADDRESSES:  # in an address it is percent-encoded, and cut as one wishes
            self.found.faults += broken_pieces(value, self.marks)
        self.found.shown |= (
            set(TOKEN.findall(value)) if name in ("value", "title", "aria-label", "placeholder") else set()
        )

    def handle_endtag(self, tag: str) -> None:
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        if self.inside and self.inside[-1] in ("script", "style"):
            self.found.faults += [f"{token} in <{self.inside[-1]}>" for token in TOKEN.findall(data)]
            return
        self.found.shown |= set(TOKEN.findall(data))
        self.found.faults += broken_pieces(data, self.marks)

    def handle_comment(self, data: str) -> None:
        self.found.faults += [f"{token} in a comment" for token in TOKEN.findall(data)]
