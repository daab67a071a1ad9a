"""The virtual environment .venv, filled from a hash-locked list, and how those lists are made.

A bare Debian 12 has neither `ensurepip` nor the right to install beside the system's packages. What works with
python3 and python3-pip alone: an environment without pip, filled by the system's pip through `--python`.
"""

import fcntl
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from . import ROOT, VAR, Refusal
from .processes import must

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "deploy" / "requirements"
STAMP = VENV / "dong-hanh.lock"
# Inside an activated .venv there is no pip; the interpreter that it was made from has one.
BASE_PYTHON: str = getattr(sys, "_base_executable", None) or sys.executable
OLDEST_PYTHON = (3, 11)
OLDEST_PIP = (22, 3)  # the first with --python


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def fold(name: str) -> str:
    """A package's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked_versions(lock: Path) -> dict[str, str]:
    """The `name==version` pins of a lock file."""
    pins = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ \\;\n]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {fold(name): version for name, version in pins}


def installed_versions(python: Path = PYTHON) -> dict[str, str] | None:
    """What the environment holds, or None when there is none that runs."""
    code = "import importlib.metadata as m, json; print(json.dumps([(d.name, d.version) for d in m.distributions()]))"
    try:
        done = subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return {fold(name): version for name, version in json.loads(done.stdout)}


def holds(installed: Mapping[str, str] | None, lock: Path) -> bool:
    return installed is not None and locked_versions(lock).items() <= installed.items()


def require_pip() -> None:
    if sys.version_info[:2] < OLDEST_PYTHON:
        raise Refusal(f"Cần Python 3.11 trở lên / needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    done = subprocess.run([BASE_PYTHON, "-m", "pip", "--version"], capture_output=True, text=True, check=False)
    found = re.match(r"pip (\d+)\.(\d+)", done.stdout)
    if not found:
        raise Refusal("Chưa có pip / pip is missing: apt install python3-pip")
    if (int(found[1]), int(found[2])) < OLDEST_PIP:
        raise Refusal(f"pip {found[1]}.{found[2]} cũ quá / is too old; 22.3 or newer is needed.")


def install(lock: Path, anew: bool) -> None:
    require_pip()
    print(f"Môi trường / environment: {lock.relative_to(ROOT)} → {VENV.relative_to(ROOT)} …", flush=True)
    if anew:
        must([BASE_PYTHON, "-m", "venv", "--without-pip", "--clear", VENV])
    pip = [BASE_PYTHON, "-m", "pip", "--python", PYTHON, "--disable-pip-version-check", "install"]
    must([*pip, "-qq", "--no-input", "--require-hashes", "-r", lock])


def ensure(name: str) -> None:
    """Makes .venv hold what the lock `name` (runtime or dev) says; dev contains runtime.

    The stamp is the lock's name and SHA-256, so an unchanged lock costs nothing the next time.
    """
    VAR.mkdir(exist_ok=True)
    lock = LOCKS / f"{name}.txt"
    with (VAR / "environment.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        good = {f"{each} {digest(LOCKS / f'{each}.txt')}" for each in (name, "dev")}
        if PYTHON.exists() and STAMP.exists() and STAMP.read_text(encoding="utf-8") in good:
            return
        installed = installed_versions()
        if not holds(installed, lock):
            install(lock, anew=installed is None)
        STAMP.write_text(f"{name} {digest(lock)}", encoding="utf-8")


def make_locks(upgrade: bool) -> int:
    """Both locks with uv, for Python 3.11, with hashes and without the address of any index."""
    require_pip()
    tools = VAR / "tools"
    uv = tools / "bin" / "uv"
    if not uv.exists():
        must([BASE_PYTHON, "-m", "pip", "install", "-qq", "--target", tools, "uv"])
    options = ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--quiet"]
    options += ["--upgrade"] if upgrade else []
    env = {**os.environ, "UV_CUSTOM_COMPILE_COMMAND": "python3 run.py lock"}
    for name, more in (("runtime", []), ("dev", ["-c", LOCKS / "runtime.txt"])):
        target = LOCKS / f"{name}.txt"
        must([uv, "pip", "compile", *options, *more, LOCKS / f"{name}.in", "-o", target], env)
        if "://" in target.read_text(encoding="utf-8"):
            raise Refusal(f"{target.relative_to(ROOT)} names an address; it must not be committed like this.")
    return 0
