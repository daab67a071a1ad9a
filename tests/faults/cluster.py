"""A PostgreSQL of one's own: made in a folder, on a socket there, with everything that keeps data safe switched on."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

OWNER = "faults"
PATIENCE = 60


class NoServer(RuntimeError):
    """There is no PostgreSQL on this machine, or it does not start; the message says which."""


def programs() -> Path:
    """The folder of initdb and postgres, the newest there is."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    named = shutil.which("initdb")
    if not found and not named:
        raise NoServer("initdb was not found: apt-get install postgresql")
    return (found[-1] if found else Path(str(named))).parent


def owner() -> dict[str, Any]:
    """PostgreSQL refuses to run as root. (`runuser` would stand between, and stop itself when its child is stopped.)"""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


class Cluster:
    def __init__(self, folder: Path, data: Path | None = None, wal: Path | None = None):
        """`data` and `wal` stand elsewhere where they are named (a small disk, say); then the log is kept short."""
        self.folder, self.bin = folder, programs()
        self.options = ["-c", "min_wal_size=2MB", "-c", "max_wal_size=8MB", "-c", "wal_recycle=off"] if wal else []
        self.data, self.wal = data or folder / "data", wal
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://{OWNER}@/{name}?host={self.folder}&port=5432"

    def create(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        for place in filter(None, (self.folder, self.data.parent, self.wal and self.wal.parent)):
            if os.geteuid() == 0:
                shutil.chown(place, "postgres")
        words = [self.bin / "initdb", "-D", self.data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
        words += ["--data-checksums", *(["--waldir", self.wal, "--wal-segsize=1"] if self.wal else [])]
        self.run(words)

    def run(self, words: Sequence[object], patience: float = PATIENCE) -> str:
        done = subprocess.run(
            list(map(str, words)), cwd=self.folder, capture_output=True, text=True, timeout=patience, check=False,
            **owner(),
        )  # fmt: skip
        if done.returncode:
            raise NoServer(f"{Path(str(words[0])).name}: {done.stderr[-500:]}")
        return done.stdout

    def start(self, patience: float = PATIENCE) -> float:
        """Seconds until it let somebody in."""
        began = time.monotonic()
        words = [
            str(self.bin / "postgres"), "-D", str(self.data), "-c", "listen_addresses=", "-c",
            f"unix_socket_directories={self.folder}", "-c", "port=5432", "-c", "max_connections=150", "-c", "fsync=on",
            "-c", "synchronous_commit=on", "-c", "full_page_writes=on", "-c", "shared_buffers=64MB",
            *self.options,
        ]  # fmt: skip
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                words, cwd=self.folder, stdout=log, stderr=log, start_new_session=True, **owner()
            )
        while not self.answers():
            if self.process.poll() is not None:
                raise NoServer(f"postgres ended with {self.process.returncode}: {self.said()}")
            if time.monotonic() - began > patience:
                raise NoServer("postgres did not answer in time")
            time.sleep(0.05)
        return time.monotonic() - began

    def said(self) -> str:
        return (self.folder / "server.log").read_text(encoding="utf-8", errors="replace")[-800:]

    def answers(self) -> bool:
        words = [str(self.bin / "pg_isready"), "-q", "-h", str(self.folder), "-p", "5432", "-t", "2"]
        return subprocess.run(words, check=False, timeout=10).returncode == 0

    def postmaster(self) -> int:
        """0 when it is not running."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return 0
        return pid if _is_postgres(pid) else 0

    def tree(self) -> list[int]:
        """The server and each of its processes."""
        head = self.postmaster()
        return [head, *_children(head)] if head else []

    def kill(self) -> int:
        """SIGKILL to all at one moment, as when the machine falls over but keeps what it has written; how many."""
        head = self.postmaster()
        if not head:
            self._gone()
            return 0
        os.kill(head, signal.SIGSTOP)  # so that it starts nobody anew meanwhile
        everyone = [head, *_children(head)]
        for pid in everyone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 20
        while any(_is_postgres(pid) for pid in everyone) and time.monotonic() < until:
            time.sleep(0.01)
        self._gone()
        return len(everyone)

    def _gone(self) -> None:
        if self.process is not None:
            self.process.wait(timeout=30)

    def stop(self) -> None:
        """In good order, or at any rate."""
        head = self.postmaster()
        if head:
            with contextlib.suppress(ProcessLookupError):
                os.kill(head, signal.SIGINT)
        if self.process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(timeout=20)
        self.kill()


def _is_postgres(pid: int) -> bool:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")
    except OSError:
        return False
    return "postgres" in fields[0] and fields[2].split()[0] != "Z"


def _children(head: int) -> Iterator[int]:
    for entry in list(Path("/proc").glob("[0-9]*/stat")):
        try:
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == head:
            yield int(entry.parent.name)
