"""Visits of people to the product: sign in, fill a form as its labels ask, press what is there to press."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from tests.browser.checks import shot

DESK, PHONE = (1280, 900), (360, 780)
PATIENCE = 8_000  # milliseconds until something that should be there counts as missing
# Chromium repeats each refused answer on the console, `_answered` judges those; htmx tells that it dropped a request
# because a newer one took its place.
SAID_ELSEWHERE = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")


class Visits:
    """One browser context per person, so that several people work on one case at the same time."""

    def __init__(self, browser: Browser, address: str, password: str):
        self.browser, self.address, self.password = browser, address, password
        self.contexts: list[BrowserContext] = []
        self.pages: dict[str, Page] = {}
        self.complaints: list[str] = []
        self.expected: set[int] = set()

    def by(self, name: str) -> Page:
        """The page of this person, signed in through the sign-in page at the first call."""
        if name not in self.pages:
            self.pages[name] = self.sign_in(self.new_page(), name)
        return self.pages[name]

    def new_page(self, size: tuple[int, int] = DESK, **options: Any) -> Page:
        context = self.browser.new_context(
            base_url=self.address, locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", reduced_motion="reduce",
            viewport={"width": size[0], "height": size[1]}, **options,
        )  # fmt: skip
        self.contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda said: self._heard(said.type, said.text, page.url))
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._answered)
        page.on("requestfailed", lambda request: self._failed(request.url, request.failure or ""))
        return page

    def sign_in(self, page: Page, name: str) -> Page:
        page.goto("/dang-nhap/")
        page.fill("[name=login]", name)
        page.fill("[name=password]", self.password)
        page.click("main form button")
        expect(page).to_have_url(f"{self.address}/")
        return page

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[None]:
        """Refusals that the test provokes."""
        self.expected |= set(statuses)
        yield
        self.expected -= set(statuses)

    def _heard(self, kind: str, text: str, url: str) -> None:
        if kind in {"error", "warning"} and not text.startswith(SAID_ELSEWHERE):
            self.complaints.append(f"{url}: {text}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.request.method} {response.url}: {response.status}")

    def _failed(self, url: str, failure: str) -> None:
        # A page that is left takes its running requests along.
        if "ERR_ABORTED" not in failure:
            self.complaints.append(f"{url}: {failure}")

    def show(self, name: str) -> None:
        """Pictures of all that is open, after a failure."""
        for number, page in enumerate(page for context in self.contexts for page in context.pages):
            shot(page, f"{name}-{number}")

    def close(self) -> None:
        for context in self.contexts:
            context.close()


def fill(scope: Page | Locator, values: dict[str, Any]) -> None:
    """Fill fields by name: text is typed, options are chosen by value (or by label where no value fits)."""
    for name, value in values.items():
        found = scope.locator(f'[name="{name}"]:visible')
        expect(found.first).to_be_visible()
        kind = found.first.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
        if kind in {"radio", "checkbox"}:
            for one in value if isinstance(value, list | tuple) else [value]:
                if kind == "checkbox" and one is True:
                    found.first.check()
                else:
                    scope.locator(f'[name="{name}"][value="{one}"]').check()
        elif kind == "select":
            choose(found.first, str(value))
        else:
            found.first.fill(str(value))


def choose(select: Locator, wanted: str) -> None:
    """Choose the option of this value, else the only one whose label holds the words."""
    options = select.evaluate("e => [...e.options].map(o => [o.value, o.label])")
    values = [value for value, _label in options if value == wanted]
    values = values or [value for value, label in options if wanted in label]
    assert len(values) == 1, f"{wanted!r} in {options}"
    select.select_option(values[0])


def form_of(page: Page) -> Locator:
    """The form that was opened: the dialog's if one is open, else the page's own."""
    dialog = page.locator("dialog[open] form[method=post]")
    return (
        dialog.first if dialog.count() else page.locator("main form[method=post]:has(button.main, button.stop)").first
    )


def press(page: Page, label: str, within: Locator | None = None) -> bool:
    """Follow the link or button with this name (after a colon it may go on, for readers), unfolding what hides it;
    gives whether it was a button, which acts at once."""
    scope = within or page.locator("main")
    name = re.compile(rf"^\s*{re.escape(label)}\s*(:.*)?$", re.DOTALL)
    target = scope.get_by_role("link", name=name).or_(scope.get_by_role("button", name=name)).first
    page.wait_for_load_state()
    if not target.count():
        folded = scope.locator("details.whynot:not([open]) > summary")
        while folded.count():
            folded.first.click()
    expect(target, f"“{label}” is on {page.url}").to_be_visible()
    acts_at_once = bool(target.evaluate("e => e.tagName === 'BUTTON'"))
    with page.expect_navigation():
        target.click()
    return acts_at_once


def take(page: Page, label: str, within: Locator | None = None, **values: Any) -> None:
    """Press an action, fill what it asks and send it; the page that follows says that it was done."""
    if press(page, label, within):
        assert not values, f"“{label}” asks nothing"
        done(page)
        return
    send(page, **values)


def send(page: Page, button: str = "button.main, button.stop", **values: Any) -> None:
    """Fill the open form and press its main button."""
    form = form_of(page)
    fill(form, values)
    with page.expect_navigation():
        form.locator(button).first.click()
    done(page)


def done(page: Page) -> None:
    """The page says that something was done, and complains of nothing."""
    expect(page.locator("main .toast").first, f"a refusal on {page.url}").to_be_visible()
    expect(page.locator("[data-focus]")).to_have_count(0)
