"""The manifest of a backup: what is in it, signed, so that no other and no altered backup is ever restored.

    {"form": 1, "kind": "dump" or "base", "made_at": ISO 8601, "engine": "sqlite" or "postgresql", "server": version,
     "migrations": ["app.0001_x", …], "audit": {"seq", "hash"}, "keys": {"seal": 16 hex digits, …},
     "files": {name: {"sha256", "bytes"}}, "tables": {name: {"rows", "sum"}}, "media": number of files,
     "sign": HMAC-SHA256 over the rest, by a key derived from the audit key}

It holds no personal data; a fingerprint of a key tells which key it is and nothing about it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from core.keeping.errors import KeepingError
from core.sealed import derived_key

NAME = "manifest.json"
FORM = 1
BLOCK = 1 << 20
KEYS = {"audit": "DH_AUDIT_KEY", "seal": "DH_SEAL_KEY", "index": "DH_INDEX_KEY", "licence": "DH_LICENCE_KEY"}

Manifest = dict[str, Any]


def fingerprints() -> dict[str, str]:
    """Which keys this installation has."""
    return {name: derived_key(getattr(settings, key), "backup-fingerprint").hex()[:16] for name, key in KEYS.items()}


def write(folder: Path, body: Manifest) -> None:
    text = json.dumps({**body, "sign": _signature(body)}, indent=1, sort_keys=True, ensure_ascii=False)
    (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def _signature(body: Manifest) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hmac.new(derived_key(settings.DH_AUDIT_KEY, "backup"), text.encode(), hashlib.sha256).hexdigest()


def read(folder: Path) -> Manifest:
    """The manifest, whose signature holds and whose keys are ours. Raises KeepingError and says which does not."""
    try:
        body = json.loads((folder / NAME).read_text(encoding="utf-8"))
        sign = body.pop("sign")
        keys = dict(body["keys"])
    except FileNotFoundError:
        text = _("%(folder)s không có manifest.json: đây không phải là một bản sao lưu trọn vẹn.")
        raise KeepingError(text % {"folder": folder}) from None
    except (OSError, ValueError, TypeError, AttributeError, KeyError):
        raise KeepingError(_("manifest.json của bản sao lưu không đọc được, hoặc đã bị sửa.")) from None
    ours = fingerprints()
    if not isinstance(sign, str) or not hmac.compare_digest(sign.encode(), _signature(body).encode()):
        if keys.get("audit") != ours["audit"]:
            raise KeepingError(_other_keys(["audit"]))
        raise KeepingError(_("manifest.json của bản sao lưu đã bị sửa: chữ ký không đúng."))
    if body.get("form") != FORM:
        raise KeepingError(_("Bản sao lưu này do một phiên bản mới hơn của hệ thống tạo ra. Cập nhật rồi làm lại."))
    other = [name for name in KEYS if keys.get(name) != ours[name]]
    if other:
        raise KeepingError(_other_keys(other))
    return body


def _other_keys(names: list[str]) -> str:
    keys = ", ".join(KEYS[name] for name in names)
    text = _("Bản sao lưu được tạo với khóa khác: %(keys)s. Đặt lại đúng khóa của lúc sao lưu rồi làm lại.")
    return text % {"keys": keys}


def digest(path: Path) -> dict[str, Any]:
    """{"sha256", "bytes"} of a file."""
    with path.open("rb") as file:
        return {"sha256": hashlib.file_digest(file, "sha256").hexdigest(), "bytes": path.stat().st_size}


def damaged(folder: Path, body: Manifest) -> Iterator[str]:
    """A sentence for each file that is not as it was when the backup was made."""
    for name, known in sorted(body["files"].items()):
        path = folder / name
        if not path.is_file():
            yield _("Thiếu tệp %(name)s.") % {"name": name}
        elif path.stat().st_size != known["bytes"]:
            words = {"name": name, "now": path.stat().st_size, "then": known["bytes"]}
            yield _("Tệp %(name)s dài %(now)d byte, lúc sao lưu là %(then)d: bị cắt hoặc bị nối thêm.") % words
        elif digest(path) != known:
            yield _("Tệp %(name)s đã bị sửa hoặc hỏng: mã SHA-256 không đúng.") % {"name": name}
