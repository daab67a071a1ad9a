"""No English is left for Vietnamese readers: neither in our own sentences nor in those of other packages.

Our source strings are Vietnamese (docs/adr/0002): one without any Vietnamese letter and of two English words or more
is suspicious; an element with lang="en" says on purpose that it is English. What Django, allauth and others say is
English until core/locale/vi translates it: every sentence that a page of ours can show must have its translation.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation
from django.utils.translation import gettext

from core.web.management.commands.extract_catalogue import collect, sources

ACCENTED = re.compile("[àáạảãâầấậẩẫăằắặẳẵèéẹẻẽêềếệểễìíịỉĩòóọỏõôồốộổỗơờớợởỡùúụủũưừứựửữỳýỵỷỹđ]", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{[^}]*\}|<[^>]*>|https?://\S+")
WORD = re.compile(r"[A-Za-z]{2,}")
ENGLISH = {
    "the", "a", "an", "and", "or", "not", "is", "are", "was", "be", "your", "you", "please", "this", "that",
    "with", "for", "from", "have", "has", "enter", "valid", "required", "password", "sign", "login", "log",
    "in", "out", "to", "of", "on", "at", "by", "email", "user", "name", "account", "invalid", "error", "page",
    "new", "save", "delete", "cancel", "submit", "change", "confirm", "code", "select", "all", "none", "search",
    "next", "previous", "yes", "no", "file", "data", "date", "time", "list",
}  # fmt: skip
# What the pages of sign-in, forms and errors can say in the words of the packages below us.
OTHERS = (
    "This field is required.",
    "Enter a whole number.",
    "Enter a number.",
    "Enter a valid date.",
    "Enter a valid date/time.",
    "Enter a valid email address.",
    "Select a valid choice. That choice is not one of the available choices.",
    "Select a valid choice. %(value)s is not one of the available choices.",
    "Enter a list of values.",
    "Ensure this value is less than or equal to %(limit_value)s.",
    "Ensure this value is greater than or equal to %(limit_value)s.",
    "“%(value)s” is not a valid UUID.",
    "No file was submitted. Check the encoding type on the form.",
    "The submitted file is empty.",
    "The two password fields didn’t match.",
    "This password is too common.",
    "The username and/or password you specified are not correct.",
    "Too many failed login attempts. Try again later.",
    "This account is currently inactive.",
    "Incorrect code.",
    "You have signed out.",
    "Successfully signed in as %(name)s.",
    "Password successfully changed.",
    "Please type your current password.",
    "Authenticator app activated.",
    "Authenticator app deactivated.",
    "A new set of recovery codes has been generated.",
)
# A sentence inside markup that nobody marked for translation.
MARKUP = re.compile(
    r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}|<(script|style|svg)\b.*?</\1>|<!--.*?-->|<(\w+) lang=\"en\">.*?</\2>|<[^>]*>",
    re.DOTALL,
)


class Command(BaseCommand):
    help = "Fails when an English sentence is left where readers expect Vietnamese."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own interface

    def handle(self, *args: Any, **options: Any) -> None:
        root = Path(settings.BASE_DIR)
        found = [*own_sentences(root), *bare_markup(root), *untranslated()]
        for line in found:
            self.stderr.write(line)
        if found:
            raise CommandError(f"{len(found)} sentences are not Vietnamese")
        self.stdout.write("No English left.")


def is_english(text: str) -> bool:
    """Two English words or more and not one Vietnamese letter."""
    plain = PLACEHOLDER.sub(" ", text)
    if ACCENTED.search(plain):
        return False
    return sum(word.lower() in ENGLISH for word in WORD.findall(plain)) >= 2


def own_sentences(root: Path) -> Iterator[str]:
    """Marked sentences of ours that are not Vietnamese, unless core/locale/vi gives their Vietnamese."""
    with translation.override("vi"):
        for message in collect(root):
            for text in [message.id] if isinstance(message.id, str) else list(message.id):
                if text and is_english(text) and gettext(text) == text:
                    yield f"{message.locations[0][0]}: {text!r}"


def bare_markup(root: Path) -> Iterator[str]:
    """Text between tags of a template, marked or not."""
    for path in sources(root):
        if path.suffix != ".html":
            continue
        for line in MARKUP.sub("\n", path.read_text(encoding="utf-8")).splitlines():
            if is_english(line):
                yield f"{path.relative_to(root).as_posix()}: {line.strip()!r}"


def untranslated() -> Iterator[str]:
    with translation.override("vi"):
        for text in OTHERS:
            if is_english(gettext(text)) or gettext(text) == text:
                yield f"no Vietnamese for {text!r}"
