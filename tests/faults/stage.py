"""The whole product as processes of its own, on one database in a folder of its own: web servers, workers, and a small
province of invented people with tokens. `open_stage` makes it and leaves nothing running behind."""

import contextlib
import ctypes
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .cluster import Cluster

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
PATIENCE = 90
PEOPLE = ("intake", "commune_intake", "supervisor", "supervisor2", "worker", "colleague")


def end_with_parent() -> None:
    """Linux ends the child should the campaign be killed outright."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    engine: str
    folder: Path
    url: str
    cluster: Cluster | None = None
    port: int = 0
    tokens: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    world: Any = None
    web: subprocess.Popen[bytes] | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    words: list[Any] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    watcher: threading.Thread | None = None
    restarts: int = 0

    @property
    def var(self) -> Path:
        return self.folder / "var"

    @property
    def arm(self) -> Path:
        return self.folder / "arm"

    def environment(self, inject: bool = False, **more: str) -> dict[str, str]:
        env = {
            **os.environ, "DH_DB_POOL": "8", "DATABASE_URL": self.url, "DH_VAR_DIR": str(self.var),
            "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "tests.faults.settings", "DH_LEAST_FREE_MB": "1", **more,
        }  # fmt: skip
        if inject:
            env.update(PYTHONPATH=str(ROOT / "tests/faults/inject"), DH_FAULT_ARM=str(self.arm))
        return env

    # --- once ---
    def enter(self) -> None:
        """This process becomes one that sees the stage's database."""
        self.var.mkdir(parents=True, exist_ok=True)
        # It makes children by forking, and threads by the dozen: no pool.
        os.environ.update(self.environment(DH_DB_POOL="0"))
        import django

        django.setup()

    def prepare(self) -> None:
        """Tables, reference data, people with tokens."""
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        from core.api import tokens
        from core.catalogue.models import ClientGroup
        from tests.factories.world import build_world

        self.world = world = build_world()
        for name in PEOPLE:
            self.tokens[name] = tokens.issue(world.user(name), "thử")[1]
        self.facts = {
            "commune": str(world.communes[0].pk), "group": str(ClientGroup.objects.on().get(code="k6").pk),
            "worker": str(world.user("worker").pk), "colleague": str(world.user("colleague").pk),
        }  # fmt: skip

    def settle(self) -> None:
        """Forget connections that a fault has cut."""
        from django.db import connection

        connection.close()

    # --- processes ---
    def start_web(self, processes: int = 2, inject: bool = False, **more: str) -> None:
        self.port = self.port or free_port()
        self.words = [
            sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--host", HOST, "--port", self.port,
            "--workers", processes, "--blocking-threads", "4", "--workers-kill-timeout", "5", "--log-level", "error",
            "--respawn-failed-workers", "--respawn-interval", "0.2", "deploy.wsgi:application",
        ]  # fmt: skip
        self.web = self._start(self.words, inject, **more)
        self.stopping.clear()
        self.watcher = threading.Thread(target=self._watch, args=(inject, more), daemon=True)
        self.watcher.start()
        until = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > until:
                raise RuntimeError("the web server does not start")
            time.sleep(0.1)

    def _watch(self, inject: bool, more: dict[str, str]) -> None:
        """What systemd does: granian ends itself when one of its processes dies twice within some seconds."""
        while not self.stopping.wait(0.2):
            if self.web is not None and self.web.poll() is not None:
                self.restarts += 1
                self.web = self._start(self.words, inject, **more)

    def start_worker(self, inject: bool = False, **more: str) -> subprocess.Popen[bytes]:
        child = self._start([sys.executable, "manage.py", "worker"], inject, **more)
        self.workers.append(child)
        return child

    def drain(self) -> None:
        """What dead workers left is taken back, and every task that waits is run to its end, in this process."""
        from datetime import timedelta

        from core.outbox import queue
        from core.outbox.tasks import DBTaskResult
        from core.outbox.worker import Worker

        from . import ledger

        queue.reap(silence=timedelta(0))
        for _round in range(queue.MOST_TRIES + 1):
            if not DBTaskResult.objects.filter(status="READY").exists():
                return
            ledger.due_now()
            Worker(drain=True).run()

    def _start(self, words: list[Any], inject: bool, **more: str) -> subprocess.Popen[bytes]:
        with (self.var / "processes.log").open("ab") as log:
            return subprocess.Popen(
                [str(word) for word in words], cwd=ROOT, env=self.environment(inject, **more), stdout=log, stderr=log,
                start_new_session=True, preexec_fn=end_with_parent,  # noqa: PLW1509 - before any thread is started
            )  # fmt: skip

    def answers(self) -> bool:
        connection = http.client.HTTPConnection(HOST, self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def web_processes(self) -> list[int]:
        """The processes that answer, without the one that watches them."""
        return children_of(self.web.pid) if self.web is not None else []

    def stop(self) -> None:
        self.stopping.set()
        if self.watcher is not None:
            self.watcher.join(timeout=10)
        everyone = [child for child in (self.web, *self.workers) if child is not None]
        for child in everyone:
            signal_group(child, signal.SIGTERM)
        until = time.monotonic() + 10
        for child in everyone:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, until - time.monotonic()))
            signal_group(child, signal.SIGKILL)
            child.wait(timeout=10)
        self.web, self.workers = None, []


def signal_group(child: subprocess.Popen[bytes], number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def children_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            fields = entry.read_text(encoding="utf-8").rpartition(")")[2].split()
            # The helper that multiprocessing keeps beside them answers nobody.
            named = (entry.parent / "cmdline").read_bytes()
            if int(fields[1]) == pid and fields[0] != "Z" and b"resource_tracker" not in named:
                found.append(int(entry.parent.name))
    return found


@contextlib.contextmanager
def open_stage(engine: str, url: str = "") -> Iterator[Stage]:
    """`url` names a PostgreSQL server to be used instead of a private one (then it cannot be killed)."""
    with tempfile.TemporaryDirectory(prefix="dong-hanh-faults-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # a PostgreSQL of another user must find its own folder below
        cluster = None
        if engine == "sqlite":
            address = f"sqlite:///{folder / 'faults.sqlite3'}"
        elif url:
            address = url
        else:
            cluster = Cluster(folder / "pg")
        try:
            if cluster is not None:
                cluster.create()
                cluster.start()
                cluster.run([cluster.bin / "createdb", "-h", cluster.folder, "-U", "faults", "dong_hanh"])
                address = cluster.url("dong_hanh")
            stage = Stage(engine, folder, address, cluster)
            try:
                yield stage
            finally:
                stage.stop()
        finally:
            if cluster is not None:
                cluster.kill()
