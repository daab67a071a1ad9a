"""Budgets and promises of the stylesheets and the script."""

import gzip
import re
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from tests.core.web.test_no_inline import TEMPLATES

STATIC = Path(settings.BASE_DIR) / "core/web/static/dh"
CSS = (STATIC / "dh.css").read_text()
PLACES = (STATIC / "places.css").read_text()


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


RULES = without_comments(CSS)
PLACES_RULES = without_comments(PLACES)
BOTH = pytest.mark.parametrize("rules", [RULES, PLACES_RULES], ids=["dh.css", "places.css"])
JS = (STATIC / "dh.js").read_text()


def packed(data: str | bytes) -> int:
    return len(gzip.compress(data.encode() if isinstance(data, str) else data, 9))


def test_sizes_stay_within_the_budget():
    htmx = Path(find_spec("django_htmx").origin).parent / "static/django_htmx/htmx-2.min.js"
    assert len(CSS.encode()) <= 30 * 1024
    assert packed(CSS) <= 8 * 1024
    # What a page of facilities, recognition or the public loads.
    assert len((CSS + PLACES).encode()) <= 34 * 1024
    assert packed(CSS) + packed(PLACES) <= 9 * 1024
    assert packed(JS) + packed(htmx.read_bytes()) <= 25 * 1024


@BOTH
def test_the_stylesheets_work_in_chrome_109(rules):
    assert not re.search(r"subgrid|color-mix|popover|@container|&|:has\(|100dvh", rules)
    assert rules.count("{") == rules.count("}")
    # Nesting would open a rule inside a rule that is not an at-rule.
    flat = re.sub(r"@media[^{]+{((?:[^{}]+{[^{}]*})*\s*)}", r"\1", re.sub(r"@page\s*{[^}]*}", "", rules))
    assert not re.search(r"{[^}]*{", flat)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [(RULES, ["#fff"]), (PLACES_RULES, [])],  # the ground of the QR code
    ids=["dh.css", "places.css"],
)
def test_colours_are_tokens(rules, allowed):
    body = rules.split("@media print")[0]
    body = re.sub(r":root(\[data-theme=dark\])?\s*{[^}]*}", "", body).replace("#toasts", "")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\s*\{|\s*svg)", body) == allowed


@BOTH
def test_no_token_is_used_without_being_set(rules):
    assert set(re.findall(r"var\((--[\w-]+)", rules)) <= set(re.findall(r"(--[\w-]+):", RULES))


def classes_of(rules: str) -> set[str]:
    selectors = re.findall(r"([^{}]+){", rules)
    return {name for selector in selectors for name in re.findall(r"\.([a-z][\w-]*)", selector)}


def test_only_pages_that_load_places_use_its_classes():
    apart = classes_of(PLACES_RULES) - classes_of(RULES)
    assert len(apart) > 20
    for path in TEMPLATES:
        text = path.read_text(encoding="utf-8")
        used = {word for value in re.findall(r'class="([^"]*)"', text) for word in re.findall(r"[\w-]+", value)}
        if path.relative_to(settings.BASE_DIR).parts[0] in ("facilities", "accreditation"):
            # Every page of these two loads it; the parts are included by such pages.
            assert '{% extends "core/base.html" %}' not in text, path
            assert "<html" not in text or "dh/places.css" in text, path
        else:
            assert not used & apart, path


def tokens(selector: str) -> dict[str, str]:
    block = re.search(re.escape(selector) + r"\s*{([^}]*)}", RULES)[1]
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})", block))


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(two * 2 for two in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_is_readable_in_both_themes(theme):
    colours = tokens(":root") | (tokens(":root[data-theme=dark]") if theme == "dark" else {})
    pairs = [(ink, ground) for ink in ("ink", "muted", "link", "danger") for ground in ("card", "page", "hover")]
    pairs += [("ink", "sunk"), ("muted", "sunk"), ("on-accent", "accent"), ("on-accent", "accent-hi")]
    pairs += [
        ("danger", "danger-bg"),
        ("ink", "danger-bg"),
        ("on-danger", "danger"),
        ("warn", "warn-bg"),
        ("warn", "card"),
    ]
    pairs += [("on-today", "today"), ("ok", "ok-bg"), ("accent", "accent-bg"), ("ink", "accent-bg")]
    pairs += [("bar-ink", "bar"), ("bar-muted", "bar"), ("bar-muted", "bar-field"), ("hi", "bar")]
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in pairs}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < 4.5} == {}
    for edge, ground in [("edge", "card"), ("focus", "card"), ("focus", "page")]:
        assert contrast(colours[edge], colours[ground]) >= 3


def test_the_script_keeps_nothing_and_evaluates_nothing():
    assert not re.search(
        r"localStorage|sessionStorage|indexedDB|\beval\(|new Function|innerHTML|\balert\(|document\.write", JS
    )
    assert set(re.findall(r"setCookie\('(\w+)'", JS)) == {"dh_theme", "dh_keys"}


def test_the_words_of_the_script_stand_in_the_base_page():
    base = (Path(settings.BASE_DIR) / "core/web/templates/core/base.html").read_text()
    for name in re.findall(r"word\('(\w+)'\)", JS):
        attribute = "data-" + re.sub(r"([A-Z])", lambda found: "-" + found[1].lower(), name)
        assert f"{attribute}=" in base
