"""What every page must pass: no serious finding of axe, no sideways scroll; and its picture, to be looked at."""

from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page

PICTURES = settings.BASE_DIR / "var" / "screenshots"
SERIOUS = {"serious", "critical"}
_axe = Axe()


def axe(page: Page, *rules: str) -> None:
    """Fail on any violation whose impact is serious or critical, naming its element; `rules` asks for those only."""
    options = {"resultTypes": ["violations"], **({"runOnly": list(rules)} if rules else {})}
    found = _axe.run(page, options=options).response["violations"]
    said = [
        f"{one['id']}: {node['target']} {node['html'][:160]} — {_why(node)}"
        for one in found if one["impact"] in SERIOUS for node in one["nodes"][:3]
    ]  # fmt: skip
    assert said == [], f"{page.url}\n" + "\n".join(said)


def _why(node: dict) -> str:
    return "; ".join(check["message"] for check in [*node["any"], *node["all"], *node["none"]])


def no_sideways_scroll(page: Page) -> None:
    """The page is not wider than its window; if it is, what sticks out is named."""
    wide = page.evaluate(
        """() => {
          const edge = document.documentElement.clientWidth;
          if (document.documentElement.scrollWidth <= edge) return [];
          return [...document.querySelectorAll('body *')]
            .filter((e) => e.getBoundingClientRect().right > edge + 1 && e.offsetParent)
            .slice(0, 5).map((e) => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right));
        }"""
    )
    assert wide == [], f"{page.url} at {page.viewport_size}: {wide}"


def shot(page: Page, name: str) -> None:
    """A picture of the whole page, named with its width, among the throw-away files."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    width = page.viewport_size["width"] if page.viewport_size else 0
    page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True, animations="disabled")


def shots(page: Page, name: str) -> None:
    """The picture at the desk and on the phone; the window is given back as it was."""
    before = page.viewport_size
    for width, height in ((1280, 900), (360, 780)):
        page.set_viewport_size({"width": width, "height": height})
        shot(page, name)
    if before:
        page.set_viewport_size(before)
