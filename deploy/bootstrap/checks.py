"""`run.py check`: everything that is judged without running the product."""

import sys
import time

from .environment import PYTHON, ensure
from .processes import call, settings_env

TYPED = ("core", "casework", "facilities", "referrals", "accreditation", "deploy")

# What is said, and the arguments of the environment's Python.
STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff check", ("-m", "ruff", "check", ".")),
    ("ruff format", ("-m", "ruff", "format", "--check", ".")),
    ("mypy", ("-m", "mypy", *TYPED)),
    ("import contracts", ("-c", "from importlinter.cli import lint_imports_command as run; run()")),
    ("django check", ("manage.py", "check", "--fail-level", "WARNING")),
    ("migrations", ("manage.py", "makemigrations", "--check", "--dry-run")),
    ("catalogues", ("manage.py", "compile_catalogues", "--verbosity", "0")),
    ("generated docs", ("manage.py", "generate_docs", "--check")),
    ("language", ("manage.py", "check_language")),
)


def check() -> int:
    """Runs every step, also after one has failed, and sums up."""
    ensure("dev")
    env = settings_env("deploy.settings.test")
    results = []
    for name, words in STEPS:
        print(f"\n--- {name}", flush=True)
        began = time.monotonic()
        results.append((name, call([PYTHON, *words], env), time.monotonic() - began))
    print("\nChecks:")
    for name, code, seconds in results:
        print(f"  {'FAILED' if code else 'ok    '} {name} ({seconds:.1f} s)")
    sys.stdout.flush()
    return int(any(code for _, code, _ in results))
