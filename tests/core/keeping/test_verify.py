"""A province that was made by the rules has nothing wrong; each kind of tampering is found, and named."""

import json
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from accreditation.models import Licence
from casework.models import Case, Person, ServicePlan
from core.audit import anchor, chain, triggers
from core.audit.models import Event
from core.documents.models import Document
from core.keeping import invariants, paths, sampling, verify
from core.keeping.verify import SAID
from core.lifecycle.fsm import Lifecycle
from core.sealed import seal
from core.worklist.models import WorkItem
from facilities.models import Authority, Occupancy
from referrals.models import Referral
from tests.spec.reading import invariants as spec_invariants

pytestmark = pytest.mark.django_db  # in the database of `kept`: that fixture comes first


def owner(sql, *params):
    """As the owner of the database, for whom triggers are no hindrance."""
    values = [value.hex if connection.vendor == "sqlite" and hasattr(value, "hex") else value for value in params]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def unguarded(table):
    """Take away what refuses raw SQL on this table."""
    on = "" if connection.vendor == "sqlite" else f" ON {table}"
    for name in ("move", "start"):
        owner(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def found(*only):
    """{(check, code)} of everything that is wrong, and every sentence can be said."""
    wrong = set()
    for result in verify.run(only, sample=None):
        assert len(list(result.sentences())) == min(result.wrong, verify.SHOWN)
        wrong |= {(result.code, code) for code, _key, _detail in result.shown}
    return wrong


def run(*args, **options):
    out, err = StringIO(), StringIO()
    call_command("verify", *args, stdout=out, stderr=err, **options)
    return out.getvalue()


def test_what_the_rules_made_has_nothing_wrong(kept, tmp_path):
    heads = tmp_path / "heads.jsonl"
    heads.write_text(anchor.write(anchor.current()) + "\n")
    text = run("--all", f"--heads={heads}")
    assert text.splitlines()[0].split() == ["Đã", "kiểm", "Sai", "Giây", "Nội", "dung"]
    assert "không chỗ nào sai" in text.splitlines()[-1]
    looked = {row["check"]: row for row in map(json.loads, run("--all", "--json").splitlines())}
    assert not any(row["wrong"] for row in looked.values())
    assert looked["chain"]["checked"] == Event.objects.count() > 50
    # A check that looked at nothing would prove nothing.
    for code in (
        "paths.casework.Case", "paths.referrals.Referral", "paths.accreditation.Licence", "paths.others", "files",
        "invariant.occupied_within_licensed", "invariant.licence_gives_authority", "invariant.work_closed_by_an_event",
        "invariant.referral_admission_allowed", "invariant.document_vouched_for", "probe.identity_index",
        "probe.licence_signature", "sealed.casework.Person", "sealed.audit.Event", "files.content", "schema",
    ):  # fmt: skip
        assert looked[code]["checked"], code


def test_every_lifecycle_is_walked_and_every_invariant_of_the_spec_is_asked_or_argued():
    assert len(paths.lifecycles()) >= 10 and all(issubclass(model, Lifecycle) for model in paths.lifecycles())
    asked = {rule.code for rule in invariants.all_invariants()}
    # No stays of their own and no payments yet; the others speak of the code, and tests of the code hold them.
    elsewhere = {"closed_no_open_stay", "deceased_no_live_payment", "state_has_exit", "deny_test", "replay_gives_row"}
    assert {rule.id for rule in spec_invariants()} == (asked & {rule.id for rule in spec_invariants()}) | elsewhere


class TestChain:
    @pytest.fixture(autouse=True)
    def unguarded(self, undone):
        self.heads = [[anchor.write(anchor.current())]]
        triggers.drop(connection)

    def wrong(self):
        return {(r.code, code) for r in verify.run(["chain", "heads"], heads=self.heads) for code, _k, _d in r.shown}

    def test_a_row_that_was_edited(self):
        owner("UPDATE audit_event SET reason = 'khác' WHERE seq = 5")
        assert self.wrong() == {("chain", "link")}

    def test_an_event_that_was_deleted(self):
        owner("DELETE FROM audit_event WHERE seq = 5")
        assert self.wrong() == {("chain", "link")}

    def test_events_in_another_order(self):
        for seq, new in ((5, 900_000), (6, 5), (900_000, 6)):
            owner("UPDATE audit_event SET seq = %s WHERE seq = %s", new, seq)
        assert self.wrong() == {("chain", "link")}

    def test_a_tail_that_was_cut_with_its_head(self):
        """Whoever also sets the head back leaves a chain that holds; the head that was kept outside does not."""
        last, before = Event.objects.order_by("-seq")[:2]
        owner("DELETE FROM audit_event WHERE seq = %s", last.seq)
        owner("UPDATE audit_chainhead SET seq = %s, hash = %s", before.seq, before.hash)
        assert self.wrong() == {("heads", "cut")}
        assert chain.verify()[1] == []


class TestPaths:
    @pytest.fixture(autouse=True)
    def tampering(self, undone):
        triggers.drop(connection)
        unguarded("casework_case")
        self.case = undone.closed.case
        self.events = list(Event.objects.filter(subject_id=self.case.pk).order_by("seq"))

    def wrong(self):
        return {code for check, code in found("paths.casework.Case")}

    def test_a_state_that_nobody_moved(self):
        owner("UPDATE casework_case SET state = 'assessment', closure_reason = '' WHERE id = %s", self.case.pk)
        assert self.wrong() == {"state"}

    def test_a_row_set_back_to_an_older_version(self):
        owner("UPDATE casework_case SET version = version - 1 WHERE id = %s", self.case.pk)
        assert self.wrong() == {"version"}

    def test_a_row_that_nobody_made(self):
        owner("DELETE FROM audit_event WHERE subject_id = %s", self.case.pk)
        assert self.wrong() == {"no_events"}

    def test_a_step_left_out(self):
        middle = next(event for event in self.events if event.target == "planning")
        owner("DELETE FROM audit_event WHERE seq = %s", middle.seq)
        assert self.wrong() == {"gap"}

    def test_a_step_that_the_lifecycle_does_not_know(self):
        middle = next(event for event in self.events if event.target == "planning")
        owner("UPDATE audit_event SET verb = 'case.close' WHERE seq = %s", middle.seq)
        assert self.wrong() == {"step"}

    def test_a_record_that_does_not_begin(self):
        owner("UPDATE audit_event SET source = 'intake' WHERE seq = %s", self.events[0].seq)
        assert self.wrong() == {"start", "step"}

    def test_a_record_that_is_gone(self, undone):
        plan = undone.story.active_plan()
        if connection.vendor == "sqlite":
            owner("PRAGMA defer_foreign_keys = ON")
        else:
            owner("SET CONSTRAINTS ALL DEFERRED")
        owner("DELETE FROM referrals_referral WHERE case_id = %s", plan.case_id)
        assert ("paths.referrals.Referral", "no_row") in found("paths.referrals")

    def test_a_record_without_states_behind_its_last_event(self, undone):
        licence = undone.licence
        owner("UPDATE facilities_facility SET version = 0 WHERE id = %s", licence.facility_id)
        assert found("paths.others") == {("paths.others", "version")}

    def test_events_about_nothing_that_has_actions(self):
        owner("UPDATE audit_event SET subject_model = 'auth.Group' WHERE seq = 1")
        assert ("paths.others", "unknown_subject") in found("paths.others")


def reopened_plan(kept):
    unguarded("casework_serviceplan")
    plan = ServicePlan.objects.filter(case=kept.closed.case).first()
    ServicePlan.objects.filter(pk=plan.pk).update(state="active")


def open_referral(kept):
    unguarded("casework_case")
    Case.objects.filter(pk=kept.story.case.pk).update(
        state="closed", closed_at=kept.story.case.opened_at, closure_reason="c"
    )


def nobody_answers(kept):
    WorkItem.objects.filter(root_id=kept.story.case.pk).delete()
    Case.objects.filter(pk=kept.story.case.pk).update(due_at=None, review_due=None)


def beyond_the_paper(kept):
    # Another way than the suite's own constraint: the paper names fewer places than there are people.
    Authority.objects.filter(facility=kept.stay.facility_id).update(capacity=0)


def no_paper(kept):
    Authority.objects.filter(facility=kept.stay.facility_id).update(stopped_on="2020-01-01", stop_reason="x")


def suspended_on_paper_only(kept):
    unguarded("accreditation_licence")
    Licence.objects.filter(pk=kept.licence.pk).update(state="suspended", mend_by="2027-01-01")


def number_again(kept):
    row = Licence.objects.get(pk=kept.licence.pk)
    unguarded("accreditation_licence")
    other = Licence(**{f.attname: row.__dict__[f.attname] for f in Licence._meta.concrete_fields if f.name != "state"})
    other.pk, other.code, other.number, other.authority_id = Licence._meta.pk.get_default(), "X", f" {row.number}", None
    other.__dict__["state"] = "superseded"
    other.save(force_insert=True)


def number_without_index(kept):
    Person.objects.filter(pk=kept.story.case.person_id).exclude(id_index="").update(id_index="")


def closed_by_hand(kept):
    done = WorkItem.objects.filter(closed_at__isnull=False).first()
    WorkItem.objects.filter(pk=done.pk).update(closed_by=done.pk)


def sender_forgotten(kept):
    Referral.objects.filter(case=kept.story.case).update(basis="")


def moved_to_another_house(kept):
    other = Authority.objects.exclude(facility=kept.stay.facility_id).first()
    Occupancy.objects.filter(pk=kept.stay.pk).update(facility=other.facility_id)


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (reopened_plan, "closed_no_active_plan"), (open_referral, "closed_no_open_referral"),
        (nobody_answers, "state_has_due_date"), (beyond_the_paper, "occupied_within_licensed"),
        (no_paper, "admission_allowed"), (no_paper, "licence_gives_authority"),
        (suspended_on_paper_only, "authority_follows_licence"), (number_again, "licence_number_once"),
        (number_without_index, "index_where_number"), (closed_by_hand, "work_closed_by_an_event"),
        (sender_forgotten, "sent_with_consent"), (moved_to_another_house, "bed_of_facility"),
    ],
)  # fmt: skip
def test_a_broken_invariant_is_named(undone, tamper, code):
    assert not found(f"invariant.{code}")
    tamper(undone)
    assert found(f"invariant.{code}") == {(f"invariant.{code}", "broken")}


class TestSealed:
    def test_a_flipped_letter_and_a_value_moved_to_another_row(self, undone):
        one, other = Person.objects.exclude(id_index="").order_by("pk")[:2]
        table = Person._meta.db_table
        stored = one.__dict__["id_number"]
        flipped = stored[:-8] + ("A" if stored[-8] != "A" else "B") + stored[-7:]
        for value, row in ((flipped, one), (stored, other)):
            owner(f"UPDATE {table} SET id_number = %s WHERE id = %s", str(value), row.pk)
            wrong = found("sealed.casework.Person", "probe.identity_index")
            assert wrong == {("sealed.casework.Person", "sealed"), ("probe.identity_index", "broken")}
            owner(f"UPDATE {table} SET id_number = %s WHERE id = %s", str(row.__dict__["id_number"]), row.pk)

    def test_a_value_that_was_never_sealed(self, undone):
        owner("UPDATE casework_person SET phone = '0900000000' WHERE id = %s", undone.story.case.person_id)
        assert found("sealed.casework.Person") == {("sealed.casework.Person", "plain")}

    def test_a_number_sealed_anew_that_the_index_does_not_know(self, undone):
        person = Person.objects.exclude(id_index="").first()
        box = seal("079999999999", "identity", f"casework_person:id_number:{person.pk}")
        owner("UPDATE casework_person SET id_number = %s WHERE id = %s", str(box), person.pk)
        assert found("sealed.casework.Person", "probe") == {("probe.identity_index", "broken")}

    def test_a_licence_whose_face_was_changed(self, undone):
        Licence.objects.filter(pk=undone.licence.pk).update(capacity=200)
        assert found("probe.licence_signature") == {("probe.licence_signature", "broken")}


class TestFiles:
    @pytest.fixture(autouse=True)
    def on_disk(self, undone):
        self.document = Document.objects.order_by("pk")[0]
        self.file = undone.media / self.document.path
        content = self.file.read_bytes()
        yield
        self.file.write_bytes(content)

    def test_a_file_that_is_gone(self):
        self.file.unlink()
        assert found("files") == {("files", "missing"), ("files.content", "missing")}

    def test_a_file_that_was_cut(self):
        self.file.write_bytes(self.file.read_bytes()[:-1])
        assert found("files") == {("files", "size"), ("files.content", "sealed")}

    def test_a_flipped_byte(self):
        content = bytearray(self.file.read_bytes())
        content[100] ^= 1
        self.file.write_bytes(content)
        assert found("files") == {("files.content", "sealed")}

    def test_another_sum_in_the_row_than_in_the_event(self):
        Document.objects.filter(pk=self.document.pk).update(sha256="0" * 64)
        assert found("files", "invariant.document_vouched_for") == {
            ("files.content", "sha256"), ("invariant.document_vouched_for", "broken"),
        }  # fmt: skip
        assert default_storage.exists(self.document.path)


class TestSchema:
    def test_a_trigger_taken_away(self, undone):
        unguarded("casework_case")
        assert found("schema") == {("schema", "trigger")}

    @pytest.mark.skipif("connection.vendor == 'sqlite'", reason="SQLite cannot switch a trigger off")
    def test_a_trigger_switched_off(self, undone):
        owner("ALTER TABLE audit_event DISABLE TRIGGER audit_event_no_update")
        assert found("schema") == {("schema", "trigger")}

    def test_a_constraint_taken_away(self, undone):
        drop = "DROP INDEX one_live_case" if connection.vendor == "sqlite" else 'DROP INDEX "one_live_case"'
        owner(drop)
        assert found("schema") == {("schema", "constraint")}


class TestCommand:
    def test_it_fails_says_how_many_and_names_no_person(self, undone):
        unguarded("casework_case")
        owner("UPDATE casework_case SET version = version + 1 WHERE id = %s", undone.closed.case.pk)
        out = StringIO()
        with pytest.raises(CommandError, match="1 chỗ sai"):
            call_command("verify", "--only=paths.casework.Case", stdout=out)
        key = undone.closed.case.pk
        assert f"số phiên bản của hồ sơ {key} khác sự kiện cuối cùng" in out.getvalue()
        assert undone.closed.case.person.name not in out.getvalue()

    def test_words_it_does_not_know(self, kept, tmp_path):
        with pytest.raises(CommandError, match="Không có mục nào"):
            run("--only=nothing")
        with pytest.raises(CommandError, match="Không đọc được tệp đầu chuỗi"):
            run(f"--heads={tmp_path / 'none'}", "--only=heads")
        with pytest.raises(CommandError, match="số nguyên từ 1"):
            run("--sample=0")


def test_a_sample_reaches_both_ends_and_all_rows_where_they_are_few(kept):
    rows = Event.objects.only("seq")
    count = rows.count()
    assert [row.pk for row in sampling.some(rows, None)] == list(range(1, count + 1))
    assert len(list(sampling.some(rows, count))) == count
    some = [row.pk for row in sampling.some(rows, 20)]
    assert {1, count} <= set(some) and 3 <= len(some) <= 42 and len(set(some)) == len(some)


def test_every_code_has_words():
    for code, words in SAID.items():
        assert str(words) % {"key": "x"}, code
