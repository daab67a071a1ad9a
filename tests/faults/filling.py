"""F6: real disks that are full: of the database, of PostgreSQL's write-ahead log, of the papers, of the product's log.
Small disks are mounted from files, so this needs root; the short form is test_no_room.py."""

import contextlib
import http.client
import json
import os
import random
import shutil
import subprocess
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from . import ledger
from .cluster import Cluster
from .load import Answer, call, sheet
from .results import Result
from .stage import HOST, Stage

FILLED_AT_ONCE = 64 * 1024
PROBLEM = "/problems/unavailable"


class CannotMount(RuntimeError):
    """This user or this machine mounts nothing."""


@contextlib.contextmanager
def small_disk(folder: Path, name: str, megabytes: int) -> Iterator[Path]:
    """An ext4 of that size in a file."""
    place, file = folder / name, folder / f"{name}.img"
    place.mkdir()
    with file.open("wb") as blank:
        blank.truncate(megabytes * 1024 * 1024)
    try:
        for words in (["mkfs.ext4", "-q", "-m", "0", file], ["mount", "-o", "loop", file, place]):
            done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
            if done.returncode:
                raise CannotMount(done.stderr.strip()[-200:])
    except OSError as error:
        raise CannotMount(str(error)) from error
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=False, timeout=60)
        file.unlink()


def fill(place: Path, leave: int = 0) -> None:
    """Take all room but so many bytes."""
    with (place / "ballast").open("wb", buffering=0) as ballast:
        size = FILLED_AT_ONCE
        while size >= 512:
            try:
                ballast.write(b"\0" * size)
            except OSError:
                size //= 2
    if leave:
        with (place / "ballast").open("r+b") as ballast:
            ballast.truncate(max(0, ballast.seek(0, os.SEEK_END) - leave))


def empty(place: Path) -> None:
    (place / "ballast").unlink(missing_ok=True)


def upload(stage: Stage, case: str, key: str) -> Answer:
    """Hand in a paper."""
    from tests.core.documents import files

    mark = uuid.uuid4().hex
    body = b"".join([
        f'--{mark}\r\nContent-Disposition: form-data; name="data"\r\n\r\n'.encode(),
        json.dumps({"parent": case, "kind": "medical"}).encode(),
        f'\r\n--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n'.encode(),
        b"Content-Type: application/pdf\r\n\r\n", files.pdf(),
        f"\r\n--{mark}--\r\n".encode(),
    ])  # fmt: skip
    link = http.client.HTTPConnection(HOST, stage.port, timeout=30)
    try:
        link.request("POST", "/api/v1/papers/", body, {
            "Authorization": f"Token {stage.tokens['worker']}", "Idempotency-Key": key,
            "Content-Type": f"multipart/form-data; boundary={mark}",
        })  # fmt: skip
        answer = link.getresponse()
        raw = answer.read()
        return Answer(answer.status, json.loads(raw) if raw[:1] == b"{" else {})
    finally:
        link.close()


def page(stage: Stage, cookie: str, path: str) -> tuple[int, str]:
    link = http.client.HTTPConnection(HOST, stage.port, timeout=30)
    try:
        link.request("GET", path, headers={"Cookie": f"sessionid={cookie}"})
        answer = link.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        link.close()


class Writing:
    """Registrations one after the other; those that were refused are asked for again with their keys at the end."""

    def __init__(self, stage: Stage, seed: str):
        self.stage, self.chance = stage, random.Random(seed)
        self.acknowledged: dict[str, str] = {}
        self.refused: dict[str, dict[str, Any]] = {}
        self.statuses: Counter[Any] = Counter()
        self.wrong: list[str] = []

    def ask(self, key: str, body: dict[str, Any]) -> bool:
        try:
            answer = call(self.stage.port, self.stage.tokens["intake"], "cases/", body, key)
        except (OSError, http.client.HTTPException) as error:
            answer = Answer(0, {"type": type(error).__name__})
        self.statuses[answer.status] += 1
        if answer.status == 201:
            self.acknowledged[key] = answer.body["event"]
            self.refused.pop(key, None)
            return True
        self.refused[key] = body
        if answer.status != 503 or answer.body.get("type") != PROBLEM:
            self.wrong.append(f"{answer.status} {answer.body.get('type')} instead of 503")
        return False

    def more(self, count: int) -> None:
        for _number in range(count):
            body = sheet(self.chance, self.stage.facts["commune"])
            body["problem"] = "Sống một mình. " * 200
            self.ask(uuid.UUID(int=self.chance.getrandbits(128)).hex, body)

    def until_refused(self, most: int) -> bool:
        before = self.statuses[503]
        for _number in range(most):
            self.more(1)
            if self.statuses[503] > before:
                return True
        return False

    def heal(self, patience: float = 60) -> float:
        """Seconds until everything that was refused has been taken."""
        began = time.monotonic()
        while self.refused and time.monotonic() - began < patience:
            for key, body in list(self.refused.items()):
                self.ask(key, body)
            time.sleep(0.1 if self.refused else 0)
        if self.refused:
            self.wrong.append(f"{len(self.refused)} are still refused {patience:.0f} s after there was room again")
        return round(time.monotonic() - began, 2)


def fill_disks(stage: Stage, count: int, seed: int) -> list[Result]:
    """Each disk in turn, `count` times."""
    kinds = {"sqlite": (_database_sqlite, _papers, _log), "postgresql": (_data_postgresql, _wal_postgresql, _papers)}
    results = []
    for run in kinds[stage.engine]:
        result = Result("F6", stage.engine, f"disk full: {run.__doc__}")
        try:
            run(stage, count, seed, result)
        except CannotMount as error:
            result.skipped = f"needs root and loop devices: {error}"
        finally:
            stage.stop()
            stage.settle()
        results.append(result.done())
    return results


def _rounds(stage: Stage, place: Path, count: int, seed: int, result: Result, revive: Any = None) -> None:
    """Fill, write until it is refused, look at a page, make room, and see everything taken."""
    writing, cookie = Writing(stage, f"F6{seed}"), _cookie()
    healed, pages = [], Counter[int]()
    for number in range(count):
        writing.more(3)
        fill(place, leave=random.Random(number).choice((0, 8192, 65536)))
        if not writing.until_refused(400):
            result.blame(["the disk was never full"])
        writing.more(3)
        status, text = page(stage, cookie, "/")
        pages[status] += 1
        if status not in (200, 302, 503) or (status == 503 and "Hệ thống đang bận" not in text):
            result.blame([f"the page said {status}"])
        empty(place)
        if revive is not None:
            revive()
        healed.append(writing.heal())
        result.count += 1
    result.blame(writing.wrong)
    stage.settle()
    result.blame(ledger.contradictions(writing.acknowledged))
    result.figures.update(healed_max_s=max(healed), answers=dict(writing.statuses), pages=dict(pages))


def _cookie() -> str:
    from django.test import Client

    from core.accounts.models import User

    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(username="worker"))
    return str(client.session.session_key)


@contextlib.contextmanager
def moved(stage: Stage, url: str) -> Iterator[None]:
    """The product and this process look at another database for a while."""
    from django.db import connection

    from deploy.settings.database import from_url

    before, kept = stage.url, dict(connection.settings_dict)
    connection.close()
    stage.url = url
    connection.settings_dict.update({**from_url(url, Path("/")), "TEST": kept["TEST"]})
    try:
        yield
    finally:
        connection.close()
        stage.url = before
        connection.settings_dict.update(kept)


def _database_sqlite(stage: Stage, count: int, seed: int, result: Result) -> None:
    """the file of SQLite"""
    with small_disk(stage.folder, "small", 32) as place:
        stage.settle()
        shutil.copy(stage.url.removeprefix("sqlite:///"), place / "db.sqlite3")
        with moved(stage, f"sqlite:///{place / 'db.sqlite3'}"):
            stage.start_web(processes=1)
            _rounds(stage, place, count, seed, result)
            stage.stop()


def _copied(stage: Stage, small: Cluster) -> None:
    """The stage's database in another server."""
    assert stage.cluster is not None
    where, dump = ["-h", stage.cluster.folder, "-U", "faults"], stage.cluster.folder / "copy.dump"
    stage.cluster.run([small.bin / "pg_dump", *where, "-Fc", "-f", dump, "dong_hanh"])
    there = ["-h", small.folder, "-U", "faults"]
    small.run([small.bin / "createdb", *there, "dong_hanh"])
    small.run([small.bin / "pg_restore", *there, "-d", "dong_hanh", dump])
    dump.unlink()


def _on_small_disk(stage: Stage, count: int, seed: int, result: Result, megabytes: int, wal: bool) -> None:
    if stage.cluster is None:
        result.skipped = "needs a PostgreSQL of its own"
        return
    with small_disk(stage.folder, f"small{wal:d}", megabytes) as place:
        folder = stage.folder / f"other{wal:d}"
        folder.mkdir()
        (place / "in").mkdir()
        data, log = (None, place / "in" / "wal") if wal else (place / "in" / "data", folder / "wal")
        small = Cluster(folder, data, log)
        small.create()
        small.start()

        def revive() -> None:
            """What systemd does where the server ended itself."""
            if not small.postmaster():
                small.start()

        try:
            _copied(stage, small)
            with moved(stage, small.url("dong_hanh")):
                stage.start_web(processes=1)
                _rounds(stage, place, count, seed, result, revive)
                stage.stop()
        finally:
            small.kill()


def _data_postgresql(stage: Stage, count: int, seed: int, result: Result) -> None:
    """the tables of PostgreSQL"""
    _on_small_disk(stage, count, seed, result, 160, wal=False)


def _wal_postgresql(stage: Stage, count: int, seed: int, result: Result) -> None:
    """the write-ahead log of PostgreSQL"""
    _on_small_disk(stage, count, seed, result, 160, wal=True)


def _papers(stage: Stage, count: int, seed: int, result: Result) -> None:
    """the papers that people hand in"""
    media = stage.var / "media"
    shutil.rmtree(media, ignore_errors=True)
    stage.start_web(processes=1)
    case = _running_case(stage, seed)
    with small_disk(stage.var, "media", 8) as place:
        statuses: Counter[int] = Counter()
        for number in range(count):
            before = _kept(place)
            fill(place)
            keys = [f"F6-{seed}-{number}-{part}" for part in range(3)]
            for key in keys:
                answer = upload(stage, case, key)
                statuses[answer.status] += 1
                if answer.status != 503 or answer.body.get("type") != PROBLEM:
                    result.blame([f"{answer.status} {answer.body.get('type')} instead of 503"])
            if _kept(place) != before:
                result.blame(["half a file was left"])
            empty(place)
            for key in keys:
                answer = upload(stage, case, key)
                statuses[answer.status] += 1
                if answer.status != 201:
                    result.blame([f"with room again: {answer.status}"])
            result.count += 1
        stage.settle()
        from core.documents import vault
        from core.documents.models import Document

        rows = list(Document.objects.filter(root_id=case))
        result.blame(f"paper {row.pk} does not open" for row in rows if len(vault.get(row)) != row.size)
        result.blame([] if len(_kept(place)) == len(rows) else [f"{len(_kept(place))} files for {len(rows)} papers"])
        result.figures.update(answers=dict(statuses), papers=len(rows))
        stage.stop()


def _running_case(stage: Stage, seed: int) -> str:
    body = sheet(random.Random(f"F6{seed}papers{time.time()}"), stage.facts["commune"])
    made = call(stage.port, stage.tokens["intake"], "cases/", body, uuid.uuid4().hex).body
    asked = {
        "version": 1, "group": stage.facts["group"], "worker": stage.facts["worker"], "over_cap": "Không còn ai khác.",
    }  # fmt: skip
    where = f"cases/{made['id']}/actions/screen_in/"
    return str(call(stage.port, stage.tokens["supervisor"], where, asked, uuid.uuid4().hex).body["id"])


def _kept(place: Path) -> set[str]:
    return {str(path) for path in (place / "documents").rglob("*") if path.is_file()}


def _log(stage: Stage, count: int, seed: int, result: Result) -> None:
    """the product's own log: work goes on"""
    with small_disk(stage.folder, "logs", 8) as place:
        stage.start_web(processes=1, DH_FAULT_LOG=str(place / "product.log"))
        writing = Writing(stage, f"F6log{seed}")
        for number in range(count):
            fill(place)
            writing.more(3)
            refused = call(stage.port, "nobody" * 8, "cases/", {}, f"{number}").status
            missing = call(stage.port, stage.tokens["intake"], "nothing/", {}, f"{number}").status
            if (refused, missing) != (401, 404):
                result.blame([f"with a full log: {refused}, {missing}"])
            empty(place)
            result.count += 1
        result.blame([] if set(writing.statuses) == {201} else [f"answers {dict(writing.statuses)}"])
        result.blame(ledger.contradictions(writing.acknowledged))
        result.figures.update(answers=dict(writing.statuses))
        stage.stop()
