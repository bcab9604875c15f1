"""Does a prescriber read the desk and a case, and review a session, over HTTP?"""

from datetime import timedelta

from models.dose.dose_sessions import DoseSession
from models.platform.database import new_sessions
from rules.terms import SessionState
from tests.api.conftest import ClientFor
from tests.factories.clinic import a_clinic
from tests.factories.plan import the_product, what_of
from workflows.platform.runtime import Runtime


def test_a_dosed_session_waits_on_the_desk_until_it_is_reviewed(
    client_for: ClientFor, runtime: Runtime
) -> None:
    with new_sessions(runtime.bind)() as session:
        clinic = a_clinic(runtime, session)
        plan = clinic.signed_plan()
        dosed_at = clinic.now - timedelta(days=1)
        dose = DoseSession(
            **what_of(the_product(session)),
            patient_id=clinic.patient.id,
            plan_id=plan.id,
            number=1,
            dose_mg_hundredths=10_000,
            scheduled_at=dosed_at,
            time_zone="America/Denver",
            state=SessionState.CLOSED,
            dosed_at=dosed_at,
            closed_at=dosed_at + timedelta(hours=3),
            created_by=clinic.prescriber.id,
            created_at=dosed_at,
        )
        session.add(dose)
        session.commit()
    prescriber = client_for(clinic.prescriber.id)
    assert [item["kind"] for item in prescriber.get("/desk").json] == ["session_review"]
    case = prescriber.get(f"/patients/{clinic.patient.id}/case")
    assert case.json["sessions"][0]["id"] == str(dose.id)
    path = f"/dose-sessions/{dose.id}/review"
    answer = prescriber.post(path)
    assert (answer.status_code, answer.json["reviewed_by"]) == (201, str(clinic.prescriber.id))
    assert prescriber.get("/desk").json == []
    again = prescriber.post(path)
    assert (again.status_code, again.json["code"]) == (409, "already_reviewed")
    assert client_for(clinic.coach.id).post(path).status_code == 403
