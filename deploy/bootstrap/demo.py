"""`run.py demo`: database, demo data, web server and task worker on this machine, until Ctrl-C."""

import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import NoReturn

from . import Refusal
from .environment import PYTHON, ensure
from .processes import Child, must, settings_env, start, stop

HOST = "127.0.0.1"
LAST_PORT = 65535

# What stands between an empty machine and a demo that answers: what is said, and the arguments of manage.py.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Bản dịch / catalogues", ("compile_catalogues", "--verbosity", "0")),
    ("Cơ sở dữ liệu / database", ("migrate", "--noinput", "--verbosity", "0")),
    ("Bộ nhớ đệm / cache table", ("createcachetable",)),
    ("Dữ liệu mẫu / demo data", ("demo_data", "{persons}")),
    ("Tệp tĩnh / static files", ("collectstatic", "--noinput", "--verbosity", "0")),
)


def demo(port: int, persons: int | None) -> NoReturn:
    """Never returns: a signal ends it well, a child that ends by itself is a failure."""
    require_free(port)
    ensure("runtime")
    env = settings_env("deploy.settings.demo")
    prepare(persons, env)
    require_free(port)
    children: dict[str, Child] = {}
    try:
        children["web"] = start(web_command(port), env)
        children["worker"] = start([PYTHON, "manage.py", "worker"], env)
        watch(children, port, env)
    finally:
        stop(children.values())


def require_free(port: int) -> None:
    if not 1 <= port <= LAST_PORT:
        raise Refusal(f"Cổng phải từ 1 đến {LAST_PORT} / the port must be between 1 and {LAST_PORT}, not {port}.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            other = port + 1 if port < LAST_PORT else 8000
            raise Refusal(
                f"Không dùng được cổng {port} / cannot use port {port} ({error.strerror}). "
                f"Thử / try: python3 run.py demo --port {other}"
            ) from None


def fill(words: tuple[str, ...], persons: int | None) -> list[str]:
    """The arguments of one step; without --persons the command's own default holds."""
    filled = [word for word in words if word != "{persons}"]
    if "{persons}" in words and persons is not None:
        filled += ["--persons", str(persons)]
    return filled


def prepare(persons: int | None, env: Mapping[str, str]) -> None:
    for said, words in STEPS:
        print(f"{said} …", flush=True)
        must([PYTHON, "manage.py", *fill(words, persons)], env)


def web_command(port: int) -> list[object]:
    # The kill timeout bounds a hang of granian when it is stopped before its workers are up.
    options = ["--interface", "wsgi", "--no-ws", "--blocking-threads", "4", "--workers-kill-timeout", "5"]
    where = ["--host", HOST, "--port", str(port), "--log-level", "warning"]
    return [PYTHON, "-m", "granian", *options, *where, "deploy.wsgi:application"]


def answers(port: int) -> bool:
    """Whether /healthz answers; a proxy named in the environment is not asked."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"http://{HOST}:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except urllib.error.HTTPError as error:
        raise Refusal(f"Máy chủ trả lời / the server answered {error.code} at /healthz.") from None
    except OSError:
        return False


def ended(children: Mapping[str, Child]) -> str:
    """Says which child has ended by itself; "" while all run."""
    for name, child in children.items():
        if child.poll() is not None:
            return f"{name} đã dừng / has ended ({child.returncode})."
    return ""


def watch(children: Mapping[str, Child], port: int, env: Mapping[str, str], patience: float = 60) -> NoReturn:
    """Announces the demo once it answers, then waits for the first child that ends."""
    until = time.monotonic() + patience
    while not ended(children) and not answers(port):
        if time.monotonic() > until:
            raise Refusal(f"Máy chủ không trả lời / the server did not answer within {patience:.0f} s.")
        time.sleep(0.2)
    if not ended(children):
        announce(port, env)
    while not ended(children):
        time.sleep(0.2)
    raise Refusal(ended(children))


def announce(port: int, env: Mapping[str, str]) -> None:
    print("\n" + "─" * 88, flush=True)
    must([PYTHON, "manage.py", "demo_users"], env)
    print(
        "\nBản trình diễn: không hỏi yếu tố xác thực thứ hai; chỉ dùng dữ liệu giả."
        "\nDemo: the second factor is off; made-up data only."
        f"\n\n  http://{HOST}:{port}/\n"
        "\nDừng / stop: Ctrl-C\n" + "─" * 88,
        flush=True,
    )
