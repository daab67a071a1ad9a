"""The content security policy forbids inline code and styles: no template of the product may hold any."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR)
HIDDEN = {".venv", ".git", "var", "node_modules", "tests", "docs"}
TEMPLATES = sorted(
    path
    for path in ROOT.glob("*/**/templates/**/*.*")
    if path.suffix in {".html", ".svg"} and not HIDDEN & set(path.relative_to(ROOT).parts)
)
FORBIDDEN = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "htmx handler": re.compile(r"\bhx-on\b|hx-vals\s*=\s*['\"]js:|hx-vars", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign address": re.compile(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE),
}


def test_templates_were_found():
    assert len(TEMPLATES) > 40


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_inline_code(path):
    text = re.sub(r"{#.*?#}", "", path.read_text(encoding="utf-8"))
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('<p style="x">', "style attribute"),
        ("<script>a()</script>", "inline script"),
        ('<a\nonclick="a()">', "inline handler"),
        ('<link href="//cdn.example/x.css">', "foreign address"),
    ],
)
def test_the_search_finds_what_it_looks_for(text, name):
    assert FORBIDDEN[name].search(text)


@pytest.mark.parametrize(
    "path",
    [path for path in TEMPLATES if path.is_relative_to(ROOT / "core")],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_ours_win_over_the_packages(path):
    name = path.as_posix().split("/templates/", 1)[1]
    assert Path(get_template(name).origin.name) == path
