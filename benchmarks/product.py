"""The product as production runs it (deploy/dong-hanh-web.service), on one database of the bench."""

from __future__ import annotations

import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.bootstrap import ROOT, Refusal
from deploy.bootstrap.processes import start, stop

SERVICE = ROOT / "deploy" / "dong-hanh-web.service"


@dataclass(frozen=True)
class Product:
    """A database with the environment that the product reads it by."""

    name: str
    url: str
    home: Path

    @property
    def env(self) -> dict[str, str]:
        return {**os.environ, "DATABASE_URL": self.url, "DH_VAR_DIR": str(self.home)}

    def run(self, *words: object, feed: str | None = None) -> str:
        """Python with these arguments in the product's environment; what it printed. Raises Refusal."""
        command = [sys.executable, *map(str, words)]
        # A pool of connections does not survive the forks of the generator, and a command needs none.
        done = subprocess.run(
            command,
            cwd=ROOT,
            env={**self.env, "DH_DB_POOL": "0"},
            input=feed,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode:
            raise Refusal(f"{self.name}: {' '.join(command[1:])} ended with {done.returncode}")
        return done.stdout

    def manage(self, *words: object) -> str:
        return self.run("manage.py", *words)

    def ready(self) -> None:
        """Tables, cache and static files as a deployment leaves them."""
        self.home.mkdir(parents=True, exist_ok=True)
        self.manage("compile_catalogues", "--verbosity", "0")
        self.manage("migrate", "--noinput", "--verbosity", "0")
        self.manage("createcachetable")
        self.manage("collectstatic", "--noinput", "--verbosity", "0")


def command(port: int) -> list[str]:
    """The ExecStart of the unit, on another port."""
    text = SERVICE.read_text(encoding="utf-8")
    found = re.search(r"^ExecStart=\S+ (.*)$", text, re.MULTILINE)
    assert found is not None, f"no ExecStart in {SERVICE.name}"
    words = shlex.split(found[1])
    words[words.index("--port") + 1] = str(port)
    return [sys.executable, *words]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(product: Product) -> Iterator[tuple[int, int]]:
    """(port, process id) of a running server; stopped with all its workers at the end."""
    port = free_port()
    child = start([*command(port), "--no-access-log", "--log-level", "warning"], product.env)
    try:
        until = time.monotonic() + 60
        while not answers(port):
            if child.poll() is not None or time.monotonic() > until:
                raise Refusal(f"{product.name}: the server does not answer")
            time.sleep(0.2)
        yield port, child.pid
    finally:
        stop([child])


def answers(port: int) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.HTTPError):
        return False
