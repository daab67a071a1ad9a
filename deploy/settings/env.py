"""Reading settings from the environment; `deploy/env.example` lists every name."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int) -> int:
    return int(os.environ.get(name, str(default)))


def words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]
