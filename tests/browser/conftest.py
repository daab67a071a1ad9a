"""A real Chromium before a real server: who visits, and what no visit may leave behind (errors, refused scripts)."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from playwright.sync_api import Browser, sync_playwright

from tests.browser.visiting import Visits
from tests.factories.world import World, build_world

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Believable names on the pictures; the rest of the staff keep the names of the small world.
STAFF_NAMES = {
    "intake": "Lê Thị Thu Thảo", "worker": "Nguyễn Quốc Huy", "colleague": "Vũ Minh Trang",
    "supervisor": "Phạm Thu Hà", "supervisor2": "Đỗ Văn Thắng", "manager": "Trịnh Xuân Mai",
    "private_manager": "Hoàng Ngọc Diệp", "auditor": "Bùi Đức Long", "steward": "Đặng Thị Nga",
}  # fmt: skip
FAILED = pytest.StashKey[bool]()
PASSWORD = "mật khẩu chỉ để thử"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = os.environ.get("DH_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), "")
    if not path:
        pytest.skip(f"no Chromium on this machine (looked for {', '.join(NAMES)}); name one in DH_CHROMIUM")
    # Playwright's loop runs in this thread, where Django would refuse its ordinary queries.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=SWITCHES)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def world(committed) -> World:
    """The small province, with people who can sign in."""
    made = build_world()
    for name, user in made.users.items():
        user.full_name = STAFF_NAMES.get(name, user.full_name)
        user.set_password(PASSWORD)
        user.save()
    cache.clear()  # counts of sign-ins outlive a test
    return made


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visits(request, chromium, world, live_server) -> Iterator[Visits]:
    """`visits.by("worker")` is the page of somebody signed in; at the end every page must have been clean."""
    open_visits = Visits(chromium, live_server.url, PASSWORD)
    try:
        yield open_visits
        if request.node.stash.get(FAILED, False):
            open_visits.show("failed")
    finally:
        open_visits.close()
    assert open_visits.complaints == []
