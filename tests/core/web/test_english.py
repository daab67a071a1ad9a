"""The English catalogue keeps what the code puts into its sentences: it may lag behind the code, never break it."""

import re
from collections import Counter
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings

from core.web.management.commands.compile_catalogues import compile_catalogue

SOURCE = Path(settings.BASE_DIR) / "core/locale/en/LC_MESSAGES/django.po"
# %(name)s with its flags and width, the escaped percent sign, and the {name} that scripts fill in.
PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]?\d*(?:\.\d+)?[a-zA-Z]|%%|\{\w+\}")


def forms(text) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def broken(catalogue: Catalog) -> list[tuple[str, str]]:
    """(source, translation) of every translation whose placeholders are not exactly those of its source."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        source = forms(message.id)[0]
        wanted = Counter(PLACEHOLDER.findall(source))
        found += [
            (source, text) for text in forms(message.string) if text and Counter(PLACEHOLDER.findall(text)) != wanted
        ]
    return found


@pytest.fixture(scope="module")
def english() -> Catalog:
    with SOURCE.open("rb") as stream:
        return read_po(stream, locale="en", domain="django")


def test_placeholders_are_those_of_the_source(english):
    assert sum(1 for message in english if message.id and message.string) > 1000
    assert broken(english) == []


@pytest.mark.parametrize(
    ("source", "translation"),
    [
        ("Còn %(count)d ngày", "%(days)d days left"),
        ("Nháp tự lưu lúc {time}", "Draft saved"),
        ("Đang tải %(percent)s%%", "Loading %(percent)s"),
        (("%(n)s ca", "%(n)s ca"), ("one case", "%(n)s cases")),
    ],
)
def test_a_changed_placeholder_is_found(source, translation):
    catalogue = Catalog(locale="en")
    catalogue["x"] = Message(source, translation)
    assert len(broken(catalogue)) == 1


def test_nothing_is_fuzzy(english):
    assert [message.id for message in english if message.id and message.fuzzy] == []


def test_plurals_have_both_forms(english):
    plurals = [message for message in english if message.id and message.pluralizable]
    assert plurals
    assert [message.id for message in plurals if any(message.string) and not all(message.string)] == []
    assert all(len(message.string) == 2 for message in plurals)


def test_the_catalogue_compiles_and_reads_back(tmp_path):
    copy = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(SOURCE.read_bytes())
    with compile_catalogue(copy).open("rb") as stream:
        compiled = GNUTranslations(stream)
    assert compiled.gettext("Chuyển tuyến") == "Referral"
    assert compiled.pgettext("thứ Hai", "T2") == "Mon"
    assert compiled.ngettext("Còn %(count)d ngày", "Còn %(count)d ngày", 1) == "%(count)d day left"
    assert compiled.ngettext("Còn %(count)d ngày", "Còn %(count)d ngày", 2) == "%(count)d days left"
