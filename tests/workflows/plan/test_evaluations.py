"""Is what the prescriber saw kept as it was, and never by somebody about themselves?"""

from datetime import timedelta

import pytest

from rules.terms import Role
from tests.factories.clinic import Clinic
from tests.factories.people import a_care_team, a_licensed_prescriber
from workflows.plan import evaluations
from workflows.plan.evaluations import Meeting, Query
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted

MEETING = {
    "minutes": 45,
    "modality": "video",
    "patient_state": "CO",
    "identity_verified": True,
    "identity_method": "photo_id_on_live_video",
    "capacity": True,
    "diagnosis_documented": True,
    "diagnoses": ("major_depressive_disorder",),
}


def test_an_evaluation_is_kept_with_the_query_made_in_it(clinic: Clinic) -> None:
    query = Query(checked_at=clinic.now, result="nothing_of_concern", reference="P-1")
    meeting = Meeting(held_at=clinic.now, pdmp=query, **MEETING)
    before = clinic.patient.safety_version
    with clinic.acting() as work:
        kept = evaluations.record_evaluation(work, clinic.patient.id, meeting)
    assert (kept.pdmp_checked_at, kept.pdmp_result) == (clinic.now, "nothing_of_concern")
    assert kept.prescriber_id == clinic.prescriber.id
    assert clinic.fresh().safety_version == before + 1


def test_a_meeting_that_has_not_taken_place_is_refused(clinic: Clinic) -> None:
    meeting = Meeting(held_at=clinic.now + timedelta(minutes=1), **MEETING)
    with pytest.raises(InvalidContent), clinic.acting() as work:
        evaluations.record_evaluation(work, clinic.patient.id, meeting)


def test_a_query_from_the_future_is_refused(clinic: Clinic) -> None:
    query = Query(checked_at=clinic.now + timedelta(minutes=1), result="x", reference="")
    with pytest.raises(InvalidContent), clinic.acting() as work:
        evaluations.record_pdmp_query(work, clinic.patient.id, "CO", query)


def test_a_query_between_evaluations_is_kept(clinic: Clinic) -> None:
    query = Query(checked_at=clinic.now, result="ketamine_elsewhere", reference="P-2")
    with clinic.acting() as work:
        kept = evaluations.record_pdmp_query(work, clinic.patient.id, "CO", query)
    assert (kept.result, kept.patient_state) == ("ketamine_elsewhere", "CO")


@pytest.mark.parametrize(
    ("result", "also", "kept_as"),
    [
        ("opioid_elsewhere", ("ketamine_elsewhere",), ["opioid_elsewhere", "ketamine_elsewhere"]),
        ("opioid_elsewhere", ("opioid_elsewhere",), ["opioid_elsewhere"]),
        ("nothing_of_concern", ("stimulant_elsewhere",), ["stimulant_elsewhere"]),
        ("nothing_of_concern", (), ["nothing_of_concern"]),
    ],
)
def test_one_report_may_show_several_classes(
    clinic: Clinic, result: str, also: tuple[str, ...], kept_as: list[str]
) -> None:
    query = Query(checked_at=clinic.now, result=result, also_found=also, reference="P-3")
    with clinic.acting() as work:
        kept = evaluations.record_pdmp_query(work, clinic.patient.id, "CO", query)
        met = evaluations.record_evaluation(
            work, clinic.patient.id, Meeting(held_at=clinic.now, pdmp=query, **MEETING)
        )
    assert kept.results == met.pdmp_results == kept_as


def test_nobody_evaluates_themselves(clinic: Clinic) -> None:
    clinic.patient.user_id = clinic.prescriber.id
    clinic.session.commit()
    meeting = Meeting(held_at=clinic.now, **MEETING)
    with pytest.raises(NotPermitted), clinic.acting() as work:
        evaluations.record_evaluation(work, clinic.patient.id, meeting)


def test_a_prescriber_of_other_patients_finds_nobody(clinic: Clinic) -> None:
    stranger = a_licensed_prescriber(clinic.session, clinic.now)
    clinic.session.commit()
    actor = Actor(stranger.id, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotFound), clinic.runtime.begin(actor) as work:
        evaluations.read_evaluations(work, clinic.patient.id)


def test_a_coach_records_no_evaluation(clinic: Clinic) -> None:
    meeting = Meeting(held_at=clinic.now, **MEETING)
    with pytest.raises(NotPermitted), clinic.acting(clinic.coach) as work:
        evaluations.record_evaluation(work, clinic.patient.id, meeting)


def test_the_patient_reads_the_evaluations(clinic: Clinic) -> None:
    with clinic.as_patient() as work:
        found = evaluations.read_evaluations(work, clinic.patient.id)
    assert [kept.id for kept in found] == [clinic.evaluation.id]


def test_who_left_the_care_team_finds_nobody(clinic: Clinic) -> None:
    former = a_licensed_prescriber(clinic.session, clinic.now)
    (member,) = a_care_team(clinic.session, clinic.now, clinic.patient, prescriber=former)
    member.ended_at = clinic.now
    clinic.session.commit()
    actor = Actor(former.id, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotFound), clinic.runtime.begin(actor) as work:
        evaluations.read_evaluations(work, clinic.patient.id)
