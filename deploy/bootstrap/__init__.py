"""What stands behind run.py, with Python's standard library only: it runs before anything is installed."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"


class Refusal(Exception):
    """The command cannot go on; the text says why and what to do."""
