"""Does a patient read over HTTP who looked, in plain words?"""

import pytest

from tests.factories.dose import a_scheduled_session


def path(made, what="audit-trail") -> str:
    return f"/patients/{made.patient.id}/{what}"


def test_it_does_not_show_another_teams_patients(client_for, stage, made):
    elsewhere = stage.given(lambda session: a_scheduled_session(session, stage.clock.now()))
    for user_id in (made.officer.id, made.patient.user_id):
        for what in ("audit-trail", "audit-chain"):
            assert client_for(user_id).get(path(elsewhere, what)).status_code == 404


def test_a_patient_reads_who_looked_at_the_timeline(client_for, made):
    client_for(made.coach.id).get(path(made, "timeline"))
    newest = client_for(made.patient.user_id).get(path(made)).json["items"][0]
    assert (newest["who"], newest["roles"]) == ("Cora Coach", ["coach"])
    assert newest["what"] == "looked at your timeline"


def test_the_chain_is_whole(client_for, made):
    client = client_for(made.patient.user_id)
    client.get(path(made))
    found = client.get(path(made, "audit-chain")).json
    assert (found["intact"], found["entries"]) == (True, 1)


@pytest.mark.parametrize("who", ["coach", "prescriber"])
def test_nobody_else_reads_it(client_for, made, who):
    assert client_for(getattr(made, who).id).get(path(made)).status_code == 403
