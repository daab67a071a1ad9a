"""Vietnamese for what other packages say; collecting our own sentences for the translator."""

import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.contrib.auth import password_validation
from django.core import validators
from django.forms import fields as form_fields
from django.forms import models as form_models

from core.web.management.commands.compile_catalogues import compile_catalogue
from core.web.management.commands.extract_catalogue import collect, merge

SOURCE = Path(settings.BASE_DIR) / "core/locale/vi/LC_MESSAGES/django.po"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2)}


def catalogue() -> Catalog:
    with SOURCE.open("rb") as stream:
        return read_po(stream, locale="vi")


def singular(message_id) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def test_the_catalogue_compiles_and_reads_back(tmp_path):
    copy = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    shutil.copy(SOURCE, copy)
    with compile_catalogue(copy).open("rb") as stream:
        compiled = read_mo(stream)
    assert compiled.get("Incorrect password.").string == "Mật khẩu không đúng."


def test_a_lost_placeholder_stops_the_compilation(tmp_path):
    copy = tmp_path / "vi" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    copy.write_text('#, python-format\nmsgid "%(limit)s left"\nmsgstr "còn %(limti)s"\n')
    with pytest.raises(ValueError, match="limit"):
        compile_catalogue(copy)


def test_every_entry_is_translated_in_our_manner():
    for message in catalogue():
        if not message.id:
            continue
        text = message.string if isinstance(message.string, str) else message.string[0]
        assert text, message.id
        assert not re.search(r"\bbạn\b|!", text, re.IGNORECASE), text


@pytest.mark.parametrize(
    "module", [form_fields, form_models, validators, password_validation], ids=lambda m: m.__name__
)
def test_what_django_says_in_forms_has_vietnamese(module):
    django_words = set()
    for app in ("conf", "contrib/auth"):
        path = Path(import_module("django").__file__).parent / app / "locale/vi/LC_MESSAGES/django.mo"
        with path.open("rb") as stream:
            django_words |= {singular(message.id) for message in read_mo(stream) if message.string}
    known = django_words | {singular(message.id) for message in catalogue()}
    said = {singular(found[1]) for found in extract_from_file("python", module.__file__, KEYWORDS)}
    # A glue word, and the steps of number inputs that the product does not use.
    assert {text for text in said - known if "step size" not in text} <= {"and"}


@pytest.mark.parametrize("name", ["allauth.account.adapter", "allauth.mfa.adapter", "allauth.mfa.totp.forms"])
def test_what_allauth_says_about_passwords_and_codes_has_vietnamese(name):
    known = {singular(message.id) for message in catalogue()}
    said = {singular(found[1]) for found in extract_from_file("python", import_module(name).__file__, KEYWORDS)}
    # Sign-up, mail addresses, telephones and security keys are not offered.
    unused = re.compile(r"email|phone number|registered|[Kk]ey nr|Master key|Backup key|select only one")
    assert {text for text in said - known if not unused.search(text)} == set()


def test_sentences_are_collected_and_translations_kept(tmp_path):
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "code.py").write_text(
        'from x import _\nA = _("Đã lưu")\nB = ngettext("%(n)d ca", "%(n)d ca", 2)\n'
    )
    (tmp_path / "app" / "templates" / "a.html").write_text(
        '{% translate "Tìm" %}{% blocktranslate %}Còn {{ n }}{% endblocktranslate %}'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "t.py").write_text('_("Chỉ để thử")')
    target = tmp_path / "en.po"
    assert merge(target, collect(tmp_path)) == (4, 4)
    text = target.read_text()
    assert "Chỉ để thử" not in text
    assert "app/templates/a.html" in text
    target.write_text(text.replace('msgid "Đã lưu"\nmsgstr ""', 'msgid "Đã lưu"\nmsgstr "Saved"'))
    (tmp_path / "app" / "templates" / "a.html").write_text('{% translate "Mở" %}')
    assert merge(target, collect(tmp_path)) == (3, 2)
    kept = target.read_text()
    assert 'msgstr "Saved"' in kept
    assert "Tìm" not in kept
    merge(target, collect(tmp_path))
    assert target.read_text() == kept
