"""Where the CPU of a request goes, by layer: one process, its stack sampled at every millisecond of CPU.

    DATABASE_URL=… python -m benchmarks.layers < JOB.json

A job is {"requests": [request, …], "count": 400}, requests as in benchmarks/load.py. Prints the milliseconds of CPU of
a request and the share of each layer; what a C function does counts for the layer that called it.
"""

from __future__ import annotations

import collections
import io
import json
import os
import signal
import sys
import time
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load import message

# The first that is part of the path of the innermost frame's file.
LAYERS = (
    ("psycopg", "psycopg, network"), ("django/db", "ORM"), ("django/forms", "forms"), ("django/template", "templates"),
    ("rest_framework", "REST framework"), ("core/audit", "audit"), ("core/lifecycle", "lifecycle"),
    ("core/access", "access"), ("core/sealed", "seals"), ("core/api", "API"), ("core/web", "pages"),
    ("core/", "rest of core"), ("casework", "casework"), ("django/", "rest of Django"), ("allauth", "rest of Django"),
    ("whitenoise", "rest of Django"), ("csp", "rest of Django"), ("json", "JSON"),
)  # fmt: skip
EVERY = 0.001  # seconds of CPU


class Sampler:
    def __init__(self) -> None:
        self.seen: collections.Counter[str] = collections.Counter()

    def __enter__(self) -> Sampler:
        signal.signal(signal.SIGPROF, self.note)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        return self

    def __exit__(self, *_error: object) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)

    def note(self, _number: int, frame: FrameType | None) -> None:
        """The innermost frame that is neither Python's own library nor ours."""
        while frame is not None:
            layer = layer_of(frame.f_code.co_filename)
            if layer:
                self.seen[layer] += 1
                return
            frame = frame.f_back


def layer_of(path: str) -> str:
    where = path.replace(os.sep, "/")
    return next((layer for part, layer in LAYERS if f"/{part}" in where), "")


def environ(request: dict[str, Any]) -> dict[str, Any]:
    """The request as WSGI gives it."""
    parts = urlsplit(request["path"])
    head, _line, body = message(request, request.get("version")).partition(b"\r\n\r\n")
    found: dict[str, Any] = {
        "REQUEST_METHOD": request.get("method", "GET"), "PATH_INFO": parts.path, "QUERY_STRING": parts.query,
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
    }  # fmt: skip
    for line in head.decode().split("\r\n")[1:]:
        name, _sign, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        found[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return found


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.production")
    from deploy.wsgi import application

    job = json.load(sys.stdin)
    requests, count = job["requests"], job.get("count", 400)

    def ask(place: int) -> None:
        def begin(status: str, _headers: Any, _error: Any = None) -> None:
            assert status.startswith("2"), status

        answer = application(environ(requests[place % len(requests)]), begin)
        for _piece in answer:
            pass
        answer.close()

    for place in range(40):
        ask(place)
    began = time.process_time()
    with Sampler() as sampler:
        for place in range(40, 40 + count):
            ask(place)
    each = 1000 * (time.process_time() - began) / count
    total = sum(sampler.seen.values())
    shares = {layer: number / total for layer, number in sampler.seen.most_common()}
    json.dump({"ms": each, "samples": total, "shares": shares}, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
