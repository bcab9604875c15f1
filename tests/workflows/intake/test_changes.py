"""Is every reported change taken down, and do doses wait for the prescriber?"""

import pytest

from models.intake.intake import Intake
from models.platform.decisions import GateDecision
from models.platform.trail import Notification
from rules.terms import EnrolmentState
from tests.factories.intake import a_submitted_intake, all_assessments
from tests.workflows.intake.cast import Cast
from workflows.intake import changes, intake
from workflows.intake.changes import ChangeKind, Coding, Told
from workflows.intake.intake_facts import intake_facts
from workflows.platform.errors import NotFound

E = EnrolmentState


@pytest.fixture
def treated(cast: Cast) -> Cast:
    """Give a patient under treatment with a clear history."""
    cast.given(lambda session: a_submitted_intake(session, cast.now, cast.patient))
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    cast.enrolled(E.COURSE_ACTIVE)
    return cast


def reported(cast: Cast, told: Told) -> Intake:
    return cast.does(cast.me, lambda work: changes.report_change(work, cast.patient_id, told))


def test_somebody_elses_patient_is_not_there(cast: Cast) -> None:
    other = cast.another_patient()
    with pytest.raises(NotFound):
        cast.does(
            cast.me,
            lambda work: changes.report_change(work, other.id, Told(kind=ChangeKind.OTHER)),
        )


@pytest.mark.parametrize("kind", [kind for kind in ChangeKind if kind is not ChangeKind.PREGNANCY])
def test_a_change_waits_for_the_prescriber(treated: Cast, kind: ChangeKind) -> None:
    before = treated.patient_now().safety_version
    reported(treated, Told(kind=kind, words="Something new"))
    patient = treated.patient_now()
    assert patient.material_change_at == treated.now
    assert patient.safety_version > before
    assert patient.enrolment is E.COURSE_ACTIVE
    told = [note.user_id for note in treated.rows(Notification)]
    assert treated.prescriber.id in told


def test_a_pregnancy_suspends_and_is_known_from_then_on(treated: Cast) -> None:
    reported(treated, Told(kind=ChangeKind.PREGNANCY))
    patient = treated.patient_now()
    assert (patient.enrolment, patient.suspended_for) == (E.SUSPENDED, "pregnancy")
    told = treated.does(treated.me, lambda work: intake_facts(work, treated.patient_id))
    assert told.intake.conditions["pregnancy"] is True


def test_a_new_medicine_joins_the_list_with_its_code(treated: Cast) -> None:
    added = reported(treated, Told(kind=ChangeKind.MEDICINE, medicine="oxycodone"))
    names = [(m["name"], m["interaction"]) for m in added.answers["medicines"]["list"]]
    assert names == [("Sertraline", "antidepressant"), ("oxycodone", "opioid")]
    assert "opioid_concurrent" in treated.rows(GateDecision)[-1].codes
    assert treated.patient_now().enrolment is E.SUSPENDED


def test_a_medicine_without_a_name_leaves_the_list_unknown(treated: Cast) -> None:
    reported(treated, Told(kind=ChangeKind.MEDICINE, words="a blue pill"))
    told = treated.does(treated.me, lambda work: intake_facts(work, treated.patient_id))
    assert told.intake.medicines is None


def test_a_new_diagnosis_counts_as_a_yes(treated: Cast) -> None:
    told = Told(kind=ChangeKind.DIAGNOSIS, conditions=("glaucoma_controlled",))
    assert reported(treated, told).answers["conditions"]["glaucoma_controlled"] is True


def test_the_words_are_kept_in_every_later_version(treated: Cast) -> None:
    reported(treated, Told(kind=ChangeKind.HOSPITAL, words="I fainted"))
    draft = treated.does(treated.me, lambda work: intake.open_draft(work, treated.patient_id))
    assert [note["words"] for note in draft.answers["reported"]["list"]] == ["I fainted"]


@pytest.mark.parametrize("state", list(E))
def test_a_report_is_accepted_in_every_state(cast: Cast, state: EnrolmentState) -> None:
    cast.given(lambda session: a_submitted_intake(session, cast.now, cast.patient))
    cast.enrolled(state)
    assert reported(cast, Told(kind=ChangeKind.PREGNANCY)).submitted_at == cast.now


def test_a_report_before_any_intake_is_kept_in_a_draft(cast: Cast) -> None:
    kept = reported(cast, Told(kind=ChangeKind.PREGNANCY))
    assert kept.submitted_at is None
    assert kept.answers["conditions"] == {"pregnancy": True}


def test_a_report_reaches_an_open_draft_too_and_the_draft_stays_the_newest(treated: Cast) -> None:
    draft = treated.does(treated.me, lambda work: intake.open_draft(work, treated.patient_id))
    added = reported(treated, Told(kind=ChangeKind.PREGNANCY))
    draft = treated.does(treated.me, lambda work: intake.read(work, draft.id))
    assert draft.answers["conditions"] == {"pregnancy": True}
    assert (added.number, draft.number) == (2, 3)


def test_who_waits_for_review_moves_with_what_is_known(treated: Cast) -> None:
    treated.enrolled(E.PENDING_REVIEW)
    reported(treated, Told(kind=ChangeKind.PREGNANCY))
    assert treated.patient_now().enrolment is E.SCREENED_OUT


def test_a_decision_of_a_prescriber_is_not_undone_by_a_report(treated: Cast) -> None:
    for state in (E.DECLINED, E.APPROVED_IN_OFFICE_ONLY):
        treated.enrolled(state)
        told = Told(kind=ChangeKind.DIAGNOSIS, conditions=("aneurysm_or_avm",))
        reported(treated, told)
        assert treated.patient_now().enrolment is state


def test_a_code_that_contradicts_the_name_waits_for_the_prescriber(treated: Cast) -> None:
    def listed(session):  # type: ignore[no-untyped-def]
        wrong = {"name": "Sertraline", "rxcui": "10689", "interaction": "antidepressant"}
        a_submitted_intake(
            session, treated.now, treated.patient, medicines={"list": [wrong], "complete": True}
        )

    treated.given(listed)
    told = treated.does(treated.me, lambda work: intake_facts(work, treated.patient_id))
    assert told.intake.medicines[0].rxcui == "10689"
    coding = Coding(name="sertraline", ingredient="sertraline")
    treated.does(
        treated.doctor, lambda work: changes.code_medicine(work, treated.patient_id, coding)
    )
    told = treated.does(treated.me, lambda work: intake_facts(work, treated.patient_id))
    assert told.intake.medicines[0].rxcui is None


def test_a_prescriber_settles_an_unknown_name(treated: Cast) -> None:
    reported(treated, Told(kind=ChangeKind.MEDICINE, medicine="Grandmother's drops"))
    coding = Coding(name="grandmother's  drops", ingredient="valerian", interaction="sedating")
    with pytest.raises(NotFound):
        treated.does(
            treated.other_doctor,
            lambda work: changes.code_medicine(work, treated.patient_id, coding),
        )
    treated.does(
        treated.doctor, lambda work: changes.code_medicine(work, treated.patient_id, coding)
    )
    codes = treated.rows(GateDecision)[-1].codes
    assert "medication_unmapped" not in codes
    assert "interaction_review" in codes
