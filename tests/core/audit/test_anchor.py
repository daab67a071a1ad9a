"""The head that is kept elsewhere shows what the chain alone cannot: a cut tail with its head, a chain made anew."""

import io
import json
import sys
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from core.audit import anchor, chain, checks, triggers, walk
from core.audit.models import ChainHead, Event
from core.outbox import schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path, settings):
    settings.DH_AUDIT_HEAD_FILE = str(tmp_path / "elsewhere" / "heads.jsonl")
    settings.DH_AUDIT_HEAD_COMMAND = ""
    return tmp_path / "elsewhere" / "heads.jsonl"


@pytest.fixture
def write(world):
    """Write so many events."""

    def events(count=1, verb="x.y"):
        for _number in range(count):
            with chain.unit_of_work():
                chain.record(verb, world.user("worker"), world.actor("worker"))

    return events


@pytest.fixture
def owner():
    """Runs SQL as whoever owns the database: without the triggers."""
    triggers.drop(connection)

    def run(sql, *params):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)

    yield run
    triggers.install(connection)


def verify(*heads):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("audit_verify", *[f"--heads={name}" for name in heads], stdout=out, stderr=err)
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)]
    return out.getvalue().splitlines()


def cut(owner, seq):
    """Cut the chain off after this event and set its head so that the chain by itself looks whole."""
    owner("DELETE FROM audit_event WHERE seq > %s", seq)
    last = Event.objects.get(seq=seq)
    owner("UPDATE audit_chainhead SET seq = %s, hash = %s", last.seq, last.hash)
    assert chain.verify() == (seq, [])


def test_the_head_is_written_when_it_has_moved(file, write):
    assert anchor.keep() == []
    write(2)
    anchor.keep()
    anchor.keep()
    write()
    anchor.keep()
    assert [anchor.read(line).seq for line in anchor.kept(file)] == [0, 2, 3]
    assert file.stat().st_mode & 0o077 == 0
    assert verify() == ["Nhật ký nguyên vẹn: 3 sự kiện, 3 đầu chuỗi."]


def test_it_holds_no_names(file, write, world):
    write()
    anchor.keep()
    assert set(json.loads(file.read_text())) == {"at", "seq", "hash", "sign"}


def test_a_cut_tail_is_found_by_the_next_round_and_by_the_verifier(file, write, owner, caplog):
    write(3)
    anchor.keep()
    cut(owner, 2)
    assert anchor.keep() == [anchor.Finding(1, "cut", 3)]
    assert "cut at event 3" in caplog.text
    assert any("bị cắt: sự kiện 3 không còn" in line for line in verify())


def test_a_cut_tail_that_was_written_on_is_found_too(file, write, owner):
    write(3)
    anchor.keep()
    cut(owner, 2)
    write(4, verb="x.z")
    assert chain.verify() == (6, [])
    assert any("bị sửa: sự kiện 3 nay khác" in line for line in verify())


def test_a_chain_made_anew_with_the_key_is_found(file, write, owner):
    """Whoever has the database and the key: every link holds, only what was kept elsewhere speaks."""
    write(3)
    anchor.keep()
    previous = "0" * 64
    for event in Event.objects.order_by("seq"):
        event.prev, event.reason = previous, "khác" if event.seq == 2 else event.reason
        event.hash = previous = chain.link(event)
        owner(
            "UPDATE audit_event SET prev = %s, hash = %s, reason = %s WHERE seq = %s",
            event.prev, event.hash, event.reason, event.seq,
        )  # fmt: skip
    owner("UPDATE audit_chainhead SET hash = %s", previous)
    assert chain.verify() == (3, [])
    assert any("bị sửa: sự kiện 3 nay khác" in line for line in verify())


def test_a_rewritten_file_is_found_by_its_signatures_and_its_order(file, write, tmp_path):
    write(2)
    anchor.keep()
    write()
    anchor.keep()
    lines = anchor.kept(file)
    forged = {**json.loads(lines[1]), "seq": 2}
    for wrong in ([json.dumps(forged)], ["tào lao"], ["[]"], [json.dumps({**forged, "sign": 1})], [""]):
        assert [found.code for found in anchor.compare(wrong)] == ["unreadable"], wrong
    assert [found.code for found in anchor.compare(lines[::-1])] == ["backwards"]
    copy = tmp_path / "copy.jsonl"
    copy.write_text("\n".join([*lines, json.dumps(forged)]))
    assert any("dòng 3" in line and "không đọc được" in line for line in verify(copy))
    assert verify(tmp_path / "none.jsonl") == [f"Không đọc được tệp đầu chuỗi: {tmp_path / 'none.jsonl'}."]


def test_another_installations_heads_are_not_ours(file, write, settings):
    write()
    anchor.keep()
    settings.DH_AUDIT_KEY = settings.DH_SEAL_KEY
    assert [found.code for found in anchor.compare(anchor.kept(file))] == ["unreadable"]


def test_the_chain_without_its_head_is_broken(write, owner):
    write(2)
    owner("DELETE FROM audit_chainhead")
    assert chain.verify() == (2, [3])


def test_what_is_written_while_the_verifier_walks_is_no_fault(write, monkeypatch):
    write(2)
    real, written = walk.links, []

    def links(*args, **kwargs):
        for link in real(*args, **kwargs):
            yield link
            # After the last link was read, before the head is: what stands in the table by then belongs to the walk.
            if link[0] == 2 and not written:
                written.append(1)
                write(3)

    monkeypatch.setattr(walk, "links", links)
    assert chain.verify() == (5, [])


def test_each_round_sends_the_head_to_the_command(file, write, settings, tmp_path):
    there = tmp_path / "other machine.jsonl"
    program = "import sys; open(sys.argv[1], 'a').write(sys.stdin.read())"
    settings.DH_AUDIT_HEAD_COMMAND = f'{sys.executable} -c "{program}" "{there}"'
    write()
    anchor.keep()
    anchor.keep()
    assert [anchor.read(line).seq for line in anchor.kept(there)] == [1, 1]  # silence would be noticed there
    assert verify(there, file) == ["Nhật ký nguyên vẹn: 1 sự kiện, 3 đầu chuỗi."]


def test_a_command_that_fails_does_not_stop_the_file_and_the_other_way_round(file, write, settings, tmp_path):
    write()
    for command in (f'{sys.executable} -c "raise SystemExit(3)"', "/does/not/exist"):
        settings.DH_AUDIT_HEAD_COMMAND = command
        with pytest.raises(anchor.NotKept, match="command: "):
            anchor.keep()
    assert [anchor.read(line).seq for line in anchor.kept(file)] == [1]
    there = tmp_path / "there"
    settings.DH_AUDIT_HEAD_COMMAND = f"tee {there}"
    settings.DH_AUDIT_HEAD_FILE = str(tmp_path)  # a folder
    with pytest.raises(anchor.NotKept, match="file: IsADirectoryError"):
        anchor.keep()
    assert anchor.read(there.read_text()).seq == 1


def test_a_torn_line_spoils_no_other(file, write):
    write()
    anchor.keep()
    with file.open("a") as handle:
        handle.write('{"at":"2026')
    write()
    anchor.keep()
    assert [found.line for found in anchor.compare(anchor.kept(file))] == [2]
    assert anchor.read(anchor.kept(file)[2]).seq == 2


def test_the_command_prints_and_keeps(file, write):
    write()
    out = io.StringIO()
    call_command("audit_head", stdout=out)
    assert anchor.read(out.getvalue()).hash == ChainHead.objects.get().hash
    assert not file.exists()
    call_command("audit_head", "--keep")
    assert len(anchor.kept(file)) == 1


def test_the_worker_keeps_it_every_five_minutes(file, write):
    from core.audit import tasks  # noqa: F401  (as the worker does)

    job = next(job for job in schedule.jobs() if job.name == "audit.head")
    assert job.period <= timedelta(minutes=5)
    write()
    now = timezone.now()
    assert "audit.head" in schedule.run_due(now)
    assert "audit.head" not in schedule.run_due(now + timedelta(minutes=4))
    assert "audit.head" in schedule.run_due(now + timedelta(minutes=5))
    assert [anchor.read(line).seq for line in anchor.kept(file)] == [1]


@pytest.mark.parametrize(
    ("file_name", "command", "warned"),
    [("", "", True), ("var/heads", "", True), ("/mnt/x/heads", "", False), ("var/heads", "ssh keeper", False)],
)
def test_a_head_that_stays_beside_the_data_is_warned_of(settings, tmp_path, file_name, command, warned):
    settings.VAR_DIR = tmp_path / "var"
    settings.DH_AUDIT_HEAD_FILE = str(tmp_path / file_name) if file_name.startswith("var") else file_name
    settings.DH_AUDIT_HEAD_COMMAND = command
    assert bool(checks.head_leaves_the_machine()) is warned
    found = [message.id for message in run_checks(include_deployment_checks=True)]
    assert ("audit.W001" in found) is warned
