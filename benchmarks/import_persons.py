"""How long importing a large list of persons takes through `manage.py import_persons`, and how much memory it needs.

    python benchmarks/import_persons.py [--rows 100000] [--confirm] [--url sqlite:////tmp/bench.sqlite3]

The list is written and the database made by child processes; the import runs in one of its own whose peak RSS, with all
of the product loaded, is to stay under 300 MB for 100,000 rows of 20 columns.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

PEOPLE = """
from datetime import date
from core.accounts.enums import Role, UnitKind
from core.accounts.models import Unit, User
from core.accounts.services import assign
unit = Unit.objects.create(code="TT", name="Trung tâm", kind=UnitKind.CENTRE)
assign(User.objects.create_user(username="steward", full_name="Quản lý dữ liệu"), Role.STEWARD, unit, date(2026, 1, 1))
"""


def manage(env: dict[str, str], *words: str, feed: str = "") -> None:
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=env, input=feed.encode(), check=True)


def begin_of_writing(process: subprocess.Popen[str]) -> tuple[float, int]:
    """Pass on what the process says; when it first told of writing (0 if never), how often it told of its progress."""
    begun, told = 0.0, 0
    assert process.stderr is not None
    for line in process.stderr:
        sys.stderr.write(line)
        told += "%" in line
        if not begun and line.startswith("Nhập"):
            begun = time.perf_counter()
    return begun, told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--columns", type=int, default=20)
    parser.add_argument("--confirm", action="store_true", help="also write the persons")
    parser.add_argument("--url", default="", help="database to use; it must be empty")
    parser.add_argument("--settings", default="deploy.settings.demo")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "list.xlsx")
        maker = (
            "import sys; sys.path.insert(0, 'benchmarks'); from import_reading import write_list; "
            "write_list(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))"
        )
        env = {
            **os.environ, "DJANGO_SETTINGS_MODULE": options.settings,
            "DATABASE_URL": options.url or f"sqlite:///{folder}/bench.sqlite3",
        }  # fmt: skip
        words = [sys.executable, "-c", maker, path, str(options.rows), str(options.columns)]
        subprocess.run(words, cwd=ROOT, check=True)
        manage(env, "migrate", "--verbosity", "0", "--skip-checks")
        manage(env, "shell", "--no-imports", feed=PEOPLE)
        words = ["import_persons", path, "--rows", "0", *(["--confirm"] if options.confirm else [])]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
        )
        writing, told = begin_of_writing(process)
        _pid, status, usage = os.wait4(process.pid, 0)
        ended = time.perf_counter()
    if status:
        raise SystemExit("the import failed")
    stages = {"read and judged": (begun, writing or ended), "written": (writing or ended, ended), "all": (begun, ended)}
    for name, (since, until) in stages.items():
        if until > since:
            print(f"{name:<16} seconds {until - since:6.1f}  rows/s {options.rows / (until - since):7,.0f}")
    print(f"rows {options.rows:,}  progress told {told} times  peak RSS {usage.ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
