"""Copying and putting back a PostgreSQL database: pg_dump in the snapshot that the checksums are taken in, and back in
one transaction that is only committed once the checksums are the same."""

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import psycopg
from django.utils.translation import gettext as _
from psycopg import sql

from core.keeping import content, programs
from core.keeping.errors import KeepingError

NAME = "database.dump"
MARK = "--dh-checked--"
LOCK_SECONDS = 10
# What is ours of the schema: not what an extension brought.
_OURS = """
    SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
           ELSE 'TABLE' END, relname, relkind IN ('r', 'p')
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e') ORDER BY 3 DESC, 2
"""
_FUNCTIONS = """
    SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = pg_proc.oid AND d.deptype = 'e')
"""


def _one(database: psycopg.Connection[Any], question: Any) -> Any:
    row = database.execute(question).fetchone()
    assert row is not None
    return row[0]


def server(database: psycopg.Connection[Any]) -> tuple[int, str]:
    """Major version, and the version as it calls itself."""
    return database.info.server_version // 10000, str(_one(database, "SHOW server_version"))


def size() -> int:
    """Bytes of the tables without their indexes: a dump is never larger."""
    with _reaching() as database:
        return int(
            _one(database, "SELECT coalesce(sum(pg_table_size(oid)), 0) FROM pg_class WHERE relkind IN ('r', 'p')")
        )


@contextlib.contextmanager
def _reaching() -> Iterator[psycopg.Connection[Any]]:
    try:
        with contextlib.closing(programs.open_connection()) as database:
            yield database
    except psycopg.OperationalError as error:
        said = str(error).splitlines()[0]
        raise KeepingError(_("Không nối được cơ sở dữ liệu: %(error)s") % {"error": said}) from error


def is_empty() -> bool:
    with _reaching() as database:
        return not database.execute(_OURS).fetchall()


def copy(target: Path) -> tuple[content.Tables, dict[str, Any]]:
    """Write the dump; what it holds, and {"migrations", "audit", "server"}, all of one moment."""
    with _reaching() as database:
        major, version = server(database)
        program = programs.find("pg_dump", major)
        database.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _one(database, "SELECT pg_export_snapshot()")
        command = [
            program, "--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={target}", "--no-password",
            f"--dbname={programs.address()}",
        ]  # fmt: skip
        dumping = subprocess.Popen(  # noqa: S603
            command, env=programs.environment(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        try:
            tables, about = _content(database), _about(database)
            said = dumping.communicate()[1]
        finally:
            if dumping.poll() is None:
                dumping.kill()
                dumping.communicate()
        if dumping.returncode:
            raise KeepingError(_("pg_dump không xong: %(error)s") % {"error": programs.failed(said)})
        return tables, {**about, "server": version}


def _content(database: psycopg.Connection[Any]) -> content.Tables:
    for name, value in content.POSTGRES_SETTINGS.items():
        database.execute(sql.SQL("SET LOCAL {} = {}").format(sql.Identifier(name), value))
    schema = _one(database, "SELECT current_schema()")
    tables = [name for _kind, name, holds in database.execute(_OURS).fetchall() if holds]
    return {
        name: content.of_postgres_answer(*database.execute(content.postgres_question(schema, name)).fetchone())  # type: ignore[misc]
        for name in sorted(tables)
    }


def _about(database: psycopg.Connection[Any]) -> dict[str, Any]:
    made = database.execute("SELECT app || '.' || name FROM django_migrations ORDER BY 1").fetchall()
    head = database.execute("SELECT seq, hash FROM audit_chainhead WHERE id = 1").fetchone() or (0, "")
    return {"migrations": [name for (name,) in made], "audit": {"seq": head[0], "hash": head[1]}}


def restore(source: Path, wanted: content.Tables, replace: bool) -> None:
    """Everything in one transaction: the old goes (`replace`), the new comes, the checksums are compared, and only then
    is it committed. Raises KeepingError; the database is then as it was before."""
    with _reaching() as database:
        major, _version = server(database)
        schema = str(_one(database, "SELECT current_schema()"))
        drops = _drops(database) if replace else []
    reading, writing = programs.find("pg_restore", major), programs.find("psql", major)
    options = "-c synchronous_commit=on -c maintenance_work_mem=512MB"
    session = subprocess.Popen(  # noqa: S603
        [writing, "-XqAtw", "-v", "ON_ERROR_STOP=1", "-d", programs.address(options=options), "-f", "-"],
        env=programs.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert session.stdin is not None and session.stdout is not None
    try:
        _tell(
            session.stdin,
            "SET client_min_messages = warning;",
            "BEGIN;",
            f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s';",
            *drops,
            "\\o /dev/null",
        )
        _pour(reading, source, session.stdin)
        found = _compare(session, schema, wanted)
        if names := content.differences(wanted, found):
            raise KeepingError(
                _("Bảng %(tables)s khác lúc sao lưu: không khôi phục gì.") % {"tables": ", ".join(names)}
            )
        _tell(session.stdin, "COMMIT;", f"\\echo {MARK}", "ANALYZE;")
        session.stdin.close()
        if MARK.encode() not in session.stdout.read():
            raise BrokenPipeError
        session.wait()
    except (BrokenPipeError, ValueError) as error:
        raise KeepingError(_("Khôi phục không xong: %(error)s") % {"error": _why(session)}) from error
    finally:
        if session.poll() is None:
            session.kill()  # without COMMIT the server takes everything back
        for pipe in (session.stdin, session.stdout, session.stderr):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]
        session.wait()


def _drops(database: psycopg.Connection[Any]) -> list[str]:
    quoted = lambda name: sql.Identifier(name).as_string(database)  # noqa: E731
    ours = database.execute(_OURS).fetchall()
    rows = [f"DROP {kind} IF EXISTS {quoted(name)} CASCADE;" for kind, name, _holds in ours]
    return [*rows, *(f"DROP FUNCTION IF EXISTS {name} CASCADE;" for (name,) in database.execute(_FUNCTIONS).fetchall())]


def _tell(pipe: IO[bytes], *lines: str) -> None:
    pipe.write("".join(f"{line}\n" for line in lines).encode())
    pipe.flush()


def _pour(program: str, source: Path, target: IO[bytes]) -> None:
    """The dump as a script into the open transaction. Owners, rights and comments stay behind: the roles of this server
    are its own, and an extension that somebody else made cannot be commented on."""
    command = [program, "--no-owner", "--no-privileges", "--no-comments", "--file=-", str(source)]
    script = subprocess.Popen(command, env=programs.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603
    assert script.stdout is not None
    try:
        while block := script.stdout.read(1 << 20):
            target.write(block)
        target.flush()
    finally:
        script.stdout.close()
        said = script.stderr.read().decode("utf-8", "replace") if script.stderr else ""
        if script.stderr:
            script.stderr.close()
        code = script.wait()
    if code:
        raise KeepingError(_("pg_restore không đọc được bản sao lưu: %(error)s") % {"error": programs.failed(said)})


def _compare(session: subprocess.Popen[bytes], schema: str, wanted: content.Tables) -> content.Tables:
    """The content as it stands in the open transaction."""
    assert session.stdin is not None and session.stdout is not None
    setting = [f"SET LOCAL {name} = '{value}';" for name, value in content.POSTGRES_SETTINGS.items()]
    questions = [content.postgres_question(schema, name) + ";" for name in sorted(wanted)]
    _tell(session.stdin, *setting, "\\o", *questions)
    found: content.Tables = {}
    for name in sorted(wanted):
        line = session.stdout.readline().decode().strip()
        if not line:
            raise BrokenPipeError
        found[name] = content.of_postgres_answer(*line.split("|"))
    return found


def _why(session: subprocess.Popen[bytes]) -> str:
    with contextlib.suppress(OSError):
        session.stdin.close()  # type: ignore[union-attr]
    session.wait(timeout=60)
    return programs.failed(session.stderr.read().decode("utf-8", "replace") if session.stderr else "")


def base(target: Path) -> tuple[str, dict[str, Any]]:
    """A copy of the whole cluster by pg_basebackup with the log it needs; the server's version and {"audit", …} of a
    moment just before. Point-in-time recovery goes on from it with the archived log (docs/howto/backup.md)."""
    with _reaching() as database:
        major, version = server(database)
        program, about = programs.find("pg_basebackup", major), _about(database)
    command = [
        program, f"--pgdata={target}", "--format=tar", "--gzip", "--compress=1", "--wal-method=stream",
        "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password", f"--dbname={programs.address()}",
    ]  # fmt: skip
    done = subprocess.run(  # noqa: S603
        command, env=programs.environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise KeepingError(_("pg_basebackup không xong: %(error)s") % {"error": programs.failed(done.stderr)})
    return version, about
