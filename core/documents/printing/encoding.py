"""From a contract, or a dict of its shape, to the JSON that the templates read."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.documents.printing.contracts import AUTHORITY_PREFIXES, Signature
from core.documents.printing.errors import PrintError

PLACEHOLDER = "□"  # for a character no font can draw


def encode(contract: type, data: object) -> dict[str, Any]:
    """What goes into JSON of `data` (an instance of `contract` or a mapping of its shape): a date as day, month and
    year, missing values as null, "" or []. Raises PrintError for unknown fields and values of another type."""
    return _record(contract, data, "")


def printable(text: str) -> str:
    """NFC, without control characters and marks that turn the reading direction; what has no meaning in print (private
    use, lone surrogates) becomes PLACEHOLDER. Line breaks stay, a tab becomes a space."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " "))
    return "".join(_character(char) for char in text)


def only_drawable(text: str) -> str:
    """`text` with PLACEHOLDER for every character that the embedded fonts may not have."""
    return "".join(char if _drawable(char) else PLACEHOLDER for char in text)


def _character(char: str) -> str:
    if char.isascii() and (char.isprintable() or char == "\n"):
        return char
    category = unicodedata.category(char)
    if category in {"Cc", "Cf"}:
        return ""
    if category in {"Co", "Cs", "Cn"}:
        return PLACEHOLDER
    if category in {"Zl", "Zp"}:
        return "\n"
    return char


def _drawable(char: str) -> bool:
    return char == "\n" or " " <= char <= "~" or any(first <= char <= last for first, last in _DRAWN)


# Blocks of which the embedded fonts have every assigned letter or sign; tests draw them all.
_DRAWN = (
    ("\u00a0", "\u017f"),
    ("\u01a0", "\u01b0"),
    ("\u0300", "\u0304"),
    ("\u0391", "\u03a1"),
    ("\u03a3", "\u03c9"),
    ("\u0401", "\u044f"),
    ("\u1ea0", "\u1ef9"),
    ("\u2010", "\u2027"),
    ("\u2030", "\u203a"),
    ("\u20ab", "\u20ac"),
    ("\u2190", "\u2193"),
    ("\u2260", "\u2265"),
    ("\u25a0", "\u25a1"),
    ("\u2610", "\u2612"),
)


@cache
def _hints(contract: type) -> dict[str, Any]:
    return get_type_hints(contract)


def _record(contract: type, data: object, where: str) -> dict[str, Any]:
    if isinstance(data, contract):
        given = {item.name: getattr(data, item.name) for item in fields(contract)}
    elif isinstance(data, Mapping):
        given = dict(data)
    else:
        raise _wrong(where)
    hints = _hints(contract)
    for name in given:
        if name not in hints:
            raise PrintError(_("Mẫu in không có trường “%(field)s”.") % {"field": f"{where}{name}"})
    made = {}
    for item in fields(contract):
        value = given.get(item.name)
        if value is None and item.name not in given and item.default is not MISSING:
            value = item.default
        made[item.name] = _value(hints[item.name], value, f"{where}{item.name}")
    if contract is Signature and made["prefix"] not in AUTHORITY_PREFIXES:
        raise PrintError(_("Quyền hạn ký phải là một trong: TM., KT., TL., TUQ., Q."))
    return made


def _value(hint: Any, value: object, where: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return _record(hint, {} if value is None else value, f"{where}.")
    if get_origin(hint) is tuple:
        return _several(get_args(hint)[0], value, where)
    if value is None:
        return None
    allowed = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if bool in allowed and isinstance(value, bool):
        return value
    if str in allowed and isinstance(value, str | Promise):
        return printable(str(value)).strip()
    # A moment is refused: the day it falls on depends on the time zone, which the caller knows.
    if date in allowed and isinstance(value, date) and not isinstance(value, datetime):
        return {"day": value.day, "month": value.month, "year": value.year}
    raise _wrong(where)


def _several(hint: Any, value: object, where: str) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise _wrong(where)
    return [_value(hint, one, f"{where}[{at}]") for at, one in enumerate(value)]


def _wrong(where: str) -> PrintError:
    name = where.rstrip(".") or "data"
    return PrintError(_("Dữ liệu của trường “%(field)s” không đúng kiểu.") % {"field": name})
