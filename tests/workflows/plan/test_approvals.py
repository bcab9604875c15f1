"""Does a decision for home pass every rule in its own transaction, and never by itself?"""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from models.intake.intake import Consent
from models.people.accounts import Credential
from models.plan.approvals import Approval
from models.plan.treatment_plans import TreatmentPlan
from models.platform.decisions import GateDecision, Override
from models.platform.trail import AuditEvent
from rules.limits import LIMITS
from rules.terms import ApprovalDecision, EnrolmentState, Outcome, PlanState, Role
from tests.factories.clinic import Clinic
from tests.factories.intake import a_submitted_intake
from tests.factories.people import a_care_team, a_patient
from tests.factories.plan import an_evaluation
from workflows.plan import approvals
from workflows.platform.actor import Actor
from workflows.platform.errors import (
    HardStop,
    HoldNotOverridden,
    InvalidContent,
    NotFound,
    NotNow,
    NotPermitted,
    RecordForbids,
)

D, E = ApprovalDecision, EnrolmentState


def _decide(clinic: Clinic, **over: Any) -> Approval:
    with clinic.acting() as work:
        return approvals.decide(work, clinic.patient.id, clinic.verdict(**over))


def _codes(clinic: Clinic, **over: Any) -> tuple[str, ...]:
    with pytest.raises(HardStop) as stopped:
        _decide(clinic, **over)
    return stopped.value.decision.codes


def _kept(clinic: Clinic) -> list[GateDecision]:
    return list(clinic.session.scalars(select(GateDecision).order_by(GateDecision.decided_at)))


def test_a_clear_patient_is_approved_for_home_by_a_signature(clinic: Clinic) -> None:
    approval = _decide(clinic)
    assert approval.expires_at == clinic.now + LIMITS.approval_life
    assert approval.sessions_allowed == LIMITS.sessions_per_approval_max
    (kept,) = _kept(clinic)
    assert (kept.id, kept.outcome) == (approval.decision_id, Outcome.CLEAR)


def test_who_consented_before_goes_on_to_the_plan(clinic: Clinic) -> None:
    _decide(clinic)
    assert clinic.fresh().enrolment is E.CONSENTED


def test_who_has_not_consented_is_asked_next(clinic: Clinic) -> None:
    signed = clinic.session.scalars(select(Consent)).one()
    clinic.session.add(
        Consent(
            patient_id=clinic.patient.id,
            text_sha256=signed.text_sha256,
            kind="withdrawn",
            signature="Pat",
            signed_at=clinic.now,
        )
    )
    clinic.session.commit()
    _decide(clinic)
    assert clinic.fresh().enrolment is E.APPROVED_HOME


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        (D.IN_OFFICE_ONLY, E.APPROVED_IN_OFFICE_ONLY),
        (D.DECLINED, E.DECLINED),
        (D.MORE_INFORMATION, E.MORE_INFORMATION),
    ],
)
def test_a_decision_against_home_needs_no_gate_and_allows_no_session(
    clinic: Clinic, decision: ApprovalDecision, state: EnrolmentState
) -> None:
    approval = _decide(clinic, decision=decision, product_code=None)
    assert (approval.sessions_allowed, approval.decision_id) == (0, None)
    assert clinic.fresh().enrolment is state


def test_a_hard_stop_passes_for_nobody_and_leaves_its_trace(clinic: Clinic) -> None:
    a_submitted_intake(clinic.session, clinic.now, clinic.patient, conditions={"pregnancy": True})
    clinic.session.commit()
    assert "pregnancy" in _codes(clinic)
    assert clinic.session.scalar(select(func.count(Approval.id))) == 0
    assert [kept.outcome for kept in _kept(clinic)] == [Outcome.STOP]
    refused = clinic.session.scalars(
        select(AuditEvent).where(AuditEvent.outcome == "refused")
    ).one()
    assert (refused.action, refused.reason) == ("approval.decided", "hard-stop")
    assert clinic.fresh().enrolment is E.PENDING_REVIEW


def test_a_soft_finding_waits_for_an_override(clinic: Clinic) -> None:
    a_submitted_intake(
        clinic.session, clinic.now, clinic.patient, conditions={"liver_disease": True}
    )
    clinic.session.commit()
    with pytest.raises(HoldNotOverridden) as held:
        _decide(clinic)
    assert "liver_disease" in held.value.decision.codes
    assert [kept.outcome for kept in _kept(clinic)] == [Outcome.HOLD]


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"product_code": "spravato-28"}, "esketamine_home_prohibited"),
        ({"product_code": "Spravato"}, "esketamine_home_prohibited"),
        ({"product_code": "ket-im-50"}, "product_not_on_home_formulary"),
        ({"product_code": None}, "product_identity_unresolved"),
        ({"product_code": "anything"}, "product_identity_unresolved"),
    ],
)
def test_home_is_for_the_home_list_only(clinic: Clinic, over: dict[str, Any], code: str) -> None:
    with pytest.raises(RecordForbids) as refused:
        _decide(clinic, **over)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"identity_verified": False}, "identity_not_verified"),
        ({"capacity": False}, "capacity_or_consent_absent"),
        ({"pdmp_result": "esketamine_elsewhere"}, "concurrent_esketamine_course"),
        ({"pdmp_result": "ketamine_elsewhere"}, "concurrent_ketamine_elsewhere"),
        (
            {"pdmp_result": "opioid_elsewhere ketamine_elsewhere"},
            "concurrent_ketamine_elsewhere",
        ),
        (
            {"pdmp_result": "ketamine_elsewhere esketamine_elsewhere"},
            "concurrent_esketamine_course",
        ),
    ],
)
def test_what_the_evaluation_lacks_stops_home(
    clinic: Clinic, over: dict[str, Any], code: str
) -> None:
    just_now = clinic.now - timedelta(minutes=5)
    newer = an_evaluation(
        clinic.session,
        clinic.now,
        clinic.patient,
        clinic.prescriber,
        held_at=just_now,
        **{"pdmp_checked_at": just_now} | over,
    )
    clinic.session.commit()
    assert code in _codes(clinic, evaluation_id=newer.id)


def test_a_fresh_query_counts_whoever_meets_the_patient_again(clinic: Clinic) -> None:
    newer = an_evaluation(
        clinic.session, clinic.now, clinic.patient, clinic.prescriber, pdmp_checked_at=None
    )
    clinic.session.commit()
    assert _decide(clinic, evaluation_id=newer.id).evaluation_id == newer.id


def test_a_query_older_than_a_day_stops_home(clinic: Clinic) -> None:
    clinic.runtime.clock.advance(hours=24)  # type: ignore[attr-defined]
    assert "pdmp_stale" in _codes(clinic)


def test_after_the_telemedicine_authority_an_in_person_visit_is_needed(clinic: Clinic) -> None:
    clinic.runtime.clock.set(clinic.now.replace(year=2027, month=1, day=2))  # type: ignore[attr-defined]
    assert "telemedicine_authority_expired" in _codes(clinic)


def test_a_state_that_nobody_enabled_stops_home(clinic: Clinic) -> None:
    evaluation = an_evaluation(
        clinic.session, clinic.now, clinic.patient, clinic.prescriber, patient_state="WY"
    )
    clinic.session.add_all(
        Credential(
            user_id=clinic.prescriber.id,
            kind=kind,
            state="WY",
            number="1",
            valid_from=date(2025, 1, 1),
            expires_on=date(2027, 1, 1),
        )
        for kind in ("licence", "dea")
    )
    clinic.session.commit()
    assert _codes(clinic, evaluation_id=evaluation.id)[0] == "state_not_enabled"


def test_a_prescriber_without_a_licence_in_the_state_decides_nothing(clinic: Clinic) -> None:
    evaluation = an_evaluation(
        clinic.session, clinic.now, clinic.patient, clinic.prescriber, patient_state="WA"
    )
    clinic.session.commit()
    for decision in D:
        with pytest.raises(RecordForbids) as refused:
            _decide(clinic, evaluation_id=evaluation.id, decision=decision)
        assert refused.value.code == "prescriber_not_licensed_in_state"


def test_nobody_decides_on_the_evaluation_of_another_prescriber(clinic: Clinic) -> None:
    with pytest.raises(RecordForbids) as refused, clinic.acting(clinic.second) as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    assert refused.value.code == "evaluation_by_another"


def test_nobody_decides_about_themselves(clinic: Clinic) -> None:
    clinic.patient.user_id = clinic.prescriber.id
    clinic.session.commit()
    with pytest.raises(NotPermitted):
        _decide(clinic)


def test_a_signature_is_the_signers_own_name(clinic: Clinic) -> None:
    with pytest.raises(InvalidContent):
        _decide(clinic, signature="Somebody Else")
    assert _decide(clinic, signature=" dr.  rx ").signature == " dr.  rx "


def test_an_approval_lives_no_longer_than_ninety_days(clinic: Clinic) -> None:
    too_long = clinic.now + LIMITS.approval_life + timedelta(seconds=1)
    with pytest.raises(InvalidContent):
        _decide(clinic, expires_at=too_long)


def test_a_person_who_is_not_waiting_for_a_decision_gets_none(clinic: Clinic) -> None:
    clinic.patient.enrolment = E.PROSPECT
    clinic.session.commit()
    with pytest.raises(NotNow):
        _decide(clinic)


def test_a_new_decision_ends_the_old_one_with_its_plans_and_overrides(clinic: Clinic) -> None:
    approval = clinic.approved()
    plan = clinic.signed_plan(approval)
    renewed = _decide(clinic)
    clinic.session.expire_all()
    assert clinic.session.get_one(Approval, approval.id).end_reason == "superseded"
    assert clinic.session.get_one(TreatmentPlan, plan.id).state is PlanState.ENDED
    assert renewed.ended_at is None
    assert clinic.fresh().enrolment is E.CONSENTED
    assert clinic.session.scalar(select(func.count(Override.id))) == 0


def test_in_the_middle_of_a_course_only_home_is_signed_again(clinic: Clinic) -> None:
    clinic.approved()
    with pytest.raises(NotNow):
        _decide(clinic, decision=D.DECLINED)


def test_an_approval_ends_before_its_time_once(clinic: Clinic) -> None:
    approval = clinic.approved()
    before = clinic.fresh().safety_version
    with clinic.acting() as work:
        ended = approvals.end_approval(work, approval.id, "clinical_change")
    assert (ended.ended_at, ended.end_reason) == (clinic.now, "clinical_change")
    assert clinic.fresh().safety_version == before + 1
    with pytest.raises(RecordForbids), clinic.acting() as work:
        approvals.end_approval(work, approval.id, "other")


def test_a_coach_and_a_safety_officer_decide_nothing(clinic: Clinic) -> None:
    for user in (clinic.coach, clinic.officer):
        with pytest.raises(NotPermitted), clinic.acting(user) as work:
            approvals.decide(work, clinic.patient.id, clinic.verdict())


def test_an_evaluation_of_long_ago_carries_no_decision(clinic: Clinic) -> None:
    clinic.runtime.clock.advance(days=91)  # type: ignore[attr-defined]
    with pytest.raises(RecordForbids) as refused:
        _decide(clinic, decision=D.DECLINED)
    assert refused.value.code == "contact_stale"


def test_without_a_submitted_history_there_is_no_decision(clinic: Clinic) -> None:
    other = a_patient(clinic.session, clinic.now, enrolment=E.PENDING_REVIEW)
    a_care_team(clinic.session, clinic.now, other, prescriber=clinic.prescriber)
    evaluation = an_evaluation(clinic.session, clinic.now, other, clinic.prescriber)
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused, clinic.acting() as work:
        approvals.decide(work, other.id, clinic.verdict(evaluation_id=evaluation.id))
    assert refused.value.code == "intake_incomplete"


def test_sessions_belong_to_a_decision_for_home(clinic: Clinic) -> None:
    with pytest.raises(InvalidContent):
        _decide(clinic, decision=D.DECLINED, sessions_allowed=6)


def test_nobody_in_particular_decides_nothing(clinic: Clinic) -> None:
    actor = Actor(None, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotFound), clinic.runtime.begin(actor) as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
