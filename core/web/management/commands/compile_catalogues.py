"""Compiles every catalogue of LOCALE_PATHS; written in Python, so that no gettext programs need to be installed."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


def compile_catalogue(source: Path) -> Path:
    """Write the .mo beside a .po and return its path. ValueError where a translation breaks its placeholders."""
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=source.parents[1].name, domain=source.stem)
    broken = [f"{message.id!r}: {error}" for message, errors in catalogue.check() for error in errors]
    if broken:
        raise ValueError("\n".join(broken))
    target = source.with_suffix(".mo")
    with target.open("wb") as stream:
        write_mo(stream, catalogue, use_fuzzy=False)
    return target


class Command(BaseCommand):
    help = "Compile core/locale/*/LC_MESSAGES/*.po into .mo files."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own interface

    def handle(self, *args, **options) -> None:
        for root in settings.LOCALE_PATHS:
            for source in sorted(Path(root).glob("*/LC_MESSAGES/*.po")):
                try:
                    target = compile_catalogue(source)
                except ValueError as error:
                    raise CommandError(f"{source}:\n{error}") from error
                self.stdout.write(str(target))
