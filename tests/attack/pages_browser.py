"""A browser without a server: pages are what the test client was answered, so that the province is never committed.
Nothing else can be reached."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

HERE = "https://dong-hanh.test"
# The attacks call it (pages_poison).
BOOM = "window.booms = []; window.boom = (n) => { window.booms.push(n); };"
# What a successful injection leaves behind even where it did not run.
TRACES = """() => [...document.querySelectorAll(
  'x-dh, iframe, base, object, embed, svg[onload], [onclick], [onerror], [onfocus], [onmouseover], [style*=evil],'
  + ' [hx-on\\\\:click], [hx-get^="/boom"], form[action*=evil], a[href^="javascript"], link[href*=evil],'
  + ' meta[content*=evil]'
)].map((e) => e.outerHTML.slice(0, 200)).concat(window.booms.map((n) => 'ran ' + n))"""


class Watch:
    """Opens pages as one person after another and notes whatever a page may not do."""

    def __init__(self, browser: Browser, policy: bool):
        """Without the policy (`policy` False) only the escaping stands between the text and the browser."""
        self.wrong: list[str] = []
        self.answer: Any = None
        self.context = browser.new_context(locale="vi-VN", bypass_csp=not policy, reduced_motion="reduce")
        self.context.add_init_script(BOOM)
        self.context.route("**/*", self._answer)
        self.page = self.context.new_page()
        self.page.on("dialog", self._dialog)
        self.page.on("console", lambda said: self._heard(said.text) if said.type in ("error", "warning") else None)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("popup", lambda page: self.wrong.append(f"{self.page.url}: a window opened at {page.url}"))

    def show(self, client: Client, path: str) -> str:
        """The text that the page shows; its traces are noted."""
        # Asked here and not when the browser asks: Playwright answers in a context that has no database.
        self.answer = client.get(path)
        self.page.goto(HERE + path, wait_until="load")
        if urlsplit(self.page.url).path != urlsplit(path).path:
            self.wrong.append(f"{path}: led to {self.page.url}")
        self.wrong += [f"{path}: {trace}" for trace in self.page.evaluate(TRACES)]
        return str(self.page.evaluate("() => document.body.textContent + [...document.querySelectorAll("
                                      "'input,textarea')].map((e) => e.value).join(' ')"))  # fmt: skip

    def close(self) -> None:
        self.context.close()

    def _answer(self, route: Route) -> None:
        request = route.request
        asked = urlsplit(request.url)
        if f"{asked.scheme}://{asked.netloc}" != HERE or asked.path.startswith("/boom"):
            if asked.scheme != "data":
                self.wrong.append(f"{self.page.url}: asked for {request.url}")
            route.abort()
        elif asked.path.startswith("/static/"):
            route.fulfill(**_static(asked.path))
        elif request.is_navigation_request():
            answer = self.answer
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.getvalue())
        else:
            route.fulfill(status=204)

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"{self.page.url}: a dialog, {dialog.message!r}")
        dialog.dismiss()

    def _heard(self, text: str) -> None:
        if not text.startswith("Failed to load resource"):  # a refused page, by its status
            self.wrong.append(f"{self.page.url}: {text}")


@contextmanager
def watching(browser: Browser, policy: bool) -> Iterator[Watch]:
    watch = Watch(browser, policy)
    try:
        yield watch
    finally:
        watch.close()


def _static(path: str) -> dict[str, Any]:
    found = finders.find(path.removeprefix("/static/"))
    if not found:
        return {"status": 404}
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return {"status": 200, "body": Path(found).read_bytes(), "headers": {"Content-Type": kind}}
