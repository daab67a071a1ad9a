"""The head of the chain, signed and kept outside the database (trust.md §4, docs/adr/0005).

Whoever owns the database can take the triggers away and cut off the end of the chain, head included; whoever has the
audit key too can write a new chain. Neither reaches a head that was sent to another machine before. One head is one
line of JSON: {"at": ISO 8601, "seq": number of events, "hash": of the last one, "sign": HMAC-SHA256 of the others}.
"""

import hashlib
import hmac
import json
import logging
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from core.audit.models import ChainHead, Event
from core.sealed import derived_key

SECONDS = 60  # the longest that sending may take
AT_ONCE = 500
TAIL = 4096  # bytes that surely hold a whole line
START = "0" * 64  # the hash before the first event
log = logging.getLogger(__name__)


class NotKept(RuntimeError):
    """The head could not be written or sent; the message says which, without the command or what it answered."""


class NoHead(ValueError):
    """A line that is no head, or one that the audit key of this installation has not signed."""


@dataclass(frozen=True)
class Head:
    at: datetime
    seq: int
    hash: str


@dataclass(frozen=True)
class Finding:
    """What is wrong with a line (counted from 1): unreadable, cut (the chain is shorter now), changed (another event
    stands there), backwards (an earlier line was further)."""

    line: int
    code: str
    seq: int = 0


def current() -> Head:
    """The head as it stands in the database now."""
    row = ChainHead.objects.filter(pk=1).first()
    return Head(timezone.now(), row.seq if row else 0, row.hash if row else START)


def write(head: Head) -> str:
    """The head as one signed line, without the end of the line."""
    body = {"at": head.at.isoformat(timespec="seconds"), "seq": head.seq, "hash": head.hash}
    return json.dumps({**body, "sign": _signature(body)}, separators=(",", ":"))


def read(line: str) -> Head:
    """The head that a line holds, or NoHead."""
    try:
        body = json.loads(line)
        signature = body.pop("sign")
        head = Head(datetime.fromisoformat(body["at"]), body["seq"], body["hash"])
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise NoHead from error
    if not isinstance(signature, str) or not hmac.compare_digest(signature.encode(), _signature(body).encode()):
        raise NoHead
    return head


def _signature(body: object) -> str:
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return hmac.new(derived_key(settings.DH_AUDIT_KEY, "audit-head"), text.encode(), hashlib.sha256).hexdigest()


def compare(lines: Sequence[str]) -> Iterator[Finding]:
    """What in these lines, oldest first, the chain of the database contradicts. Read the lines before calling."""
    furthest = 0
    for start in range(0, len(lines), AT_ONCE):
        heads: dict[int, Head] = {}
        for number, line in enumerate(lines[start : start + AT_ONCE], start + 1):
            try:
                heads[number] = read(line)
            except NoHead:
                yield Finding(number, "unreadable")
        wanted = {head.seq for head in heads.values()}
        stands = {0: START, **dict(Event.objects.filter(seq__in=wanted).values_list("seq", "hash"))}
        for number, head in heads.items():
            if head.seq < furthest:
                yield Finding(number, "backwards", head.seq)
            furthest = max(furthest, head.seq)
            if head.seq not in stands:
                yield Finding(number, "cut", head.seq)
            elif stands[head.seq] != head.hash:
                yield Finding(number, "changed", head.seq)


def kept(path: Path) -> list[str]:
    """The lines of a file of heads; [] when there is none yet."""
    return path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []


def keep() -> list[Finding]:
    """Write the head to DH_AUDIT_HEAD_FILE when it has moved, and give it to DH_AUDIT_HEAD_COMMAND each time, so that
    the other machine notices silence. What was kept last is compared first: a cut or changed chain is told at once.

    Raises NotKept when either of the two fails; the other one is done all the same.
    """
    path = Path(settings.DH_AUDIT_HEAD_FILE) if settings.DH_AUDIT_HEAD_FILE else None
    last = _last(path) if path is not None else []
    findings = list(compare(last))
    for finding in findings:
        log.critical("the audit chain does not hold what was kept of it: %s at event %s", finding.code, finding.seq)
    head, failed = current(), []
    try:
        if path is not None and not _same(last, head):
            _append(path, write(head))
    except OSError as error:
        failed.append(f"file: {type(error).__name__}")
    try:
        _send(write(head))
    except (OSError, subprocess.SubprocessError) as error:
        failed.append(f"command: {type(error).__name__}")
    if failed:
        raise NotKept(", ".join(failed))
    return findings


def _last(path: Path) -> list[str]:
    """The last line, without reading what is before; [] when there is none or it cannot be read (writing will say)."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - TAIL))
            return file.read().decode("utf-8", "replace").splitlines()[-1:]
    except OSError:
        return []


def _same(last: list[str], head: Head) -> bool:
    try:
        return bool(last) and read(last[0]).seq == head.seq and read(last[0]).hash == head.hash
    except NoHead:
        return False


def _append(path: Path, line: str) -> None:
    """One write at the end, which is all that a file with `chattr +a` allows, and on the disk before it counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        size = os.fstat(handle).st_size
        # After a torn line (the power went) the next one still begins on its own.
        torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
        os.write(handle, f"{os.linesep if torn else ''}{line}\n".encode())
        os.fsync(handle)
    finally:
        os.close(handle)


def _send(line: str) -> None:
    command = shlex.split(settings.DH_AUDIT_HEAD_COMMAND)
    if command:
        # The command comes from the settings, the line by standard input: no shell.
        subprocess.run(command, input=f"{line}\n".encode(), capture_output=True, timeout=SECONDS, check=True)  # noqa: S603
