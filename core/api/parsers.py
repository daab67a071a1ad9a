"""Reading the body: a JSON object of a sane size and of text that can be stored, alone or beside files."""

import json
from typing import Any

from django.core.exceptions import RequestDataTooBig
from rest_framework import negotiation
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

MOST_BYTES = 1024 * 1024


class JsonObjectParser(BaseParser):
    """Refuses what would only fail later: what is no object, NaN, unpaired surrogates, NUL, too deep or too big."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        raw = stream.read(MOST_BYTES + 1) if stream is not None else b""
        return self.read(raw)

    def read(self, raw: bytes | str) -> dict[str, Any]:
        if len(raw) > MOST_BYTES:
            raise RequestDataTooBig
        try:
            value = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_unique)
            text = json.dumps(value, ensure_ascii=False)
            text.encode()
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        if not isinstance(value, dict) or "\\u0000" in text:
            raise ParseError
        return value


class JsonWithFiles(MultiPartParser):
    """multipart/form-data whose part `data` is that JSON object; each other part is a file, once under its name."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> DataAndFiles:
        found = super().parse(stream, media_type, parser_context)
        texts, files = dict(found.data.lists()), found.files
        if set(texts) - {"data"} or any(len(parts) != 1 for parts in [*texts.values(), *dict(files.lists()).values()]):
            raise ParseError
        data = JsonObjectParser().read(texts["data"][0]) if texts else {}
        if set(data) & set(files):
            raise ParseError
        return DataAndFiles(data, files)


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


class AlwaysJson(negotiation.DefaultContentNegotiation):
    """One format, whatever is asked for, so that refusals look the same to everybody."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> tuple[Any, str]:
        return renderers[0], renderers[0].media_type


class JsonRenderer(JSONRenderer):
    """Plain JSON, UTF-8, without the `indent` parameter of Accept."""

    def get_indent(self, accepted_media_type: str, renderer_context: Any) -> None:
        return None
