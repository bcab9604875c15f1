"""Do the builders turn rows into the right facts, without a database?"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.catalogue import Product
from models.plan.treatment_plans import TreatmentPlan
from rules.facts import CourseFacts
from rules.states import UNDER_TREATMENT
from rules.terms import ApprovalDecision, DoseForm, EnrolmentState, Molecule, Route
from workflows.plan import course_facts, plan_facts
from workflows.plan.course_facts import TakenRow, Trouble

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
CALM = Trouble(False, False, ())
BEGINNING = NOW - timedelta(days=60)


def _patient(**over: Any) -> Patient:
    values: dict[str, Any] = {
        "user_id": uuid4(),
        "given_name": "Pat",
        "family_name": "Ient",
        "born_on": "1992-03-04",
        "time_zone": "America/Denver",
        "enrolled_at": BEGINNING,
        "enrolment": EnrolmentState.COURSE_ACTIVE,
    }
    return Patient(**values | over)


def _approval(signed_at: datetime = BEGINNING) -> Approval:
    return Approval(
        patient_id=uuid4(),
        evaluation_id=uuid4(),
        intake_id=uuid4(),
        prescriber_id=uuid4(),
        decision=ApprovalDecision.HOME,
        rationale="",
        signature="",
        signed_at=signed_at,
        expires_at=signed_at + timedelta(days=90),
        sessions_allowed=6,
    )


def _dose(days_ago: float, **over: Any) -> TakenRow:
    at = NOW - timedelta(days=days_ago)
    row = TakenRow(uuid4(), at, 10_000, at.date().isoformat(), uuid4(), None, None)
    return row._replace(**over)


def _course(*taken: TakenRow, **over: Any) -> CourseFacts:
    parts: dict[str, Any] = {"patient": _patient(), "approval": _approval(), "trouble": CALM}
    parts |= over
    return course_facts.course_from(
        parts["patient"], parts["approval"], None, taken, parts["trouble"], now=NOW
    )


def test_nothing_taken_is_known_as_nothing() -> None:
    course = _course()
    assert (course.doses, course.sessions_used) == ((), 0)
    assert course.first_session_reviewed is False


def test_a_second_part_in_the_same_session_is_one_session_and_one_dose() -> None:
    evening: UUID = uuid4()
    course = _course(_dose(7, dose_session_id=evening), _dose(6.99, dose_session_id=evening))
    [whole] = course.doses or ()
    assert (course.sessions_used, whole.dose_mg_hundredths) == (1, 20_000)


def test_a_dose_without_a_session_uses_one_up() -> None:
    assert _course(_dose(7, dose_session_id=None)).sessions_used == 1


def test_doses_before_the_approval_do_not_use_it_up() -> None:
    course = _course(_dose(70), _dose(7))
    assert course.sessions_used == 1
    assert course.maintenance is False


def test_a_plan_grants_its_own_sessions_beside_those_of_another_plan() -> None:
    plan = TreatmentPlan(
        id=uuid4(), patient_id=uuid4(), approval_id=uuid4(), product_id=uuid4(),
        molecule=Molecule.KETAMINE, route=Route.SUBLINGUAL, setting=plan_facts.Setting.HOME,
        dose_mg_hundredths=10_000, session_count=2, spacing_hours=168, weight_g=80_000,
        weighed_at=NOW, end_condition="", drafted_at=NOW,
    )  # fmt: skip
    by_another = [_dose(20 - day, plan_id=uuid4()) for day in range(3)]
    outside = _dose(3, dose_session_id=None)
    course = course_facts.course_from(
        _patient(), _approval(), plan, (*by_another, outside), CALM, now=NOW
    )
    assert (course.sessions_used, course.sessions_allowed) == (4, 5)
    assert course.plan_signed is False, "a draft is no plan"


def test_a_meeting_after_the_first_dose_is_its_review() -> None:
    taken = (_dose(7, dose_session_id=None),)
    for met_at, reviewed in ((NOW - timedelta(days=8), False), (NOW, True)):
        course = course_facts.course_from(
            _patient(), _approval(), None, taken, CALM, now=NOW, met_at=met_at
        )
        assert course.first_session_reviewed is reviewed


def test_after_a_whole_course_it_is_maintenance() -> None:
    earlier = tuple(_dose(100 - day) for day in range(6))
    assert _course(*earlier).maintenance is True


def test_the_first_session_is_reviewed_by_any_review_after_it() -> None:
    assert _course(_dose(7, reviewed_at=NOW)).first_session_reviewed is True
    assert _course(_dose(7, dose_session_id=None)).first_session_reviewed is False


@pytest.mark.parametrize(
    "state",
    [s for s in EnrolmentState if s not in UNDER_TREATMENT],
)
def test_who_is_not_under_treatment_takes_no_dose(state: EnrolmentState) -> None:
    assert _course(patient=_patient(enrolment=state)).suspended is True


@pytest.mark.parametrize(
    ("reviewed", "done"), [((), False), ((1,), False), ((2,), False), ((3,), True)]
)
def test_the_third_session_itself_must_be_reviewed(
    reviewed: tuple[int, ...], *, done: bool
) -> None:
    taken = [
        _dose(20 - 5 * number, reviewed_at=NOW if number in reviewed else None)
        for number in (1, 2, 3)
    ]
    assert _course(*taken).mid_course_reviewed is done


def test_a_review_due_is_missed_until_a_later_session_is_reviewed() -> None:
    taken = [_dose(25 - 5 * number) for number in (1, 2, 3, 4)]
    assert _course(*taken).mid_course_reviewed is False
    taken[3] = taken[3]._replace(reviewed_at=NOW)
    assert _course(*taken).mid_course_reviewed is True


def test_every_session_must_be_followed_up() -> None:
    done = {"followed_up_at": NOW}
    assert _course(_dose(7, **done), _dose(3)).follow_up_24h_done is False
    assert _course(_dose(7), _dose(3, **done)).follow_up_24h_done is False
    assert _course(_dose(7, **done), _dose(3, **done)).follow_up_24h_done is True
    outside = _dose(3, dose_session_id=None)
    assert _course(_dose(7, **done), outside).follow_up_24h_done is True


def test_a_material_change_counts_until_it_is_signed_over() -> None:
    changed = _patient(material_change_at=BEGINNING + timedelta(days=1))
    assert _course(patient=changed).material_change is True
    renewed = _approval(BEGINNING + timedelta(days=2))
    assert _course(patient=changed, approval=renewed).material_change is False


def test_without_an_approval_nothing_is_allowed() -> None:
    course = _course(approval=None)
    assert (course.decision, course.sessions_allowed) == (None, 0)


def test_trouble_and_suspension_are_told() -> None:
    course = _course(
        patient=_patient(enrolment=EnrolmentState.SUSPENDED),
        trouble=course_facts.trouble_from((True, True, ["b", "a"])),
    )
    assert course.open_adverse_event
    assert course.serious_event_unreviewed
    assert course.hold_codes == ("a", "b")
    assert course.suspended


def test_a_heavy_year_is_reviewed_by_an_approval_after_the_threshold() -> None:
    taken = tuple(_dose(190 - 4 * number) for number in range(36))
    assert _course(*taken).exposure_reviewed is False
    assert _course(*taken, approval=_approval(NOW)).exposure_reviewed is True
    before = tuple(_dose(900 - 4 * number) for number in range(36))
    last_year = _approval(NOW - timedelta(days=400))
    assert _course(*before, *taken, approval=last_year).exposure_reviewed is False


def test_what_the_medicine_record_says_outweighs_what_was_told() -> None:
    told = plan_facts.ProductFacts(ketamine_elsewhere=False, esketamine_elsewhere=False)
    planned = plan_facts.Planned(_product(), plan_facts.Setting.HOME, True)
    assert plan_facts.product_from(planned, told).ketamine_elsewhere is False
    found = plan_facts.product_from(planned, told, "ketamine_elsewhere")
    assert replace(found, ketamine_elsewhere=None) == replace(
        plan_facts.product_from(planned, told), ketamine_elsewhere=None
    )
    assert found.ketamine_elsewhere is True


def test_a_product_whose_display_names_esketamine_is_suspect() -> None:
    told = plan_facts.ProductFacts()
    planned = plan_facts.Planned(
        _product("Ketamine SK (esketamine)"), plan_facts.Setting.HOME, True
    )
    assert plan_facts.product_from(planned, told).blocked_alias is True


def _product(display: str = "Ketamine 100 mg tablet") -> Product:
    return Product(
        code="ket-x",
        display=display,
        molecule=Molecule.KETAMINE,
        route=Route.SUBLINGUAL,
        form=DoseForm.RAPID_DISSOLVE_TABLET,
        strength_mg_hundredths=10_000,
        ingredient_rxcui="6130",
        data_on=date(2026, 11, 1),
    )
