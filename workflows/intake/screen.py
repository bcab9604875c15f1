"""Is this person a candidate, to be reviewed, or not suitable, and why? It approves nobody."""

from uuid import UUID

from sqlalchemy import select

from models.intake.intake import Intake
from models.people.patients import Patient
from models.platform.decisions import GateDecision
from rules import gates
from rules.core import Point
from rules.facts import Facts
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import EnrolmentState, Role, SubjectKind, Suitability
from workflows.intake import crisis
from workflows.intake.intake_facts import intake_facts
from workflows.platform import access, gatekeeping, notifications
from workflows.platform.errors import NotFound, NotNow
from workflows.platform.work import Work, reading

E = EnrolmentState


def run(work: Work, patient: Patient, intake: Intake) -> GateDecision:
    """Ask the eligibility gate about a submitted version and keep its answer."""
    work.session.flush()
    told = intake_facts(work, patient.id)
    facts = Facts(
        now=work.now,
        limits=work.limits,
        sheet=work.sheet,
        person=told.person,
        product=told.elsewhere,
        intake=told.intake,
        instruments=told.instruments,
    )
    judged = gatekeeping.judge(work, Point.SCREEN, facts, (SubjectKind.INTAKE, intake.id))
    judged.kept.suitability = gates.suitability(judged.decision)
    subject = (SubjectKind.INTAKE, intake.id)
    if calls_for_help(judged.kept):
        crisis.respond(work, patient, subject)
    notifications.tell_care_team(work, Role.PRESCRIBER, "intake_submitted", subject=subject)
    return judged.kept


def follow(work: Work, patient: Patient, kept: GateDecision) -> None:
    """Bring a screened person on to a human; stop the doses of somebody already treated."""
    out = kept.suitability == Suitability.NOT_SUITABLE
    state = patient.enrolment
    if state is E.INTAKE_IN_PROGRESS or may_move(state, E.INTAKE_IN_PROGRESS):
        target = E.SCREENED_OUT if out else E.PENDING_REVIEW
        _walk(patient, E.INTAKE_IN_PROGRESS, E.INTAKE_SUBMITTED, target)
        return
    patient.material_change_at = work.now
    if out:
        crisis.suspend(patient, kept.codes[0])


@reading(permit=Permission.READ_DECISION, audit="screening.read")
def read(work: Work, intake_id: UUID) -> GateDecision:
    """Read the newest screening of one version, with every reason."""
    return _newest(work, access.record(work, Intake, intake_id))


@reading(permit=Permission.READ_CLINICAL_DECISION, audit="screening.read")
def read_clinical(work: Work, intake_id: UUID) -> GateDecision:
    """Read it in the words of the clinic, with what was observed and the source."""
    return _newest(work, access.record(work, Intake, intake_id))


def calls_for_help(kept: GateDecision) -> bool:
    """Say whether the C-SSRS said high; an unanswered one is a finding, not an alarm."""
    return any(
        finding["code"] == crisis.CODE and not finding["unknown"] for finding in kept.findings
    )


def _newest(work: Work, intake: Intake) -> GateDecision:
    newest = (
        select(GateDecision)
        .where(GateDecision.subject_id == intake.id, GateDecision.point == "screen")
        .order_by(GateDecision.decided_at.desc(), GateDecision.id.desc())
    )
    found = work.session.scalars(newest.limit(1)).first()
    if found is None:
        raise NotFound
    return found


def _walk(patient: Patient, *states: EnrolmentState) -> None:
    for state in states:
        if patient.enrolment is state:
            continue
        if not may_move(patient.enrolment, state):
            raise NotNow(patient.enrolment)
        patient.enrolment = state
