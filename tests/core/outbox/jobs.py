"""Tasks for the tests of the worker."""

import os
import time
from datetime import timedelta
from pathlib import Path

from core.accounts.models import User
from core.outbox.tasks import task

calls: list[str] = []


@task()
def note(word: str) -> int:
    calls.append(word)
    return len(calls)


@task()
def stumble(word: str) -> None:
    calls.append(word)
    raise RuntimeError(word)


@task(limit=timedelta(seconds=0.3))
def dawdle() -> None:
    calls.append("start")
    time.sleep(20)
    calls.append("end")


@task()
def half(user: str, marker: str) -> None:
    """Does one of its two writes, says so in a file, and hangs the first time; both stand in one transaction."""
    from django.db import transaction

    with transaction.atomic():
        User.objects.filter(pk=user).update(title="một")
        first = not Path(marker).exists()
        with Path(marker).open("a") as runs:
            runs.write(f"{os.getpid()}\n")
        if first:
            time.sleep(60)
        row = User.objects.get(pk=user)
        row.title += " hai"
        row.phone = f"{int(row.phone or 0) + 1}"
        row.save()
