"""`run.py bench`: a private PostgreSQL with a made-up province, and benchmarks/measure.py that drives the product.

The server is set as one would set it in production on this machine (fsync on) and is reached by a socket in a private
folder only. With --keep the loaded databases stay under var/bench for the next run.
"""

import argparse
import base64
import contextlib
import json
import os
import pwd
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from . import ROOT, VAR, Refusal
from .environment import PYTHON, ensure
from .processes import call, end_with_parent, settings_env, stop

HOME = VAR / "bench"
OWNER = "bench"
PORT = 5432
SMALL, LARGE = 10_000, 1_100_000
MB = 1024 * 1024


@dataclass(frozen=True)
class Choices:
    """What the command line says."""

    persons: int = LARGE
    small: int = SMALL
    rounds: int = 5
    seconds: float = 4.0
    sqlite: int = 100_000
    count: int = 15
    only: str = ""
    keep: bool = False
    markdown: bool = False


def arguments(parser: argparse.ArgumentParser) -> None:
    usual = Choices()
    parser.add_argument("--persons", type=int, help=f"of the large province, {LARGE} unless told")
    parser.add_argument("--small", action="store_true", help="a quick run: 100,000 persons, 20,000 on SQLite, 3 rounds")
    parser.add_argument("--rounds", type=int, help=f"{usual.rounds} unless told")
    parser.add_argument("--seconds", type=float, default=usual.seconds, help="of each measurement in a round")
    parser.add_argument("--sqlite", type=int, help=f"persons on SQLite, {usual.sqlite} unless told")
    parser.add_argument("--count", type=int, default=usual.count, help="requests to each list at each size")
    parser.add_argument("--only", default="", help="some of rounds,alone,sizes,depth,sqlite")
    parser.add_argument("--keep", action="store_true", help="keep the loaded databases under var/bench")
    parser.add_argument("--markdown", action="store_true", help="print the table of docs/performance.md")


def choices(options: argparse.Namespace) -> Choices:
    short = bool(options.small)
    return Choices(
        persons=options.persons or (100_000 if short else LARGE), small=SMALL,
        rounds=options.rounds or (3 if short else 5), seconds=options.seconds, count=options.count,
        sqlite=options.sqlite or (20_000 if short else 100_000), only=options.only, keep=options.keep,
        markdown=options.markdown,
    )  # fmt: skip


def bench(chosen: Choices) -> int:
    """Starts the server, measures, and leaves nothing behind but results.json (and the data with --keep)."""
    ensure("runtime")
    binaries = find_binaries()
    HOME.mkdir(parents=True, exist_ok=True)
    folder = HOME / "cluster"
    try:
        with cluster(binaries, folder) as (socket, postmaster):
            command = [PYTHON, "-m", "benchmarks.measure", *words(chosen), "--postmaster", postmaster]
            return call([*command, "--pgbench", binaries / "pgbench"], product_env(socket))
    finally:
        if not chosen.keep:
            shutil.rmtree(folder, ignore_errors=True)
            shutil.rmtree(HOME / "product", ignore_errors=True)


def words(chosen: Choices) -> list[str]:
    """The arguments of benchmarks/measure.py."""
    told = {
        "persons": chosen.persons, "small": chosen.small, "rounds": chosen.rounds, "seconds": chosen.seconds,
        "sqlite": chosen.sqlite, "count": chosen.count, "only": chosen.only,
    }  # fmt: skip
    said = [f"--{name}={value}" for name, value in told.items()]
    return [*said, *(["--markdown"] if chosen.markdown else [])]


def product_env(socket: Path) -> dict[str, str]:
    """The production settings; keys of this bench alone, kept beside the data that they seal."""
    return settings_env(
        "deploy.settings.production",
        **keys(HOME / "keys.json"),
        DH_BENCH_SOCKET=str(socket),
        DH_BENCH_HOME=str(HOME),
        DH_ALLOWED_HOSTS="127.0.0.1",
        DH_PROXY_HEADER="X-Forwarded-Proto",
        DATABASE_URL=f"postgresql://{OWNER}@/postgres?host={socket}&port={PORT}",
    )


def keys(path: Path) -> dict[str, str]:
    if not path.exists():
        names = ("DH_SEAL_KEY", "DH_INDEX_KEY", "DH_AUDIT_KEY", "DH_LICENCE_KEY")
        made = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in names}
        made["DH_SECRET_KEY"] = secrets.token_urlsafe(48)
        path.touch(mode=0o600)
        path.write_text(json.dumps(made), encoding="utf-8")
    found: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return found


def find_binaries() -> Path:
    """The folder of the newest PostgreSQL of this machine."""
    places = [Path("/usr/lib/postgresql"), Path("/usr/pgsql")]
    found = [path.parent for place in places for path in place.glob("*/bin/initdb")]
    if not found and (by_path := shutil.which("initdb")):
        found = [Path(by_path).resolve().parent]
    if not found:
        raise Refusal("Chưa có PostgreSQL / PostgreSQL is missing: apt install postgresql")
    return max(found, key=lambda path: [int(part) for part in path.parent.name.split(".") if part.isdigit()])


def as_owner(command: Sequence[object]) -> list[str]:
    """PostgreSQL refuses to run as root; then it runs as the user that its package made."""
    text = [str(word) for word in command]
    return text if os.geteuid() else ["runuser", "-u", "postgres", "--", *text]


def give(path: Path) -> None:
    if os.geteuid() == 0:
        owner = pwd.getpwnam("postgres")
        os.chown(path, owner.pw_uid, owner.pw_gid)


def memory_mb() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MB


def server_settings(socket: Path, memory: int) -> dict[str, str]:
    """What an administrator sets for a machine of so many MB that the product shares."""
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket),
        "port": str(PORT),
        "max_connections": "100",
        "shared_buffers": f"{min(memory // 4, 4096)}MB",
        "effective_cache_size": f"{memory // 2}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(memory // 16, 1024)}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "wal_compression": "on",
        "random_page_cost": "1.1",
        "effective_io_concurrency": "100",
        "shared_preload_libraries": "pg_stat_statements",
        "pg_stat_statements.track_utility": "on",
        "logging_collector": "off",
    }


@contextlib.contextmanager
def cluster(binaries: Path, folder: Path) -> Iterator[tuple[Path, int]]:
    """Its socket's folder and the process id of its postmaster; stopped cleanly at the end, the files stay."""
    socket = Path(tempfile.mkdtemp(prefix="dh-bench."))
    give(socket)
    child = None
    try:
        if not (folder / "PG_VERSION").exists():
            initialise(binaries, folder)
        options = [
            word for name, value in server_settings(socket, memory_mb()).items() for word in ("-c", f"{name}={value}")
        ]
        log = (HOME / "cluster.log").open("ab")
        child = start_quietly(as_owner([binaries / "postgres", "-D", folder, *options]), log)
        wait_for(binaries, socket, child)
        yield socket, int((folder / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    finally:
        if child is not None:
            halt(binaries, folder, child)
        shutil.rmtree(socket, ignore_errors=True)


def initialise(binaries: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    give(folder)
    options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]
    quiet(as_owner([binaries / "initdb", "-D", folder, *options]))


def quiet(command: Sequence[str], cwd: Path = Path("/")) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refusal(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")


def start_quietly(command: Sequence[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    # run.py has no threads, so preexec_fn is safe.
    return subprocess.Popen(
        command,
        cwd="/",
        stdout=log,
        stderr=log,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509
    )


def wait_for(binaries: Path, socket: Path, child: "subprocess.Popen[bytes]", patience: int = 60) -> None:
    command = [str(binaries / "pg_isready"), "-q", "-h", str(socket), "-p", str(PORT), "-t", "1"]
    for _second in range(patience):
        if child.poll() is not None:
            break
        if subprocess.run(command, check=False).returncode == 0:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(0.5)
    raise Refusal(f"PostgreSQL không chạy / did not start; see {(HOME / 'cluster.log').relative_to(ROOT)}")


def halt(binaries: Path, folder: Path, child: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(Refusal):
        quiet(as_owner([binaries / "pg_ctl", "-D", folder, "-m", "fast", "-w", "-t", "60", "stop"]))
    stop([child])
