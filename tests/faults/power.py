"""F7: the power goes while SQLite writes as we ship it. A run is watched with strace; every write that was not yet
followed by fsync may be on the disk, or not, or by half. Each such image is opened, mended by SQLite from its journal
and held against what had been acknowledged by then."""

import json
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from . import ledger
from .results import Result
from .stage import ROOT, Stage

SECTOR = 512
TRACED = "openat,write,pwrite64,pwritev,writev,fsync,fdatasync,ftruncate,unlink,unlinkat,rename,renameat,renameat2"
LINE = re.compile(r"^\d+ +(\w+)\((.*)\) += (-?\d+)")
FILE = re.compile(r"^\d+<([^>]*)>")
TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass
class Step:
    """What the process asked of a file: write, sync or cut; or "ack" for what somebody was told."""

    kind: str
    path: str
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """One file: what is surely there, and what was written since and may be lost."""

    sure: bytearray
    open: list[Step] = field(default_factory=list)

    def sync(self) -> None:
        for step in self.open:
            apply(self.sure, step, step.data)
        self.open.clear()

    def image(self, chance: random.Random) -> bytearray:
        content = bytearray(self.sure)
        for step in self.open:
            luck = chance.random()
            if luck < 0.45:
                apply(content, step, step.data)
            elif luck < 0.55 and step.kind == "write":  # torn
                apply(content, step, step.data[: SECTOR * chance.randint(0, len(step.data) // SECTOR)])
        return content


def apply(content: bytearray, step: Step, data: bytes) -> None:
    if step.kind == "cut":
        del content[step.at :]
        content.extend(b"\0" * (step.at - len(content)))
        return
    if len(content) < step.at:
        content.extend(b"\0" * (step.at - len(content)))
    content[step.at : step.at + len(data)] = data


def strace() -> str:
    """Where it is, or ""."""
    return shutil.which("strace") or ""


def watch(env: dict[str, str], database: Path, tokens: dict, facts: dict, count: int, seed: int) -> list[Step]:
    """Let the product write into the database and return everything that it asked of the disk, in order."""
    folder = database.parent
    plan, acks, log = folder / "plan.json", folder / "acks", folder / "trace.log"
    plan.write_text(json.dumps({"tokens": tokens, "facts": facts}), encoding="utf-8")
    acks.unlink(missing_ok=True)
    words = [strace(), "-f", "-y", "-xx", "-s", "70000", "-e", f"trace={TRACED}", "-o", str(log), sys.executable, "-m"]
    words += ["tests.faults.writer", str(plan), str(count), str(seed), str(acks)]
    done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-1500:])
    steps = list(steps_of(log, database, acks))
    log.unlink()
    return steps


def steps_of(log: Path, database: Path, acks: Path) -> Iterator[Step]:
    ours = {str(database): str(database), f"{database}-journal": f"{database}-journal", str(acks): "acks"}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            found = LINE.match(line)
            if not found or int(found[3]) < 0:
                continue
            call, said = found[1], found[2]
            if call in ("unlink", "unlinkat", "rename", "renameat", "renameat2"):
                if _plain(said).count(database.name):
                    raise RuntimeError(f"{call} of the database's own files is not modelled")
                continue
            file = FILE.match(said)
            path = ours.get(_decoded(file[1])) if file else None
            if path is None:
                continue
            yield _step(call, said, path)


def _step(call: str, said: str, path: str) -> Step:
    if call in ("fsync", "fdatasync"):
        return Step("sync", path)
    if call == "ftruncate":
        return Step("cut", path, int(said.rpartition(",")[2]))
    text = TEXT.search(said)
    data = bytes.fromhex(text[1].replace("\\x", "")) if text else b""
    if path == "acks":
        return Step("ack", path, data=data)
    if call != "pwrite64":
        raise RuntimeError(f"{call} on the database is not modelled")
    size, offset = (int(word) for word in said.rsplit(",", 2)[1:])
    if len(data) != size:
        raise RuntimeError("strace cut the text short")
    return Step("write", path, offset, data)


def _plain(said: str) -> str:
    return " ".join(_decoded(text) for text in re.findall(r'"((?:\\x[0-9a-f]{2})+)"', said))


def _decoded(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode() if text.startswith("\\x") else text


def images(
    steps: list[Step], start: dict[str, bytes], count: int, chance: random.Random, honest: bool = True
) -> Iterator[tuple[dict[str, bytearray], dict[str, str]]]:
    """So many moments at which the power goes: the files as the disk may hold them, and what was acknowledged. Half of
    the moments are those right after an acknowledgement. `honest`: whether fsync does what it says."""
    disks = {path: Disk(bytearray(content)) for path, content in start.items()}
    after = [place for place, step in enumerate(steps) if step.kind == "ack"]
    moments = sorted(
        chance.choice(after) if chance.random() < 0.5 else chance.randrange(len(steps)) for _ in range(count)
    )
    told: dict[str, str] = {}
    for place, step in enumerate(steps):
        if step.kind == "ack":
            told.update(line.split() for line in step.data.decode().splitlines())
        elif step.kind != "sync":
            disks[step.path].open.append(step)
        elif honest:
            disks[step.path].sync()
        while moments and moments[0] == place:
            moments.pop(0)
            yield {path: disk.image(chance) for path, disk in disks.items()}, dict(told)


@contextmanager
def looking_at(path: Path) -> Iterator[None]:
    """Django reads this file instead of its database."""
    from django.db import connection

    connection.close()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = str(path)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def judge(found: Iterable[tuple[dict[str, bytearray], dict[str, str]]], database: Path, folder: Path) -> dict[str, int]:
    """How many images lost something acknowledged, are corrupt, or contradict themselves."""
    counts = {"images": 0, "lost": 0, "corrupt": 0, "half": 0, "rolled_back": 0}
    image = folder / "image.sqlite3"
    for files, told in found:
        for path, content in files.items():
            image.with_name(image.name + path[len(str(database)) :]).write_bytes(content)
        counts["images"] += 1
        counts["rolled_back"] += len(files[f"{database}-journal"]) > 0
        try:
            with sqlite3.connect(image) as link:
                sound = link.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            link.close()
        except sqlite3.DatabaseError:
            sound = False
        if not sound:
            counts["corrupt"] += 1
            continue
        with looking_at(image):
            said = ledger.contradictions(told)
        counts["lost"] += any("lost" in sentence for sentence in said)
        counts["half"] += any("lost" not in sentence for sentence in said)
    return counts


def cut_power(stage: Stage, count: int, seed: int) -> list[Result]:
    result = Result("F7", stage.engine, "power loss: images of the disk, SQLite as shipped")
    if stage.engine != "sqlite" or not strace():
        result.skipped = "SQLite only" if stage.engine != "sqlite" else "strace is not installed"
        return [result]
    database = Path(stage.url.removeprefix("sqlite:///"))
    start = {str(database): database.read_bytes(), f"{database}-journal": _bytes(Path(f"{database}-journal"))}
    moves = max(20, min(120, count // 20))
    steps = watch(stage.environment(DH_DB_POOL="0"), database, stage.tokens, stage.facts, moves, seed)
    counts = judge(images(steps, start, count, random.Random(f"F7{seed}")), database, stage.folder)
    lying = judge(images(steps, start, 20, random.Random(f"lie{seed}"), honest=False), database, stage.folder)
    result.count = counts["images"]
    result.blame(f"{counts[name]} images: {name}" for name in ("lost", "corrupt", "half") if counts[name])
    if not lying["lost"] + lying["corrupt"]:
        result.blame(["the judge finds nothing even where fsync does nothing"])
    result.figures.update(
        acknowledged=sum(step.kind == "ack" for step in steps), syncs=sum(step.kind == "sync" for step in steps),
        writes=sum(step.kind == "write" for step in steps), **{k: v for k, v in counts.items() if k != "images"},
        control_without_fsync=lying,
    )  # fmt: skip
    return [result.done()]


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""
