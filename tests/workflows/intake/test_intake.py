"""Is a history saved in parts, submitted once and amended by a new version?"""

from collections.abc import Mapping
from typing import Any

import pytest

from models.intake.intake import Intake
from models.platform.decisions import GateDecision
from models.platform.trail import Notification
from rules.terms import EnrolmentState, Outcome, Suitability
from tests.factories.intake import CLEAR_INTAKE, all_assessments, clear_answers
from tests.workflows.intake.cast import Cast
from workflows.intake import intake, questionnaire
from workflows.platform.errors import ChangedSinceRead, NotFound, NotNow, RecordForbids, Refusal


def opened(cast: Cast) -> Intake:
    return cast.does(cast.me, lambda work: intake.open_draft(work, cast.patient_id))


def saved(cast: Cast, draft: Intake, part: Mapping[str, Any] = CLEAR_INTAKE) -> Intake:
    return cast.does(cast.me, lambda work: intake.save(work, draft.id, part, None))


def submitted(cast: Cast, part: Mapping[str, Any] = CLEAR_INTAKE) -> GateDecision:
    draft = saved(cast, opened(cast), part)
    return cast.does(cast.me, lambda work: intake.submit(work, draft.id))


def test_another_teams_prescriber_sees_neither_the_list_nor_a_version(cast: Cast) -> None:
    draft = opened(cast)
    with pytest.raises(NotFound):
        cast.does(cast.other_doctor, lambda work: intake.list_versions(work, cast.patient_id))
    with pytest.raises(NotFound):
        cast.does(cast.other_doctor, lambda work: intake.read(work, draft.id))
    assert cast.does(cast.doctor, lambda work: intake.read(work, draft.id)).id == draft.id


def test_opening_begins_the_intake_and_a_second_draft_is_refused(cast: Cast) -> None:
    assert opened(cast).number == 1
    assert cast.patient_now().enrolment is EnrolmentState.INTAKE_IN_PROGRESS
    with pytest.raises(RecordForbids) as refused:
        opened(cast)
    assert refused.value.code == "intake_draft_exists"


def test_a_part_saved_later_leaves_the_parts_saved_before(cast: Cast) -> None:
    draft = saved(cast, opened(cast), {"conditions": {"porphyria": False}})
    draft = saved(cast, draft, {"conditions": {"breastfeeding": "unknown"}})
    assert draft.answers["conditions"] == {"porphyria": False, "breastfeeding": "unknown"}


def test_a_stale_save_is_refused(cast: Cast) -> None:
    draft = opened(cast)
    read = draft.version
    saved(cast, draft, {"goals": {"list": ["Sleep"]}})
    with pytest.raises(ChangedSinceRead):
        cast.does(cast.me, lambda work: intake.save(work, draft.id, {"goals": {}}, read))


@pytest.mark.parametrize(
    ("name", "ingredient", "interaction"),
    [
        ("Zoloft", "sertraline", "antidepressant"),
        ("oxycodone", "oxycodone", "opioid"),
        ("Grandmother's drops", None, None),
    ],
)
def test_a_medicine_is_coded_and_an_unknown_one_stays_unmapped(
    cast: Cast, name: str, ingredient: str | None, interaction: str | None
) -> None:
    medicines = {"list": [{"name": name, "dose": "one", "since": "May"}]}
    [kept] = saved(cast, opened(cast), {"medicines": medicines}).answers["medicines"]["list"]
    assert (kept["ingredient"], kept["interaction"]) == (ingredient, interaction)


def test_a_clear_history_makes_a_candidate_who_waits_for_a_human(cast: Cast) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    screened = submitted(cast)
    assert (screened.suitability, screened.outcome) == (Suitability.CANDIDATE, Outcome.CLEAR)
    assert cast.patient_now().enrolment is EnrolmentState.PENDING_REVIEW
    assert [note.template for note in cast.rows(Notification)] == ["intake_submitted"]


def test_submission_keeps_whom_to_call_where_the_house_looks_for_it(cast: Cast) -> None:
    submitted(cast)
    patient = cast.patient_now()
    assert (patient.state, patient.sex_at_birth) == ("CO", "female")
    assert patient.contact is not None
    assert patient.contact["emergency_contact"] == CLEAR_INTAKE["emergency_contact"]


def test_a_submitted_version_is_never_edited_or_submitted_again(cast: Cast) -> None:
    screened = submitted(cast)
    with pytest.raises(NotNow):
        cast.does(cast.me, lambda work: intake.save(work, screened.subject_id, {}, None))
    with pytest.raises(NotNow):
        cast.does(cast.me, lambda work: intake.submit(work, screened.subject_id))


def test_a_retried_submission_gets_the_first_screening(cast: Cast) -> None:
    draft = saved(cast, opened(cast))
    first, again = (
        cast.does(cast.me, lambda work: intake.submit(work, draft.id), key="tap") for _ in "12"
    )
    assert first.id == again.id


def test_a_new_version_keeps_history_and_asks_every_safety_question_again(cast: Cast) -> None:
    submitted(cast)
    answers = opened(cast).answers
    assert answers["medicines"]["list"][0]["name"] == "Sertraline"
    assert answers["address"] == CLEAR_INTAKE["address"]
    assert "conditions" not in answers
    assert "complete" not in answers["medicines"]
    still_open = questionnaire.unanswered(answers)
    assert {"pregnancy", "home.feels_safe", "body.weight_g", "medicines.complete"} <= {*still_open}
    assert not any(value is True for section in answers.values() for value in section.values())


def test_an_amended_version_is_screened_anew(cast: Cast) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    submitted(cast)
    again = submitted(cast, clear_answers(conditions={"aneurysm_or_avm": True}))
    assert again.suitability == Suitability.NOT_SUITABLE
    assert "aneurysm_or_avm" in again.codes
    assert cast.patient_now().enrolment is EnrolmentState.SCREENED_OUT


def test_an_amendment_under_treatment_is_a_material_change(cast: Cast) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    cast.enrolled(EnrolmentState.COURSE_ACTIVE)
    before = cast.patient_now().safety_version
    submitted(cast)
    patient = cast.patient_now()
    assert patient.enrolment is EnrolmentState.COURSE_ACTIVE
    assert patient.material_change_at == cast.now
    assert patient.safety_version > before


def test_a_new_exclusion_under_treatment_suspends(cast: Cast) -> None:
    cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    cast.enrolled(EnrolmentState.COURSE_ACTIVE)
    submitted(cast, clear_answers(conditions={"breastfeeding": True}))
    patient = cast.patient_now()
    assert (patient.enrolment, patient.suspended_for) == (
        EnrolmentState.SUSPENDED,
        "breastfeeding",
    )


@pytest.mark.parametrize(
    ("state", "refusal"),
    [(EnrolmentState.WITHDRAWN, NotNow), (EnrolmentState.DECEASED, NotFound)],
)
def test_nobody_who_left_opens_an_intake(
    cast: Cast, state: EnrolmentState, refusal: type[Refusal]
) -> None:
    cast.enrolled(state)
    with pytest.raises(refusal):
        opened(cast)
