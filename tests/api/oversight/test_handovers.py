"""Is what somebody left behind listed for the office over HTTP, until somebody has it?"""

from models.people.accounts import UserAccount
from rules.terms import OfficeState, Role
from tests.api.conftest import ClientFor
from tests.factories import oversight, people
from tests.factories.dose import Evening
from tests.stage import Stage


def test_from_the_leaving_to_the_next_one(
    stage: Stage, client_for: ClientFor, made: Evening
) -> None:
    now = stage.clock.now()
    admin = client_for(stage.given(lambda s: people.a_user(s, now, Role.ADMIN)).id)
    assert admin.post(f"/people/{made.coach.id}/disable").status_code == 201

    (left,) = admin.get("/handovers").json["items"]
    assert (left["kind"], left["role"], left["why"]) == ("care", "coach", "disabled")
    assert (left["patient_id"], left["to_user_id"]) == (str(made.patient.id), None)
    path = f"/handovers/{left['id']}/settlement"
    early = admin.post(path)
    assert (early.status_code, early.json["code"]) == (409, "work_still_unassigned")

    new = stage.given(lambda s: people.a_user(s, now, Role.COACH, name="Cleo Coach"))
    joins = {"user_id": str(new.id), "role": "coach"}
    assert admin.post(f"/patients/{made.patient.id}/care-team", joins).status_code == 201
    done = admin.post(path)
    assert (done.status_code, done.json["to_user_id"]) == (201, str(new.id))
    assert admin.get("/handovers").json["items"] == []


def test_a_prescriber_does_not_see_the_list(client_for: ClientFor, made: Evening) -> None:
    assert client_for(made.prescriber.id).get("/handovers").status_code == 403


def test_a_colleague_watches_on_at_the_site(stage: Stage, client_for: ClientFor) -> None:
    now = stage.clock.now()
    day = stage.given(lambda s: oversight.an_office_day(s, now))
    gone = stage.given(lambda s: people.a_user(s, now, Role.SITE_STAFF))
    stage.given(lambda s: setattr(s.get_one(UserAccount, gone.id), "disabled_at", now))
    visit_id = stage.given(
        lambda s: oversight.an_office_session(
            s, now, day.patient, state=OfficeState.MONITORING, observer_id=gone.id,
            first_device_at=now, last_device_at=now,
        ).id
    )  # fmt: skip
    path = f"/office-sessions/{visit_id}/observer"
    assert client_for(day.prescriber.id).post(path).status_code == 403
    taken = client_for(day.observer.id).post(path)
    assert (taken.status_code, taken.json["observer_id"]) == (201, str(day.observer.id))
