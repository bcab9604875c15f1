"""Does a prescriber let one soft finding pass at a time, and nobody a hard one?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from models.people.accounts import Credential, UserAccount
from models.platform.decisions import GateDecision, Override
from rules.limits import LIMITS
from rules.terms import Role
from tests.factories import parameters
from tests.factories.clinic import RATIONALE, Clinic
from tests.factories.intake import a_submitted_intake
from workflows.plan import approvals, overrides
from workflows.platform.actor import Actor
from workflows.platform.errors import (
    FreshFactorNeeded,
    HardStop,
    HoldNotOverridden,
    InvalidContent,
    NotFound,
    NotPermitted,
    RecordForbids,
)


def _tell(clinic: Clinic, *codes: str, **more: Any) -> None:
    conditions = dict.fromkeys(codes, True)
    a_submitted_intake(clinic.session, clinic.now, clinic.patient, conditions=conditions, **more)
    clinic.session.commit()


def _held(clinic: Clinic, *codes: str) -> UUID:
    """Let these conditions be told, ask for home, and give the decision that held it."""
    _tell(clinic, *codes)
    return _ask(clinic)


def _ask(clinic: Clinic) -> UUID:
    with pytest.raises((HoldNotOverridden, HardStop)), clinic.acting() as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    newest = select(GateDecision).order_by(GateDecision.decided_at.desc(), GateDecision.id.desc())
    found = clinic.session.scalars(newest.limit(1)).one()
    return found.id


def _let_pass(
    clinic: Clinic, decision_id: UUID, code: str, user: UserAccount | None = None
) -> Override:
    with clinic.acting(user) as work:
        return overrides.override_hold(work, decision_id, code, RATIONALE, unrelated=True)


def test_with_each_soft_finding_let_pass_home_is_approved(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease", "tia_history")
    _let_pass(clinic, decision_id, "liver_disease")
    with pytest.raises(HoldNotOverridden), clinic.acting() as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    again = _ask(clinic)
    _let_pass(clinic, again, "tia_history")
    with clinic.acting() as work:
        approval = approvals.decide(work, clinic.patient.id, clinic.verdict())
    assert approval.ended_at is None


@pytest.mark.parametrize(
    ("sheet", "reason", "said"),
    [
        (None, "x" * 29, "30"),
        (None, " " * 40, "30"),
        ("80", "x" * 79, "80"),
    ],
)
def test_a_reason_says_as_much_as_the_sheet_asks_for(
    clinic: Clinic, sheet: str | None, reason: str, said: str
) -> None:
    if sheet:
        told = {"override_rationale_characters_min": sheet}
        parameters.in_force(clinic.session, clinic.now, told)
    decision_id = _held(clinic, "liver_disease")
    with pytest.raises(InvalidContent) as refused, clinic.acting() as work:
        overrides.override_hold(work, decision_id, "liver_disease", reason, unrelated=True)
    assert refused.value.more["errors"] == {"rationale": [f"Shorter than minimum length {said}."]}
    with clinic.acting() as work:
        long = reason.strip() + "y" * int(said)
        overrides.override_hold(work, decision_id, "liver_disease", long, unrelated=True)


def test_an_override_dies_when_what_it_saw_changes(clinic: Clinic) -> None:
    heavy = {"body": {"height_cm": 172, "weight_g": 130_000}}
    _tell(clinic, **heavy)
    _let_pass(clinic, _ask(clinic), "bmi_40_plus")
    heavier = {"body": {"height_cm": 172, "weight_g": 140_000}}
    _tell(clinic, **heavier)
    with pytest.raises(HoldNotOverridden) as held, clinic.acting() as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    assert "bmi_40_plus" in held.value.decision.codes


def test_a_hard_finding_never_passes(clinic: Clinic) -> None:
    decision_id = _held(clinic, "pregnancy")
    with pytest.raises(NotPermitted) as refused:
        _let_pass(clinic, decision_id, "pregnancy")
    assert refused.value.code == "cannot_be_overridden"


def test_what_nobody_knows_never_passes(clinic: Clinic) -> None:
    a_submitted_intake(
        clinic.session, clinic.now, clinic.patient, conditions={"liver_disease": None}
    )
    clinic.session.commit()
    with pytest.raises(NotPermitted) as refused:
        _let_pass(clinic, _ask(clinic), "liver_disease")
    assert refused.value.code == "cannot_be_overridden"


def test_a_finding_that_was_not_raised_cannot_be_let_pass(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    with pytest.raises(RecordForbids) as refused:
        _let_pass(clinic, decision_id, "tia_history")
    assert refused.value.code == "finding_not_raised"


def test_the_third_finding_needs_a_second_clinician(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease", "tia_history", "kidney_disease")
    _let_pass(clinic, decision_id, "liver_disease")
    _let_pass(clinic, decision_id, "tia_history")
    with pytest.raises(RecordForbids) as refused:
        _let_pass(clinic, decision_id, "kidney_disease")
    assert refused.value.code == "second_clinician_needed"
    _let_pass(clinic, decision_id, "kidney_disease", clinic.second)
    with clinic.acting() as work:
        assert approvals.decide(work, clinic.patient.id, clinic.verdict())


def test_only_a_prescriber_with_a_licence_in_the_state_lets_pass(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    for licence in clinic.session.scalars(
        select(Credential).where(Credential.user_id == clinic.second.id)
    ):
        licence.revoked_on = clinic.now.date()
    clinic.session.commit()
    with pytest.raises(RecordForbids) as refused:
        _let_pass(clinic, decision_id, "liver_disease", clinic.second)
    assert refused.value.code == "prescriber_not_licensed_in_state"


def test_nobody_lets_pass_on_their_own_record(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    clinic.patient.user_id = clinic.second.id
    clinic.session.commit()
    with pytest.raises(NotPermitted):
        _let_pass(clinic, decision_id, "liver_disease", clinic.second)


@pytest.mark.parametrize("role", [Role.COACH, Role.PATIENT, Role.ADMIN, Role.SAFETY_OFFICER])
def test_no_other_role_lets_anything_pass(clinic: Clinic, role: Role) -> None:
    decision_id = _held(clinic, "liver_disease")
    actor = Actor(clinic.coach.id, frozenset({role}))
    with pytest.raises(NotPermitted), clinic.runtime.begin(actor) as work:
        overrides.override_hold(work, decision_id, "liver_disease", RATIONALE, unrelated=True)


def test_a_prescriber_of_other_patients_finds_no_decision(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    actor = Actor(clinic.officer.id, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotFound), clinic.runtime.begin(actor) as work:
        overrides.override_hold(work, decision_id, "liver_disease", RATIONALE, unrelated=True)


def test_an_override_ends_with_the_approval_at_the_latest(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    let_pass = _let_pass(clinic, decision_id, "liver_disease")
    assert let_pass.expires_at == clinic.now + LIMITS.approval_life
    with clinic.acting() as work:
        approval = approvals.decide(work, clinic.patient.id, clinic.verdict())
    with clinic.acting() as work:
        approvals.end_approval(work, approval.id, "other")
    clinic.session.expire_all()
    assert clinic.session.get_one(Override, let_pass.id).void_reason == "approval_ended"


def test_an_override_is_signed_once_and_can_be_taken_back(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    let_pass = _let_pass(clinic, decision_id, "liver_disease")
    with pytest.raises(RecordForbids) as refused:
        _let_pass(clinic, decision_id, "liver_disease")
    assert refused.value.code == "already_overridden"
    with clinic.acting() as work:
        overrides.withdraw_override(work, let_pass.id)
    with pytest.raises(HoldNotOverridden), clinic.acting() as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    with pytest.raises(RecordForbids), clinic.acting() as work:
        overrides.withdraw_override(work, let_pass.id)


def test_an_older_decision_about_the_same_thing_cannot_be_let_pass(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    clinic.runtime.clock.advance(minutes=1)  # type: ignore[attr-defined]
    _ask(clinic)
    with pytest.raises(RecordForbids) as refused:
        _let_pass(clinic, decision_id, "liver_disease")
    assert refused.value.code == "decision_outdated"


def test_an_override_bumps_what_a_clearance_is_bound_to(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    before = clinic.fresh().safety_version
    _let_pass(clinic, decision_id, "liver_disease")
    assert clinic.fresh().safety_version == before + 1


def test_the_patient_reads_what_was_let_pass(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    _let_pass(clinic, decision_id, "liver_disease")
    with clinic.as_patient() as work:
        (found,) = overrides.read_overrides(work, clinic.patient.id)
    assert found.code == "liver_disease"
    assert found.expires_at - found.overridden_at <= timedelta(days=90)


def test_an_override_for_a_course_under_way_ends_with_its_approval(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    approval = clinic.approved(expires_at=clinic.now + timedelta(days=30))
    assert _let_pass(clinic, decision_id, "liver_disease").expires_at == approval.expires_at


# A prescriber's open laptop let a held patient through.
@pytest.mark.api_top_ten("API6.approvals")
@pytest.mark.parametrize(
    ("ago", "passes"),
    [(timedelta(0), True), (timedelta(minutes=5), True), (timedelta(minutes=5, seconds=1), False)],
)
def test_a_finding_is_let_pass_only_just_after_a_proof(
    clinic: Clinic, ago: timedelta, passes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision_id = _held(clinic, "liver_disease")
    monkeypatch.setattr(Clinic, "proved", lambda self: self.now - ago)
    if passes:
        assert _let_pass(clinic, decision_id, "liver_disease").factor_proved_at == clinic.now - ago
        return
    with pytest.raises(FreshFactorNeeded):
        _let_pass(clinic, decision_id, "liver_disease")
    assert clinic.session.scalars(select(Override)).all() == []


def test_without_a_proof_nothing_is_let_pass(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    decision_id = _held(clinic, "liver_disease")
    monkeypatch.setattr(Clinic, "proved", lambda _: None)
    with pytest.raises(FreshFactorNeeded):
        _let_pass(clinic, decision_id, "liver_disease")


def test_a_relative_lets_nothing_pass(clinic: Clinic) -> None:
    decision_id = _held(clinic, "liver_disease")
    with pytest.raises(NotPermitted) as refused, clinic.acting() as work:
        overrides.override_hold(work, decision_id, "liver_disease", RATIONALE, unrelated=False)
    assert refused.value.code == "relative-of-patient"


def _cosign(clinic: Clinic, override: Override, user: UserAccount | None = None) -> Override:
    with clinic.acting(user) as work:
        return overrides.cosign_override(work, override.id)


def test_a_serious_reaction_before_holds_until_the_director_signs_too(clinic: Clinic) -> None:
    code = "prior_serious_ketamine_reaction"
    let_pass = _let_pass(clinic, _held(clinic, code), code)
    assert let_pass.needs_cosigner
    with pytest.raises(HoldNotOverridden), clinic.acting() as work:
        approvals.decide(work, clinic.patient.id, clinic.verdict())
    for user, why in (
        (clinic.prescriber, "second_clinician_needed"),
        (clinic.second, "medical-director-needed"),
    ):
        with pytest.raises((RecordForbids, NotPermitted)) as refused:
            _cosign(clinic, let_pass, user)
        assert refused.value.code == why
    clinic.session.add(
        Credential(
            user_id=clinic.second.id,
            kind="medical_director",
            state="CO",
            number="MD-1",
            valid_from=clinic.now.date(),
            expires_on=clinic.now.date(),
        )
    )
    clinic.session.commit()
    before = clinic.fresh().safety_version
    assert _cosign(clinic, let_pass, clinic.second).cosigned_by == clinic.second.id
    assert clinic.fresh().safety_version == before + 1
    with clinic.acting() as work:
        assert approvals.decide(work, clinic.patient.id, clinic.verdict()).ended_at is None


def test_age_heart_and_pressure_together_are_signed_by_two(clinic: Clinic) -> None:
    clinic.patient.born_on = "1950-01-01"
    decision_id = _held(clinic, "cardiac_history", "hypertension_controlled")
    heart = _let_pass(clinic, decision_id, "cardiac_history")
    assert heart.needs_cosigner
    assert _cosign(clinic, heart, clinic.second).cosigned_at == clinic.now
    with pytest.raises(RecordForbids) as refused:
        _cosign(clinic, heart, clinic.second)
    assert refused.value.code == "no_cosigner_needed"


def test_two_of_them_are_signed_by_one(clinic: Clinic) -> None:
    decision_id = _held(clinic, "cardiac_history", "hypertension_controlled")
    heart = _let_pass(clinic, decision_id, "cardiac_history")
    assert not heart.needs_cosigner
    with pytest.raises(RecordForbids) as refused:
        _cosign(clinic, heart, clinic.second)
    assert refused.value.code == "no_cosigner_needed"


@pytest.mark.asvs("2.3.5")
@pytest.mark.parametrize(
    ("forged", "lock"),
    [
        ("'factor_proved_at', NULL", "override_fresh_factor"),
        ("'factor_proved_at', overridden_at - interval '301 seconds'", "override_fresh_factor"),
        ("'factor_proved_at', overridden_at + interval '1 second'", "override_fresh_factor"),
        ("'code', 'prior_serious_ketamine_reaction'", "override_director_signs"),
        ("'cosigned_by', overridden_by, 'cosigned_at', overridden_at", "two_clinicians"),
        ("'cosigned_by', gen_random_uuid()", "cosigned_pair"),
    ],
)
def test_the_database_keeps_an_unsigned_override_out(
    clinic: Clinic, forged: str, lock: str
) -> None:
    _let_pass(clinic, _held(clinic, "liver_disease"), "liver_disease")
    copied = (
        "INSERT INTO override SELECT (jsonb_populate_record(o,"
        " jsonb_build_object('id', gen_random_uuid(), 'rationale', '\\x01'::bytea,"
        f" {forged}))).* FROM override o"
    )
    with pytest.raises(IntegrityError) as kept_out:
        clinic.session.execute(text(copied))
    assert kept_out.value.orig.diag.constraint_name.removeprefix("ck_override_") == lock  # type: ignore[union-attr]
