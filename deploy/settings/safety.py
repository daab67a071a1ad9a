"""What production may not start with. Each check is a function of `Facts` alone that yields what is wrong and what to
do; `refuse` ends the start with everything found in one message. Messages never repeat a secret's value."""

import base64
import binascii
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import metadata
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

from . import published

KEY_NAMES = ("DH_SEAL_KEY", "DH_INDEX_KEY", "DH_AUDIT_KEY", "DH_LICENCE_KEY")
KEY_BYTES = 32
LEAST_DISTINCT_BYTES = 12  # 32 random bytes with fewer different ones do not happen
LEAST_SECRET_LENGTH = 50
LEAST_SECRET_DISTINCT = 12
LEAST_HSTS_SECONDS = 3600
MOST_DAYS_WITHOUT = 31  # to hand out the second factor when a system begins
FIRST_GOOD_WAL = (3, 51, 3)  # older SQLite can corrupt a database in WAL mode (trust.md F7)
NEW_KEY = "head -c 32 /dev/urandom | base64"
NEW_SECRET = "head -c 48 /dev/urandom | base64 -w 0"  # noqa: S105 - a command, not a secret

# File locks do not hold on these, or the data are gone at the next start.
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "ceph", "fuse.sshfs", "fuse.glusterfs", "vboxsf"}
MEMORY_FILE_SYSTEMS = {"tmpfs", "ramfs"}
LOCAL_HOSTS = {"", "localhost", "127.0.0.1", "::1"}
SAFE_SSL_MODES = {"require", "verify-ca", "verify-full"}

# Package: first version without the hole, and the hole.
FIRST_GOOD_VERSIONS = {
    "Django": ("5.2.8", "CVE-2025-64459, SQL injection qua _connector"),
    "django-guardian": ("3.5.1", "GHSA-5729-mvhf-9gq4, trả về hồ sơ không được phép xem"),
    "djangorestframework": ("3.15.2", "CVE-2024-21520, XSS"),
    "cryptography": ("44.0.1", "CVE-2024-12797, OpenSSL đi kèm"),
}
# Installs over the same folder as django-fsm-2.
FOREIGN_PACKAGES = {"django-fsm": "django-fsm-2"}


class Problem(NamedTuple):
    what: str
    remedy: str


@dataclass(frozen=True)
class Facts:
    """All that the checks look at: settings by name, installed packages, the SQLite library, and a path's file system
    (its type as in /proc/mounts, "" when unknown); the day."""

    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    sqlite: tuple[int, ...]
    file_system: Callable[[Path], str]
    today: date = field(default_factory=date.today)

    @classmethod
    def of_this_machine(cls, settings: Mapping[str, Any]) -> "Facts":
        versions = {}
        for name in (*FIRST_GOOD_VERSIONS, *FOREIGN_PACKAGES):
            try:
                versions[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return cls(settings, versions, sqlite3.sqlite_version_info, file_system_of)

    def get(self, name: str, default: Any = None) -> Any:
        return self.settings.get(name, default)

    @property
    def database(self) -> Mapping[str, Any]:
        return self.settings["DATABASES"]["default"]

    @property
    def on_sqlite(self) -> bool:
        return str(self.database["ENGINE"]).endswith("sqlite3")


def file_system_of(path: Path, mounts: Path = Path("/proc/mounts")) -> str:
    """The type of the mount that holds the path; the path itself need not exist yet."""
    try:
        lines = mounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    whole = path.resolve()
    best = (Path(), "")
    for line in lines:
        place, kind = line.split(" ")[1:3]
        folder = Path(re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), place))
        if whole.is_relative_to(folder) and len(folder.parts) >= len(best[0].parts):
            best = (folder, kind)
    return best[1]


def debug(facts: Facts) -> Iterator[Problem]:
    if facts.get("DEBUG"):
        yield Problem("Chế độ gỡ lỗi đang bật: trang lỗi sẽ lộ dữ liệu.", "Bỏ DEBUG và DJANGO_DEBUG khỏi môi trường.")
    if facts.get("DH_DEMO"):
        yield Problem("Chế độ trình diễn đang bật.", "Dùng DJANGO_SETTINGS_MODULE=deploy.settings.production.")


def secret_key(facts: Facts) -> Iterator[Problem]:
    key = str(facts.get("SECRET_KEY") or "")
    remedy = f"Đặt DH_SECRET_KEY bằng kết quả của: {NEW_SECRET}"
    if not key:
        yield Problem("Chưa có DH_SECRET_KEY.", remedy)
    elif key in published.SECRET_KEYS or key.startswith(("demo-only-", "test-only-", "django-insecure-")):
        yield Problem("DH_SECRET_KEY là khóa mẫu, ai cũng biết.", remedy)
    elif len(key) < LEAST_SECRET_LENGTH or len(set(key)) < LEAST_SECRET_DISTINCT:
        yield Problem(f"DH_SECRET_KEY yếu: cần ít nhất {LEAST_SECRET_LENGTH} ký tự ngẫu nhiên.", remedy)


def decoded(value: object) -> bytes | None:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        return None


def data_keys(facts: Facts) -> Iterator[Problem]:
    sound: dict[str, bytes] = {}
    known = {decoded(key) for key in published.DATA_KEYS}
    for name in KEY_NAMES:
        remedy = f"Đặt {name} bằng kết quả của: {NEW_KEY} — và cất một bản ngoài máy này."
        value = facts.get(name)
        key = decoded(value)
        if not value:
            yield Problem(f"Chưa có {name}.", remedy)
        elif key is None or len(key) != KEY_BYTES:
            yield Problem(f"{name} không phải là {KEY_BYTES} byte viết bằng base64.", remedy)
        elif key in known:
            yield Problem(f"{name} là khóa mẫu, ai cũng biết.", remedy)
        elif len(set(key)) < LEAST_DISTINCT_BYTES:
            yield Problem(f"{name} không ngẫu nhiên.", remedy)
        else:
            sound[name] = key
    for one, other in combinations(sound, 2):
        if sound[one] == sound[other]:
            yield Problem(f"{one} và {other} giống nhau.", f"Đặt {other} bằng kết quả khác của: {NEW_KEY}")


def hosts(facts: Facts) -> Iterator[Problem]:
    names = facts.get("ALLOWED_HOSTS") or []
    remedy = "Đặt DH_ALLOWED_HOSTS bằng đúng tên miền của hệ thống, cách nhau bằng dấu cách."
    if not names:
        yield Problem("Chưa có DH_ALLOWED_HOSTS.", remedy)
    if "*" in names:
        yield Problem("DH_ALLOWED_HOSTS nhận mọi tên miền (*).", remedy)
    for origin in facts.get("CSRF_TRUSTED_ORIGINS") or []:
        if not origin.startswith("https://") or "*" in origin:
            yield Problem(f"DH_TRUSTED_ORIGINS có {origin}.", "Chỉ ghi địa chỉ đầy đủ bắt đầu bằng https://.")


def https(facts: Facts) -> Iterator[Problem]:
    if not facts.get("SECURE_PROXY_SSL_HEADER"):
        yield Problem(
            "Không rõ ai lo HTTPS: chưa có DH_PROXY_HEADER.",
            "Đặt nginx phía trước (deploy/nginx.conf) và DH_PROXY_HEADER=X-Forwarded-Proto.",
        )
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        if not facts.get(name):
            yield Problem(f"{name} đang tắt.", f"Trả {name} = True trong deploy/settings/production.py.")
    if int(facts.get("SECURE_HSTS_SECONDS") or 0) < LEAST_HSTS_SECONDS:
        yield Problem(
            "DH_HSTS_SECONDS quá ngắn: trình duyệt có thể quay về HTTP.",
            f"Bỏ DH_HSTS_SECONDS, hoặc đặt từ {LEAST_HSTS_SECONDS} trở lên.",
        )


def sign_in(facts: Facts) -> Iterator[Problem]:
    if not facts.get("DH_REQUIRE_SECOND_FACTOR"):
        yield Problem("Không đòi yếu tố xác thực thứ hai.", "Bỏ DH_REQUIRE_SECOND_FACTOR khỏi môi trường.")
    begins = facts.get("DH_SECOND_FACTOR_FROM")
    if begins is not None and begins > facts.today + timedelta(days=MOST_DAYS_WITHOUT):
        yield Problem(
            f"Yếu tố xác thực thứ hai còn hơn {MOST_DAYS_WITHOUT} ngày nữa mới bắt buộc.",
            "Đặt DH_SECOND_FACTOR_FROM bằng một ngày gần hơn, hoặc bỏ nó.",
        )
    if "Argon2" not in (facts.get("PASSWORD_HASHERS") or [""])[0]:
        yield Problem("Mật khẩu không được băm bằng Argon2.", "Trả Argon2 về đầu PASSWORD_HASHERS.")
    cache = str(facts.get("CACHES", {}).get("default", {}).get("BACKEND", ""))
    if not cache or cache.endswith(("LocMemCache", "DummyCache")):
        yield Problem(
            "Giới hạn đăng nhập đếm riêng theo tiến trình.",
            "Dùng bộ nhớ đệm chung (DatabaseCache) làm CACHES['default'].",
        )


def database_named(facts: Facts) -> Iterator[Problem]:
    if not facts.get("DH_DATABASE_URL_SET"):
        yield Problem(
            "Chưa có DATABASE_URL.",
            "Đặt DATABASE_URL=postgresql://… (nên dùng), hoặc sqlite:////… cho một máy nhỏ.",
        )


def postgresql(facts: Facts) -> Iterator[Problem]:
    if facts.on_sqlite:
        return
    names = str(facts.database.get("HOST", "")).split(",")
    remote = [name for name in names if name not in LOCAL_HOSTS and not name.startswith("/")]
    if remote and facts.database.get("OPTIONS", {}).get("sslmode") not in SAFE_SSL_MODES:
        yield Problem(
            "Kết nối tới PostgreSQL ở máy khác không mã hóa.", "Thêm ?sslmode=verify-full vào cuối DATABASE_URL."
        )


def sqlite(facts: Facts) -> Iterator[Problem]:
    if not facts.on_sqlite or not facts.get("DH_DATABASE_URL_SET"):
        return
    kind = facts.file_system(Path(str(facts.database["NAME"])).parent)
    if kind in NETWORK_FILE_SYSTEMS:
        yield Problem(
            f"Tệp SQLite nằm trên ổ mạng ({kind}), nơi khóa tệp không giữ được.",
            "Chuyển tệp sang ổ của máy, hoặc dùng PostgreSQL.",
        )
    if kind in MEMORY_FILE_SYSTEMS:
        yield Problem(f"Tệp SQLite nằm trong bộ nhớ ({kind}) và mất khi tắt máy.", "Chuyển tệp sang ổ đĩa.")
    options = facts.database.get("OPTIONS", {})
    pragmas = str(options.get("init_command", "")).upper().replace(" ", "")
    if "JOURNAL_MODE=WAL" in pragmas and facts.sqlite < FIRST_GOOD_WAL:
        yield Problem(
            f"SQLite {'.'.join(map(str, facts.sqlite))} có thể làm hỏng dữ liệu ở chế độ WAL.",
            "Dùng journal_mode=TRUNCATE, hoặc SQLite từ 3.51.3.",
        )
    if not re.search(r"SYNCHRONOUS=(FULL|EXTRA|2|3)", pragmas):
        yield Problem("SQLite có thể mất giao dịch đã xác nhận khi mất điện.", "Trả PRAGMA synchronous=FULL.")
    if not re.search(r"JOURNAL_MODE=(TRUNCATE|PERSIST|WAL)", pragmas):
        yield Problem("SQLite ở journal_mode DELETE mất giao dịch khi mất điện.", "Trả PRAGMA journal_mode=TRUNCATE.")
    if options.get("transaction_mode") != "IMMEDIATE":
        yield Problem("SQLite báo 'database is locked' khi nhiều người ghi.", "Trả transaction_mode = IMMEDIATE.")


def numbers(version: str) -> tuple[int, ...]:
    """The release of a version: 5.2.19 → (5, 2, 19)."""
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def libraries(facts: Facts) -> Iterator[Problem]:
    for name, (first_good, hole) in FIRST_GOOD_VERSIONS.items():
        version = facts.versions.get(name)
        if version is not None and numbers(version) < numbers(first_good):
            yield Problem(
                f"{name} {version} có lỗ hổng ({hole}).",
                f"Cài lại theo deploy/requirements/runtime.txt (từ {first_good}).",
            )
    for name, own in FOREIGN_PACKAGES.items():
        if name in facts.versions:
            yield Problem(
                f"Gói {name} ghi đè lên {own}.", f"Gỡ {name} rồi cài lại theo deploy/requirements/runtime.txt."
            )
    if facts.get("GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION"):
        yield Problem(
            "django-guardian đang chạy theo cách cũ, có lỗ hổng.",
            "Bỏ GUARDIAN_LEGACY_GLOBAL_PERMS_GROUP_UNION khỏi cấu hình.",
        )


CHECKS: tuple[Callable[[Facts], Iterable[Problem]], ...] = (
    debug,
    secret_key,
    data_keys,
    hosts,
    https,
    sign_in,
    database_named,
    postgresql,
    sqlite,
    libraries,
)


def problems(facts: Facts) -> list[Problem]:
    return [problem for check in CHECKS for problem in check(facts)]


def refuse(*found: Iterable[tuple[str, str]]) -> None:
    """Ends the process with one readable message when anything was found; SystemExit leaves no traceback over it."""
    everything = [problem for group in found for problem in group]
    if not everything:
        return
    lines = [f"{place}. {what}\n   → {remedy}" for place, (what, remedy) in enumerate(everything, start=1)]
    head = f"Đồng Hành không khởi động, vì {len(everything)} điều sau chưa an toàn hoặc chưa đúng:"
    raise SystemExit("\n".join([head, *lines, "Mọi tên biến môi trường có trong deploy/env.example."]))
