"""What may not stand in templates, scripts and Python, so that no text ever becomes markup (test_no_inline looks at
inline code and styles)."""

import ast
import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.utils.html import escape

ROOT = Path(settings.BASE_DIR)
APPS = ("core", "casework", "facilities", "referrals", "accreditation", "deploy")
RAW_CODE = {"core/web/templatetags/dh.py"}
UNESCAPED = re.compile(r"\|\s*(?:safe|safeseq)\b|autoescape\s+off|\|\s*escapejs")
BY_SCRIPT = re.compile(
    r"\.(?:innerHTML|outerHTML|srcdoc)\b|insertAdjacentHTML|createContextualFragment|document\.write|\beval\s*\("
    r"|new\s+Function|set(?:Timeout|Interval)\s*\(\s*['\"`]|localStorage|sessionStorage|indexedDB|postMessage"
)
# An attribute without quotes ends at the first space of what is put in.
UNQUOTED = re.compile(r"<[a-z][^<>]*\s[\w:-]+=\{\{")
WHOLE_ADDRESS = re.compile(r"(?:href|src|action|formaction|hx-get|hx-post)=\"\{\{\s*([\w.]+)\s*(?:\|[^}]*)?\}\}")
# Whole addresses are made by the product itself (`reverse`, `page_url`); of the names that people type none may be one.
TYPED = {"website", "text", "note", "name", "title", "address", "email", "phone", "value", "number", "source"}
# Behind `is_web_address`.
CHECKED = {"row.website"}


def of(*suffixes):
    return [
        path for app in APPS for path in sorted((ROOT / app).rglob("*"))
        if path.suffix in suffixes and "migrations" not in path.parts
    ]  # fmt: skip


TEMPLATES = [path for path in of(".html", ".svg", ".txt", ".xml") if "templates" in path.parts]
TREES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8")) for path in of(".py")}


def said(path):
    return path.relative_to(ROOT).as_posix()


def without_remarks(text):
    return re.sub(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}", "", text, flags=re.DOTALL)


def test_no_template_turns_escaping_off():
    assert len(TEMPLATES) > 100
    found = {said(path) for path in TEMPLATES if UNESCAPED.search(without_remarks(path.read_text(encoding="utf-8")))}
    assert found == set()


def test_every_attribute_stands_in_quotes():
    assert [said(path) for path in TEMPLATES if UNQUOTED.search(path.read_text(encoding="utf-8"))] == []


def test_no_address_is_what_somebody_typed():
    found = {
        (said(path), name) for path in TEMPLATES for name in WHOLE_ADDRESS.findall(path.read_text(encoding="utf-8"))
        if name.split(".")[-1] in TYPED
    }  # fmt: skip
    assert {name for _path, name in found} <= CHECKED
    for path, name in found:
        assert f"{{% if {name}|is_web_address %}}" in (ROOT / path).read_text(encoding="utf-8")


def test_no_script_writes_markup_or_keeps_anything_in_the_browser():
    scripts = of(".js")
    assert scripts
    assert [said(path) for path in scripts if BY_SCRIPT.search(path.read_text(encoding="utf-8"))] == []


def called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""


def raw(node):
    """`mark_safe(…)`, a class that says of itself that it is HTML, `format_html` with a text that was put together."""
    if called(node) in ("mark_safe", "SafeString", "SafeText", "SafeData"):
        return True
    if isinstance(node, ast.FunctionDef) and node.name == "__html__":
        return True
    return called(node) in ("format_html", "format_html_join") and any(
        isinstance(part, ast.JoinedStr | ast.BinOp) for part in node.args[:1]
    )


def test_no_code_makes_markup_of_text():
    assert {name for name, tree in TREES.items() if any(raw(node) for node in ast.walk(tree))} == RAW_CODE


@pytest.mark.parametrize("text", ["<b>x</b>", "a & b"])
def test_a_help_text_is_text_and_the_rules_for_passwords_are_a_list(text):
    class Asking(forms.Form):
        name = forms.CharField(help_text=text)
        password = forms.CharField(help_text=password_validators_help_text_html())

    shown = Asking().as_div()
    assert text not in shown and escape(text) in shown and "<ul><li>" in shown


def test_the_search_finds_what_it_looks_for():
    for text in ("{{ a|safe }}", "{% autoescape off %}", "{{ a | safeseq }}"):
        assert UNESCAPED.search(text)
    for text in ("a.innerHTML = b", "new Function(a)", "setTimeout('a()')", "localStorage.x"):
        assert BY_SCRIPT.search(text)
    assert UNQUOTED.search("<a\n href={{ x }}>") and not UNQUOTED.search('<a href="{{ x }}">')
    assert WHOLE_ADDRESS.findall('<a href="{{ row.note }}">') == ["row.note"]
    tree = ast.parse("mark_safe(a)\nformat_html(f'<b>{a}</b>')\nformat_html('<b>{}</b>', a)")
    assert sum(raw(node) for node in ast.walk(tree)) == 2
