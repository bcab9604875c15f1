"""Whose clearances must die because of what was just written?"""

from uuid import UUID

from sqlalchemy import select, update

from models.people.patients import CareTeamMember, Patient
from workflows.platform.work import Work


def rise(work: Work, patient_id: UUID) -> None:
    """Note that something a dose decision looks at has changed (the patient is locked)."""
    work.session.execute(
        update(Patient)
        .where(Patient.id == patient_id)
        .values(safety_version=Patient.safety_version + 1)
        .execution_options(synchronize_session=False)
    )


def rise_for_patients_of(work: Work, user_id: UUID) -> None:
    """Note it for everybody this person cares for, locked in one order."""
    cared_for = select(CareTeamMember.patient_id).where(
        CareTeamMember.user_id == user_id, CareTeamMember.ended_at.is_(None)
    )
    patients = select(Patient.id).where(Patient.id.in_(cared_for)).order_by(Patient.id)
    for patient_id in work.session.scalars(patients.with_for_update(key_share=True)).all():
        rise(work, patient_id)
