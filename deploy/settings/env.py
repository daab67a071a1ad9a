"""Reading settings from the environment; `deploy/env.example` lists every name. An empty value is as good as none.

A value that cannot be read is noted in PROBLEMS and the default holds meanwhile; `safety.refuse` then stops the start
with all of them in one message.
"""

import os
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROBLEMS: list[tuple[str, str]] = []  # what is wrong, what to do

YES = {"1", "true", "yes", "on"}
NO = {"0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    value = text(name).lower()
    if value and value not in YES | NO:
        PROBLEMS.append((f"{name} không phải là có hay không.", f"Đặt {name}=1 hoặc {name}=0."))
        return default
    return value in YES if value else default


def number(name: str, default: int, least: int = 1) -> int:
    value = text(name)
    if value and not (value.isascii() and value.isdigit() and int(value) >= least):
        PROBLEMS.append((f"{name} không phải là số nguyên từ {least} trở lên.", f"Đặt ví dụ {name}={default}."))
        return default
    return int(value) if value else default


def day(name: str) -> date | None:
    value = text(name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        PROBLEMS.append((f"{name} không phải là một ngày.", f"Đặt ví dụ {name}=2026-12-31."))
        return None


def words(name: str) -> list[str]:
    return text(name).replace(",", " ").split()
