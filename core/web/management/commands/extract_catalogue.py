"""Collects our Vietnamese sentences into the English catalogue, keeping the translations that are there."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation.template import templatize

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "_now": None,  # gettext, where `_` is the lazy one
    "gettext_noop": None,
    "pgettext_lazy": ((1, "c"), 2),
    "ngettext_lazy": (1, 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
SKIPPED = {"tests", "var", "docs", "benchmarks", "migrations", "node_modules", "static"}
TEMPLATES = {".html", ".txt", ".typ", ".svg"}


def sources(root: Path) -> Iterator[Path]:
    """Python files and templates of the product, in a stable order; nothing of tests, tools or hidden folders."""
    for path in sorted(root.iterdir()):
        if path.name.startswith(".") or path.name in SKIPPED:
            continue
        if path.is_dir():
            yield from sources(path)
        elif path.suffix == ".py" or (path.suffix in TEMPLATES and "templates" in path.parts):
            yield path


def collect(root: Path) -> Catalog:
    """All messages marked for translation below `root`."""
    catalogue = Catalog(locale="en", domain="django", project="dong-hanh", charset="utf-8")
    for path in sources(root):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = templatize(text, origin=str(path.relative_to(root)))
        stream = BytesIO(text.encode())
        options = {"encoding": "utf-8"}
        for _line, message, comments, context in extract(
            "python", stream, KEYWORDS, comment_tags=["Translators:"], options=options
        ):
            catalogue.add(
                message,
                locations=[(path.relative_to(root).as_posix(), 0)],
                auto_comments=comments,
                context=context,
            )
    return catalogue


def merge(target: Path, found: Catalog) -> tuple[int, int]:
    """Write `found` to `target` with the translations it had; how many messages there are and lack a translation."""
    catalogue = found
    if target.exists():
        with target.open("rb") as stream:
            catalogue = read_po(stream, locale="en", domain="django")
        catalogue.update(found, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
    target.parent.mkdir(parents=True, exist_ok=True)
    body = BytesIO()
    write_po(body, catalogue, sort_output=True, omit_header=True, include_lineno=False, width=120)
    target.write_bytes(HEADER.encode() + body.getvalue())
    messages = [message for message in catalogue if message.id]
    return len(messages), sum(1 for message in messages if not _translated(message))


def _translated(message) -> bool:
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


# Without dates and names, so that a run that finds nothing new changes nothing.
HEADER = r"""# English for our Vietnamese sentences. Made by `manage.py extract_catalogue`; translate in place.
msgid ""
msgstr ""
"Project-Id-Version: dong-hanh\n"
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


class Command(BaseCommand):
    help = "Extract all Vietnamese sentences into core/locale/en/LC_MESSAGES/django.po, keeping translations."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own interface

    def add_arguments(self, parser) -> None:
        parser.add_argument("--check", action="store_true", help="exit with 1 if a sentence lacks its English")

    def handle(self, *args, **options) -> None:
        target = Path(settings.LOCALE_PATHS[0]) / "en" / "LC_MESSAGES" / "django.po"
        total, missing = merge(target, collect(Path(settings.BASE_DIR)))
        self.stdout.write(f"{total} messages, {missing} without English")
        if options["check"] and missing:
            raise SystemExit(1)
