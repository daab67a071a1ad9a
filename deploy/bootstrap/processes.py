"""Children that never outlive run.py: each leads a process group of its own, which is stopped as a whole."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NoReturn

from . import ROOT, Refusal

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1  # linux/prctl.h

Child = subprocess.Popen[bytes]


def on_signal(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


def catch_signals() -> None:
    """Ctrl-C, `kill` and a closed terminal all unwind the stack, so that every child is stopped on the way out.

    SIGINT is set explicitly: a shell starts background jobs with it ignored.
    """
    for number in ENDINGS:
        signal.signal(number, on_signal)


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """A second Ctrl-C must not cut the stopping short."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def end_with_parent() -> None:
    """In a child: have Linux end it should run.py be killed outright, when no clean-up of ours can run."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def start(command: Sequence[object], env: Mapping[str, str] | None = None) -> Child:
    words = [str(word) for word in command]
    # run.py has no threads, so preexec_fn is safe.
    return subprocess.Popen(words, cwd=ROOT, env=env, start_new_session=True, preexec_fn=end_with_parent)  # noqa: PLW1509


def signal_group(child: Child, number: int) -> None:
    """Reaches the whole group, also after its leader has ended."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, number)


def stop(children: Iterable[Child], first: int = signal.SIGTERM, patience: float = 10) -> None:
    """`first` to every group, up to `patience` seconds in all, then SIGKILL for whatever is left of them."""
    everyone = list(children)
    with undisturbed():
        for child in everyone:
            signal_group(child, first)
        until = time.monotonic() + patience
        for child in everyone:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.0, until - time.monotonic()))
            signal_group(child, signal.SIGKILL)
            child.wait()


def call(command: Sequence[object], env: Mapping[str, str] | None = None, first: int = signal.SIGTERM) -> int:
    """Runs to the end and returns the exit code; when run.py is interrupted meanwhile, the child is stopped."""
    child = start(command, env)
    try:
        return child.wait()
    except BaseException:
        stop([child], first)
        raise


def must(command: Sequence[object], env: Mapping[str, str] | None = None) -> None:
    code = call(command, env)
    if code:
        raise Refusal(f"Bước này không xong / this step failed ({code}): {' '.join(map(str, command))}")


def settings_env(settings: str, **more: str) -> dict[str, str]:
    """The environment of a child that loads Django with the settings module named."""
    return {**os.environ, "DJANGO_SETTINGS_MODULE": settings, "PYTHONUNBUFFERED": "1", **more}
