"""Is a plan a listed product, a whole number of units and a dose that the gate allows?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.plan.treatment_plans import DoseChange, TreatmentPlan
from rules.plan.resolver import ProductClaim
from rules.terms import ApprovalDecision, PlanState, Setting
from tests.factories.clinic import RATIONALE, Clinic
from tests.factories.plan import a_draft_plan, the_product, what_of
from workflows.plan import approvals, treatment_plans
from workflows.plan.treatment_plans import NewDose, NewPlan
from workflows.platform.errors import (
    ChangedSinceRead,
    HardStop,
    HoldNotOverridden,
    InvalidContent,
    NotNow,
    NotPermitted,
    RecordForbids,
)


def _new_plan(clinic: Clinic, **over: Any) -> NewPlan:
    values: dict[str, Any] = {
        "product_code": "ket-rdt-100",
        "dose_mg_hundredths": 10_000,
        "session_count": 6,
        "spacing_hours": 168,
        "end_condition": "No response after session 4.",
        "weight_g": 80_000,
        "weighed_at": clinic.now - timedelta(days=1),
    }
    return NewPlan(**values | over)


def _draft(clinic: Clinic, **over: Any) -> TreatmentPlan:
    approval_id = over.pop("approval_id", None) or clinic.approved().id
    with clinic.acting() as work:
        wanted = _new_plan(clinic, approval_id=approval_id, **over)
        return treatment_plans.draft_plan(work, clinic.patient.id, wanted)


def _sign(clinic: Clinic, plan: TreatmentPlan, state: str = "CO") -> TreatmentPlan:
    with clinic.acting() as work:
        return treatment_plans.sign_plan(work, plan.id, None, state, "Dr. Rx")


def _stopped(clinic: Clinic, plan: TreatmentPlan, **over: Any) -> tuple[str, ...]:
    with pytest.raises(HardStop) as stopped:
        _sign(clinic, plan, **over)
    return stopped.value.decision.codes


def _change(clinic: Clinic, plan: TreatmentPlan, to: int, **over: Any) -> TreatmentPlan:
    change = NewDose(to_mg_hundredths=to, rationale=RATIONALE, patient_state="CO", **over)
    with clinic.acting() as work:
        return treatment_plans.change_dose(work, plan.id, None, change)


def test_a_plan_is_drafted_for_home_and_signed(clinic: Clinic) -> None:
    plan = _draft(clinic)
    assert (plan.setting, plan.state) == (Setting.HOME, PlanState.DRAFT)
    before = clinic.fresh().safety_version
    signed = _sign(clinic, plan)
    assert (signed.state, signed.signed_by) == (PlanState.SIGNED, clinic.prescriber.id)
    assert clinic.fresh().safety_version == before + 1


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"product_code": "spravato-28"}, "esketamine_home_prohibited"),
        ({"product_code": "SPRAVATO"}, "esketamine_home_prohibited"),
        ({"product_code": "50458-028-02"}, "esketamine_home_prohibited"),
        ({"product_code": "ket-iv-50"}, "product_not_on_home_formulary"),
        ({"product_code": "ketamine"}, "product_identity_unresolved"),
        ({"says": ProductClaim(text="Spravato 28 mg")}, "esketamine_home_prohibited"),
        ({"says": ProductClaim(text="S-ketamine troche")}, "esketamine_home_prohibited"),
        ({"says": ProductClaim(rxcui="2119365")}, "esketamine_home_prohibited"),
        ({"says": ProductClaim(ndc="50458-0028-02")}, "esketamine_home_prohibited"),
        ({"says": ProductClaim(text="ketamine nasal")}, "intranasal_ketamine_home_prohibited"),
        ({"session_count": 6, "spacing_hours": 71}, "interval_too_short"),
        ({"dose_mg_hundredths": 50_000}, "dose_cap_exceeded"),
    ],
)
def test_a_draft_outside_the_home_list_or_the_caps_is_refused(
    clinic: Clinic, over: dict[str, Any], code: str
) -> None:
    with pytest.raises(RecordForbids) as refused:
        _draft(clinic, **over)
    assert refused.value.code == code
    assert clinic.session.scalars(select(TreatmentPlan)).all() == []


def test_a_dose_is_a_whole_number_of_units(clinic: Clinic) -> None:
    with pytest.raises(InvalidContent):
        _draft(clinic, dose_mg_hundredths=15_000)


def test_a_weight_from_the_future_is_refused(clinic: Clinic) -> None:
    with pytest.raises(InvalidContent):
        _draft(clinic, weighed_at=clinic.now + timedelta(minutes=1))


def test_a_plan_holds_no_more_sessions_than_were_approved(clinic: Clinic) -> None:
    approval = clinic.approved(sessions_allowed=3)
    with pytest.raises(RecordForbids) as refused:
        _draft(clinic, approval_id=approval.id, session_count=4)
    assert refused.value.code == "course_session_limit"


def test_a_home_plan_needs_an_approval_for_home_in_force(clinic: Clinic) -> None:
    office = clinic.approved(decision=ApprovalDecision.IN_OFFICE_ONLY)
    with pytest.raises(RecordForbids) as refused:
        _draft(clinic, approval_id=office.id)
    assert refused.value.code == "approval_missing"


def test_an_approval_that_ended_carries_no_plan(clinic: Clinic) -> None:
    approval = clinic.approved()
    with clinic.acting() as work:
        approvals.end_approval(work, approval.id, "other")
    with pytest.raises(RecordForbids) as refused:
        _draft(clinic, approval_id=approval.id)
    assert refused.value.code == "approval_expired"


def test_a_patient_has_one_plan_at_a_time(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with pytest.raises(RecordForbids) as refused:
        _draft(clinic, approval_id=plan.approval_id)
    assert refused.value.code == "plan_exists"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"dose_mg_hundredths": 30_000}, "first_dose_cap_exceeded"),
        ({"dose_mg_hundredths": 20_000, "weight_g": 60_000}, "first_dose_cap_exceeded"),
        ({"dose_mg_hundredths": 40_000, "weight_g": 50_000}, "dose_cap_exceeded"),
    ],
)
def test_the_gate_checks_the_dose_against_the_body(
    clinic: Clinic, over: dict[str, Any], code: str
) -> None:
    assert code in _stopped(clinic, _draft(clinic, **over))


def test_an_old_weight_stops_the_signature(clinic: Clinic) -> None:
    plan = _draft(clinic, weighed_at=clinic.now - timedelta(days=31))
    assert "weight_stale" in _stopped(clinic, plan)
    with clinic.as_patient() as work:
        treatment_plans.record_weight(work, plan.id, 79_000, clinic.now)
    assert _sign(clinic, plan).weight_g == 79_000


def test_the_law_follows_where_the_patient_is_today(clinic: Clinic) -> None:
    codes = _stopped(clinic, _draft(clinic), state="WY")
    assert {"state_not_enabled", "prescriber_not_licensed_in_state"} <= set(codes)


def test_a_stale_medicine_record_stops_the_signature(clinic: Clinic) -> None:
    plan = _draft(clinic)
    clinic.runtime.clock.advance(hours=24)  # type: ignore[attr-defined]
    assert "pdmp_stale" in _stopped(clinic, plan)


def test_less_is_given_at_once_also_to_what_is_scheduled(clinic: Clinic) -> None:
    plan = clinic.signed_plan(dose_mg_hundredths=20_000)
    clinic.session.add(
        DoseSession(
            **what_of(the_product(clinic.session)),
            patient_id=clinic.patient.id,
            plan_id=plan.id,
            number=1,
            dose_mg_hundredths=20_000,
            scheduled_at=clinic.now,
            time_zone="America/Denver",
            created_by=clinic.prescriber.id,
            created_at=clinic.now,
        )
    )
    clinic.session.commit()
    clinic.runtime.clock.advance(days=40)  # type: ignore[attr-defined]
    assert _change(clinic, plan, 10_000).dose_mg_hundredths == 10_000
    clinic.session.expire_all()
    assert clinic.session.scalars(select(DoseSession)).one().dose_mg_hundredths == 10_000
    change = clinic.session.scalars(select(DoseChange)).one()
    assert (change.from_mg_hundredths, change.to_mg_hundredths) == (20_000, 10_000)


def test_more_is_given_only_through_the_gate(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with pytest.raises(HardStop) as stopped:
        _change(clinic, plan, 30_000)
    assert "first_dose_cap_exceeded" in stopped.value.decision.codes
    clinic.session.expire_all()
    assert clinic.session.get_one(TreatmentPlan, plan.id).dose_mg_hundredths == 10_000
    assert _change(clinic, plan, 20_000).dose_mg_hundredths == 20_000


def test_a_dose_that_is_no_whole_number_of_units_is_refused(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with pytest.raises(InvalidContent):
        _change(clinic, plan, 5_000)


def test_a_suspended_plan_is_signed_again_and_an_ended_one_never(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with clinic.acting() as work:
        treatment_plans.suspend_plan(work, plan.id, None)
    with pytest.raises(NotNow):
        _change(clinic, plan, 10_000)
    _sign(clinic, plan)
    with clinic.acting() as work:
        treatment_plans.end_plan(work, plan.id, None)
    with pytest.raises(NotNow):
        _sign(clinic, plan)


def test_a_stale_version_changes_nothing(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with pytest.raises(ChangedSinceRead), clinic.acting() as work:
        treatment_plans.suspend_plan(work, plan.id, plan.version + 1)


def test_nobody_writes_a_plan_for_themselves(clinic: Clinic) -> None:
    approval = clinic.approved()
    clinic.patient.user_id = clinic.prescriber.id
    clinic.session.commit()
    with pytest.raises(NotPermitted):
        _draft(clinic, approval_id=approval.id)


def test_the_patient_and_the_prescriber_read_the_plan(clinic: Clinic) -> None:
    plan = a_draft_plan(clinic.session, clinic.now, clinic.patient, clinic.approved())
    clinic.session.commit()
    with clinic.as_patient() as work:
        assert treatment_plans.read_plan(work, plan.id).id == plan.id
    with clinic.acting() as work:
        assert [p.id for p in treatment_plans.read_plans(work, clinic.patient.id)] == [plan.id]
    with pytest.raises(NotPermitted), clinic.acting(clinic.coach) as work:
        treatment_plans.read_plan(work, plan.id)


def test_a_big_step_waits_for_a_prescribers_reason(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    with pytest.raises((HoldNotOverridden, HardStop)):
        _change(clinic, plan, 40_000)
