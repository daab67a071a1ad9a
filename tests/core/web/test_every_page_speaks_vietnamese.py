"""Every page as it is shown: no English word and no name of the machine's own is left for whoever reads Vietnamese.

An English word is one that the English catalogue uses (or Django's and allauth's own sentences), unless Vietnamese
sentences of the product use it as well: "in", "an", "do" are words of both.
"""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.http import HttpResponseNotFound
from django.test import Client

from core.management.commands.check_language import ACCENTED, ENGLISH, OTHERS, PLACEHOLDER
from tests.architecture.signed_in import everybody, remember
from tests.core.web.every_page import FIRST, acts, fill, places, readers
from tests.factories.world import build_world

pytestmark = pytest.mark.looks
WORD = re.compile(r"[^\W\d_]+")
MACHINE = re.compile(r"(?<![\w./@-])[a-z]+(?:[_.][a-z]+)+(?![\w/@-])|(?<![\w-])[A-Z]+_[A-Z_]+(?!\w)")
FILE = re.compile(r"\b[\w-]+\.(?:pdf|xlsx|csv|jpg|png|docx|zip)\b|\b\w+(?:\.\w+)*\.vn\b")
SPOKEN = ("placeholder", "title", "aria-label", "alt", "label")
SILENT = {"script", "style", "svg", "datalist", "kbd", "code"}
PLACES = Path(settings.BASE_DIR) / "core/places/data/communes.csv"
VOID = {"input", "br", "hr", "img", "meta", "link", "source", "wbr"}
# Sentences in which both catalogues use the same word: a proper name or an abbreviation.
BOTH = {
    "api",
    "csv",
    "excel",
    "html",
    "http",
    "https",
    "json",
    "pdf",
    "qr",
    "totp",
    "uuid",
    "xlsx",
    "zalo",
    "authenticator",
}


# What this province does not have: a second factor, a worker that lives, a list already written into the register.
UNREACHED = {
    "readyz", "import_cases", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
}  # fmt: skip


class Shown(HTMLParser):
    """The pieces of text that a page shows or a screen reader says, except what is marked as English on purpose."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        silent = tag in SILENT or given.get("lang") == "en" or self._silent()
        if not silent:
            self.pieces += [given[name] or "" for name in SPOKEN if name in given]
            if tag == "input" and given.get("type") in ("submit", "button"):
                self.pieces.append(given.get("value") or "")
        if tag not in VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        if tag in (name for name, _silent in self.open):
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent():
            self.pieces.append(data)

    def _silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]


def pieces(html: str) -> list[str]:
    shown = Shown()
    shown.feed(html)
    return [piece.strip() for piece in shown.pieces if piece.strip()]


def words(text: str) -> set[str]:
    return {word.lower() for word in WORD.findall(PLACEHOLDER.sub(" ", text))}


def catalogue(language: str):
    path = Path(settings.BASE_DIR) / f"core/locale/{language}/LC_MESSAGES/django.po"
    with path.open("rb") as stream:
        for message in read_po(stream, locale=language):
            if message.id:
                for one in message.id if isinstance(message.id, tuple) else [message.id]:
                    strings = message.string if isinstance(message.string, tuple) else [message.string]
                    yield one, " ".join(text for text in strings if text)


@cache
def english() -> frozenset[str]:
    """The words that are English and nothing else."""
    foreign, ours = set(ENGLISH), set()
    for source, said in catalogue("en"):
        foreign |= words(said)
        ours |= words(source) if ACCENTED.search(source) else set()
    for source, said in catalogue("vi"):
        foreign |= words(source)
        ours |= words(said) if ACCENTED.search(said) else set()
    for sentence in OTHERS:
        foreign |= words(sentence)
    for name in PLACES.read_text(encoding="utf-8").splitlines()[1:]:
        ours |= words(name)
    return frozenset(word for word in foreign - ours - BOTH if len(word) > 1 and word.isascii())


@cache
def keys() -> frozenset[str]:
    """What the database calls its choices: a page shows their labels."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.fields:
            found |= {str(key) for key, label in field.flatchoices if str(key) != str(label)}
    return frozenset(key for key in found if re.fullmatch(r"[a-z_]{3,}", key))


def faults(html: str) -> list[str]:
    found = []
    for piece in pieces(html):
        text = FILE.sub(" ", piece)
        found += [f"English “{word}” in “{piece[:90]}”" for word in sorted(words(text) & english())]
        found += [f"machine name “{name}” in “{piece[:90]}”" for name in MACHINE.findall(text)]
        if piece in keys():
            found.append(f"machine name “{piece}”")
    return found


@pytest.mark.parametrize(
    "html",
    [
        "<p>Trạng thái: active</p>", "<button>Save</button>", '<input placeholder="Search">', "<li>take_over</li>",
        "<p>Việc case.take_over</p>", "<td>statutory</td>", "<p>Chọn một mục. Select a valid choice.</p>",
        '<input type="submit" value="Submit">', "<p>This field is required.</p>", "<td>DUE_AT</td>",
    ],
)  # fmt: skip
def test_what_is_left_is_found(html):
    assert faults(html)


@pytest.mark.parametrize(
    "html",
    [
        "<p>In phiếu, do an toàn, tốt.</p>", '<a lang="en">English</a>', "<script>var due_at;</script>",
        "<p>HS-2026-000123, 12/HS-2024, 3,5 km, 075150001236</p>", '<input name="due_at" value="take_over">',
        "<p>giay_to.pdf, dong-hanh.example.vn</p>", "<p>Nguyễn Văn An, Lê Long Sơn</p>", "<br><p>Tệp PDF, mã QR</p>",
    ],
)  # fmt: skip
def test_what_is_right_is_left_alone(html):
    assert faults(html) == []


@pytest.fixture(scope="module")
def province(django_db_setup, django_db_blocker):
    patch = pytest.MonkeyPatch()
    remember(patch)
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        yield world, fill(world)
        transaction.set_rollback(True)
    patch.undo()


def signed_in(world, names):
    clients = everybody(world)
    return [clients[name] for name in names]


def html_of(response) -> str:
    return response.content.decode() if response.headers.get("Content-Type", "").startswith("text/html") else ""


@pytest.mark.django_db
def test_every_page_speaks_vietnamese(province):
    """Each route as somebody who may see it; those that name no record as everybody."""
    world, records = province
    clients = signed_in(world, readers(world))
    opened, answers, wrong = set(), {}, set()
    for place in places(records):
        if place.route.startswith("api:") or (place.subject is not None and place.route in opened):
            continue
        for client in clients[: len(FIRST) if place.subject is not None else None]:
            response = client.get(place.path) if place.path else HttpResponseNotFound()
            answers.setdefault(place.route, set()).add(response.status_code)
            wrong |= {f"{place.route}: {fault}" for fault in faults(html_of(response))}
            if response.status_code == 200:
                opened.add(place.route)
            if place.subject is not None and response.status_code == 200 or not place.path:
                break
    assert wrong == set(), "\n".join(sorted(wrong))
    # POST only, or leading on to another page, or refused by what the record lacks.
    closed = {route for route, seen in answers.items() if route not in opened and not seen & {302, 405}}
    assert {route for route in closed if " " not in route} <= UNREACHED


@pytest.mark.django_db
def test_every_refused_form_speaks_vietnamese(province):
    """Each action with nothing filled in: the errors of Django's fields are Vietnamese too."""
    world, records = province
    clients, wrong, seen = signed_in(world, FIRST[:4]), set(), {}
    for place in acts(records):
        if seen.get(place.route) == 422:
            continue
        for client in clients:
            with transaction.atomic():
                response = client.post(place.path, {"version": getattr(place.subject, "version", ""), "key": "k"})
                transaction.set_rollback(True)
            if response.status_code in (409, 422):
                seen[place.route] = response.status_code
                wrong |= {f"{place.route}: {fault}" for fault in faults(html_of(response))}
                break
    assert wrong == set(), "\n".join(sorted(wrong))
    assert sum(status == 422 for status in seen.values()) > 20


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/khong-co/", "/dang-nhap/", "/ca/?loai=khong"])
def test_pages_of_strangers_and_of_errors_speak_vietnamese(province, path):
    assert faults(html_of(Client(raise_request_exception=False).get(path, follow=True))) == []
