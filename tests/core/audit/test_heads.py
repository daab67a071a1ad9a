"""One line of the file of heads: how it is written, read, told from others and put at the end; without a database."""

import hashlib
import hmac
import json
import os
import subprocess
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from core.audit import anchor
from core.sealed import derived_key

AT = datetime(2026, 5, 20, 3, 4, 5, 678, tzinfo=UTC)
HEAD = anchor.Head(AT.replace(microsecond=0), 12, "ab" * 32)


@pytest.fixture
def stands(monkeypatch):
    """The chain of the database: seq to hash; and the head that stands in it."""
    chain = {}

    class Table:
        def filter(self, **asked):
            self.asked = asked
            return self

        def values_list(self, *names):
            assert names == ("seq", "hash")
            return [(seq, value) for seq, value in chain.items() if seq in self.asked["seq__in"]]

        def first(self):
            assert self.asked == {"pk": 1}
            return chain.get("head")

    monkeypatch.setattr(anchor, "Event", SimpleNamespace(objects=Table()))
    monkeypatch.setattr(anchor, "ChainHead", SimpleNamespace(objects=Table()))
    monkeypatch.setattr(anchor.timezone, "now", lambda: AT)
    return chain


def line(seq, value="ab" * 32):
    return anchor.write(anchor.Head(AT, seq, value))


def test_a_line_is_signed_as_the_description_says(settings):
    """Written out by hand: another program must be able to verify it."""
    body = '{"at":"2026-05-20T03:04:05+00:00","hash":"' + "ab" * 32 + '","seq":12}'
    key = derived_key(settings.DH_AUDIT_KEY, "audit-head")
    sign = hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
    written = anchor.write(anchor.Head(AT, 12, "ab" * 32))
    assert written == f'{{"at":"2026-05-20T03:04:05+00:00","seq":12,"hash":"{"ab" * 32}","sign":"{sign}"}}'
    assert anchor.read(written) == HEAD


@pytest.mark.parametrize(
    "wrong",
    [
        "", "tào lao", "[]", "1", "null", '{"sign":"x"}', line(1)[:-1], line(1).replace('"seq":1', '"seq":2'),
        line(1).replace("2026-05-20", "ngày nọ"), line(1).replace('"hash":', '"hsh":'),
        json.dumps({**json.loads(line(1)), "sign": 5}), json.dumps({**json.loads(line(1)), "sign": "đ"}),
        json.dumps({**json.loads(line(1)), "at": 5}), json.dumps({**json.loads(line(1)), "more": 1}),
    ],
)  # fmt: skip
def test_what_was_not_signed_here_is_no_head(wrong):
    with pytest.raises(anchor.NoHead):
        anchor.read(wrong)


def test_the_head_of_the_database_or_of_an_empty_chain(stands):
    assert anchor.current() == anchor.Head(AT, 0, "0" * 64)
    stands["head"] = SimpleNamespace(seq=7, hash="cd" * 32)
    assert anchor.current() == anchor.Head(AT, 7, "cd" * 32)


def findings(*lines):
    return [(found.line, found.code, found.seq) for found in anchor.compare(lines)]


def test_lines_are_held_against_the_chain(stands, monkeypatch):
    stands.update({1: "a" * 64, 2: "b" * 64, 3: "c" * 64})
    good = [line(0, "0" * 64), line(1, "a" * 64), line(3, "c" * 64), line(3, "c" * 64)]
    assert findings(*good) == [] and findings() == []
    wrong = (*good, line(2, "b" * 64), line(4, "d" * 64), "x", line(3, "e" * 64), line(0, "1" * 64))
    expected = [
        (5, "backwards", 2), (6, "cut", 4), (7, "unreadable", 0), (8, "backwards", 3), (8, "changed", 3),
        (9, "backwards", 0), (9, "changed", 0),
    ]  # fmt: skip
    assert sorted(findings(*wrong)) == expected
    for size in (1, 2, 3, 9):
        monkeypatch.setattr(anchor, "AT_ONCE", size)
        assert sorted(findings(*wrong)) == expected, size


def test_kept_lines_are_read_though_one_is_torn_in_the_middle_of_a_letter(tmp_path):
    file = tmp_path / "heads"
    assert anchor.kept(file) == [] and anchor._last(file) == []
    file.write_bytes("một\nđ".encode()[:-1] + b"\nhai\n")
    assert anchor.kept(file) == ["một", "\ufffd", "hai"] and anchor._last(file) == ["hai"]
    file.write_bytes(b"")
    assert anchor._last(file) == []
    assert anchor._last(tmp_path) == [], "what cannot be read has no last line; writing will say why"


def test_only_the_end_of_a_long_file_is_read(tmp_path):
    file = tmp_path / "heads"
    file.write_text(f"{'x' * 9000}\n{line(1)}\n")
    assert anchor._last(file) == [line(1)]
    file.write_text("đ" * 5000)
    assert len(anchor._last(file)[0].encode()) <= anchor.TAIL


def test_a_head_is_the_same_when_place_and_hash_are(tmp_path):
    same = [line(12)]
    assert anchor._same(same, HEAD) is True
    assert anchor._same([line(13)], HEAD) is False and anchor._same([line(12, "cd" * 32)], HEAD) is False
    assert anchor._same([], HEAD) is False and anchor._same(["x"], HEAD) is False


def test_lines_are_put_at_the_end_each_on_its_own_and_on_the_disk(tmp_path, monkeypatch):
    file, synced = tmp_path / "a" / "b" / "heads", []
    real = os.fsync
    opened = []

    def fsync(handle):
        opened.append(handle)
        synced.append(os.fstat(handle).st_size)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    anchor._append(file, "một")
    anchor._append(file, "hai")
    with file.open("a") as handle:
        handle.write("đứt")
    anchor._append(file, "ba")
    assert file.read_text().split(os.linesep) == ["một", "hai", "đứt", "ba", ""]
    assert len(synced) == 3 and synced[0] == len("một\n".encode())
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[-1])


def test_a_line_already_there_is_never_written_over(tmp_path):
    file = tmp_path / "heads"
    file.write_bytes(b"x")
    anchor._append(file, "một")
    assert file.read_bytes() == f"x{os.linesep}một\n".encode()


def test_a_line_goes_to_the_command_by_standard_input_and_no_shell(settings, monkeypatch):
    ran = []
    monkeypatch.setattr(subprocess, "run", lambda *given, **more: ran.append((given, more)))
    settings.DH_AUDIT_HEAD_COMMAND = ""
    anchor._send("dòng")
    assert ran == []
    settings.DH_AUDIT_HEAD_COMMAND = "ssh 'máy khác' cat; rm x"
    anchor._send("dòng")
    [(given, more)] = ran
    assert given == (["ssh", "máy khác", "cat;", "rm", "x"],)
    assert more == {"input": "dòng\n".encode(), "capture_output": True, "timeout": 60, "check": True}


class Steps:
    """`keep()` with each of its steps replaced."""

    def __init__(self, monkeypatch, settings, file):
        settings.DH_AUDIT_HEAD_FILE = file
        self.last, self.appended, self.sent, self.fails = [], [], [], {}
        monkeypatch.setattr(anchor, "_last", lambda path: self.last)
        monkeypatch.setattr(anchor, "current", lambda: HEAD)
        monkeypatch.setattr(anchor, "_append", lambda *given: self.step("file", self.appended, given))
        monkeypatch.setattr(anchor, "_send", lambda *given: self.step("command", self.sent, given))

    def step(self, name, log, given):
        log.append(given)
        if name in self.fails:
            raise self.fails[name]


def test_each_round_compares_writes_what_has_moved_and_sends(stands, monkeypatch, settings, tmp_path, caplog):
    stands[12] = HEAD.hash
    file = tmp_path / "heads"
    steps = Steps(monkeypatch, settings, str(file))
    assert anchor.keep() == [] and steps.appended == [(file, line(12))] and steps.sent == [(line(12),)]
    steps.last = [line(12)]
    assert anchor.keep() == [] and len(steps.appended) == 1 and len(steps.sent) == 2
    steps.last = [line(13)]
    assert anchor.keep() == [anchor.Finding(1, "cut", 13)]
    assert "does not hold what was kept of it: cut at event 13" in caplog.text
    assert caplog.records[0].levelname == "CRITICAL"
    assert len(steps.appended) == 2, "a cut chain is kept all the same"


def test_without_a_file_there_is_nothing_to_compare_and_the_command_is_told(stands, monkeypatch, settings):
    steps = Steps(monkeypatch, settings, "")
    steps.last = [line(99)]
    assert anchor.keep() == [] and steps.appended == [] and steps.sent == [(line(12),)]


@pytest.mark.parametrize(
    ("fails", "told"),
    [
        ({"file": PermissionError("bí mật")}, "file: PermissionError"),
        ({"command": FileNotFoundError("bí mật")}, "command: FileNotFoundError"),
        ({"command": subprocess.TimeoutExpired("bí mật", 60)}, "command: TimeoutExpired"),
        (
            {"file": OSError("x"), "command": subprocess.CalledProcessError(1, "x")},
            "file: OSError, command: CalledProcessError",
        ),
    ],
)
def test_what_fails_is_told_without_what_it_said(stands, monkeypatch, settings, tmp_path, fails, told):
    steps = Steps(monkeypatch, settings, str(tmp_path / "heads"))
    steps.fails = fails
    with pytest.raises(anchor.NotKept) as caught:
        anchor.keep()
    assert str(caught.value) == told and len(steps.appended) == len(steps.sent) == 1, "the other is done all the same"
