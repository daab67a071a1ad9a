"""Everything that `manage.py verify` looks at, one check after the other; it only reads."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from core.audit import anchor, chain
from core.keeping import own, paths, rows, schema  # noqa: F401  (own declares the invariants of the ground)
from core.keeping.invariants import all_invariants, all_probes

SHOWN = 20  # findings of a check that are kept to be shown; the others are counted
SAMPLE = 1000
SAID = {
    "migration": _("chưa cập nhật cấu trúc: %(key)s"),
    "trigger": _("cơ sở dữ liệu thiếu hoặc đã tắt chốt chặn %(key)s"),
    "constraint": _("cơ sở dữ liệu thiếu ràng buộc %(key)s"),
    "link": _("sự kiện %(key)s không nối đúng vào chuỗi"),
    "unreadable": _("đầu chuỗi đã giữ, dòng %(key)s: không đọc được, hoặc không phải do hệ thống này ký"),
    "cut": _("nhật ký đã bị cắt: sự kiện %(key)s không còn"),
    "changed": _("nhật ký đã bị sửa: sự kiện %(key)s nay khác"),
    "backwards": _("đầu chuỗi đã giữ đi lùi ở sự kiện %(key)s"),
    "unknown_subject": _("sự kiện %(key)s nói về loại hồ sơ không có"),
    "start": _("hồ sơ %(key)s không bắt đầu bằng sự kiện lập hồ sơ"),
    "gap": _("diễn biến của hồ sơ %(key)s đứt đoạn hoặc đảo thứ tự"),
    "step": _("hồ sơ %(key)s có bước không được phép"),
    "state": _("trạng thái của hồ sơ %(key)s khác sự kiện cuối cùng"),
    "version": _("số phiên bản của hồ sơ %(key)s khác sự kiện cuối cùng"),
    "no_events": _("hồ sơ %(key)s không có sự kiện nào"),
    "no_row": _("có sự kiện nhưng hồ sơ %(key)s không còn"),
    "broken": _("vi phạm: %(key)s"),
    "sealed": _("không mở được niêm phong: %(key)s"),
    "plain": _("chưa được niêm phong: %(key)s"),
    "missing": _("thiếu tệp của giấy tờ %(key)s"),
    "size": _("tệp của giấy tờ %(key)s dài hoặc ngắn hơn lúc nộp"),
    "sha256": _("nội dung tệp của giấy tờ %(key)s khác lúc nộp"),
}


@dataclass
class Result:
    """One check: how many rows it looked at, how many are wrong, the first of them as (code, opaque key, detail)."""

    code: str
    says: Any
    checked: int = 0
    wrong: int = 0
    seconds: float = 0.0
    shown: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, code: str, key: Any, detail: str = "") -> None:
        self.wrong += 1
        if len(self.shown) < SHOWN:
            self.shown.append((code, str(key), detail))

    def sentences(self) -> Iterator[str]:
        for code, key, detail in self.shown:
            words = str(SAID[code]) % {"key": key}
            yield f"{words} ({detail})" if detail else words


@dataclass(frozen=True)
class Check:
    code: str
    says: Any
    work: Callable[[Result], None]

    def run(self) -> Result:
        result = Result(self.code, self.says)
        started = time.monotonic()
        with _room():
            self.work(result)
        result.seconds = time.monotonic() - started
        return result


@contextmanager
def _room() -> Iterator[None]:
    """PostgreSQL may sort in memory and take its time. On SQLite nothing: a transaction would shut out the writers."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL statement_timeout = 0; SET LOCAL jit = off")
        yield


def checks(heads: Iterable[list[str]] = (), sample: int | None = SAMPLE) -> list[Check]:
    """All checks in order. `heads`: the lines of kept heads, read before anything else; `sample`: how many rows of a
    table are opened one by one, None for all."""
    kept = list(heads)
    return [
        Check("schema", _("Chốt chặn, ràng buộc của cơ sở dữ liệu"), _schema),
        Check("chain", _("Chuỗi nhật ký"), _chain),
        Check("heads", _("Đầu chuỗi nhật ký đã giữ ở ngoài"), lambda result: _heads(result, kept)),
        *(_path(model) for model in paths.lifecycles()),
        Check("paths.others", _("Diễn biến của hồ sơ không có trạng thái"), _other_paths),
        *(_invariant(rule) for rule in all_invariants()),
        *(_sealed(model, fields, sample) for model, fields in rows.sealed_models()),
        *(_probe(one, sample) for one in all_probes()),
        Check("files", _("Giấy tờ nào cũng có tệp"), lambda result: _count(result, rows.files_there())),
        Check(
            "files.content", _("Nội dung giấy tờ đúng mã SHA-256"),
            lambda result: _count(result, rows.file_contents(sample)),
        ),
    ]  # fmt: skip


def run(only: Iterable[str] = (), **options: Any) -> Iterator[Result]:
    """Carry out the checks, those whose code begins with a word of `only` when there are any."""
    words = tuple(only)
    for check in checks(**options):
        if not words or check.code.startswith(words):
            yield check.run()


def _schema(result: Result) -> None:
    for code, name, lacking in schema.missing():
        result.checked += 1
        if lacking:
            result.add(code, name)


def _chain(result: Result) -> None:
    result.checked, broken = chain.verify()
    for seq in broken:
        result.add("link", seq)


def _heads(result: Result, kept: list[list[str]]) -> None:
    for lines in kept:
        result.checked += len(lines)
        for finding in anchor.compare(lines):
            result.add(finding.code, finding.line if finding.code == "unreadable" else finding.seq)


def _path(model: type[models.Model]) -> Check:
    def work(result: Result) -> None:
        result.checked = paths.counted(model)
        for code, key, seq in paths.look(model):
            result.add(code, key, f"#{seq}" if seq else "")

    return Check(f"paths.{model._meta.label}", _("Diễn biến đúng vòng đời: %s") % model._meta.label, work)


def _other_paths(result: Result) -> None:
    known = [model._meta.label for model in [*paths.lifecycles(), *paths.others()]]
    for seq in paths.unknown_subjects(known):
        result.add("unknown_subject", seq)
    for model in paths.others():
        result.checked += paths.counted(model)
        for code, key, seq in paths.look(model):
            result.add(code, key, f"{model._meta.label} #{seq}")


def _invariant(rule: Any) -> Check:
    def work(result: Result) -> None:
        result.checked = rule.of().count()
        for key in rule.broken().order_by().values_list("pk", flat=True).iterator():
            result.add("broken", key)

    return Check(f"invariant.{rule.code}", rule.says, work)


def _sealed(model: type[models.Model], fields: Any, sample: int | None) -> Check:
    def work(result: Result) -> None:
        _count(result, rows.sealed_columns(model, fields, sample))

    return Check(f"sealed.{model._meta.label}", _("Cột niêm phong mở được: %s") % model._meta.label, work)


def _probe(one: Any, sample: int | None) -> Check:
    def work(result: Result) -> None:
        _count(result, ((key, "" if holds else "broken") for key, holds in one.look(sample)))

    return Check(f"probe.{one.code}", one.says, work)


def _count(result: Result, seen: Iterable[tuple[Any, str]]) -> None:
    for key, code in seen:
        result.checked += 1
        if code:
            result.add(code, key)
