"""Does HTTP show what happened, page by page, and the reasons only to whom they are for?"""

from datetime import timedelta

from rules.terms import Outcome, SubjectKind
from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import a_hold
from tests.factories.plan import a_kept_decision


def path(made) -> str:
    return f"/patients/{made.patient.id}/timeline"


def decided(stage, made) -> None:
    subject = (SubjectKind.DOSE_SESSION, made.dose_session.id)
    stage.given(
        lambda session: a_kept_decision(
            session,
            stage.clock.now() + timedelta(seconds=1),
            made.patient,
            subject,
            outcome=Outcome.STOP,
            codes=["alcohol_window"],
        )
    )


def test_it_does_not_show_another_teams_patients(client_for, stage, made):
    elsewhere = stage.given(lambda session: a_scheduled_session(session, stage.clock.now()))
    for user_id in (made.coach.id, made.prescriber.id, made.patient.user_id):
        assert client_for(user_id).get(path(elsewhere)).status_code == 404


def test_the_patient_reads_what_was_decided_and_why(client_for, stage, made):
    decided(stage, made)
    newest = client_for(made.patient.user_id).get(path(made)).json["items"][0]
    assert (newest["kind"], newest["outcome"]) == ("gate_decision", "stop")
    assert newest["codes"] == ["alcohol_window"]


def test_the_coach_reads_that_it_was_decided(client_for, stage, made):
    decided(stage, made)
    newest = client_for(made.coach.id).get(path(made)).json["items"][0]
    assert newest["kind"] == "gate_decision"
    assert (newest["outcome"], newest["about"], newest["codes"]) == (None, None, [])


def test_the_sitter_reads_nothing(client_for, made):
    assert client_for(made.sitter.user_id).get(path(made)).status_code == 403


def test_the_pages_follow_each_other(client_for, stage, made):
    stage.given(
        lambda session: [a_hold(session, stage.clock.now(), made.patient) for _ in range(5)]
    )
    client, seen, after = client_for(made.patient.user_id), [], ""
    while True:
        page = client.get(f"{path(made)}?limit=3{after}").json
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) >= 5


def test_a_cursor_of_somebody_elses_making_is_refused(client_for, made):
    answer = client_for(made.patient.user_id).get(f"{path(made)}?after=nonsense")
    assert answer.status_code == 422
