"""Does an emergency open a record over HTTP, and does the patient read that it did?"""

from typing import Any

import pytest
from sqlalchemy import update

from models.people.accounts import LoginSession
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories import people
from tests.factories.dose import Evening
from tests.stage import Stage

WHY = {"reason": "nobody_else", "words": "Found lying in the waiting room; nobody answers."}
REVIEW = {"justified": True, "words": "The night log of the clinic says the same."}


@pytest.fixture
def somebody(stage: Stage, client_for: ClientFor) -> Any:
    """Give clients of people who have nothing to do with the patient, here and now."""

    def make(role: Role, name: str = "Stella Stranger") -> Client:
        user = stage.given(
            lambda session: people.a_user(session, stage.clock.now(), role, name=name)
        )
        client = client_for(user.id)
        proved = update(LoginSession).where(LoginSession.user_id == user.id)
        stage.given(
            lambda session: session.execute(proved.values(factor_proved_at=stage.clock.now()))
        )
        return client

    return make


@pytest.mark.asvs("8.2.2")
def test_from_the_glass_to_the_review(
    somebody: Any, client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    stranger, about = somebody(Role.PRESCRIBER), f"/patients/{made.patient.id}"
    assert stranger.get(about).status_code == 404
    broken = stranger.post(f"{about}/break-glass", WHY)
    assert (broken.status_code, broken.json["ended_at"]) == (201, None)
    assert stranger.get(about).status_code == 200
    stage.clock.advance(minutes=2)
    path = f"/break-glass/{broken.json['id']}"
    assert stranger.post(f"{path}/end").json["ended_at"] is not None
    assert stranger.get(about).status_code == 404

    officer = somebody(Role.SAFETY_OFFICER)
    (waiting,) = officer.get("/break-glass").json
    assert (waiting["who"], waiting["words"]) == ("Stella Stranger", WHY["words"])
    assert waiting["looks"] == ["looked at who you are and how to reach you"]
    reviewed = officer.post(f"{path}/review", REVIEW)
    assert (reviewed.status_code, reviewed.json["justified"]) == (201, True)
    assert officer.get("/break-glass").json == []

    looks = client_for(made.patient.user_id).get(f"{about}/audit-trail").json["items"]
    (look,) = [one for one in looks if one["action"] == "patient.read"]
    assert look["why"] == "They said that nobody on your care team could be reached."


def test_what_is_written_wrong_is_refused(somebody: Any, made: Evening) -> None:
    stranger, path = somebody(Role.PRESCRIBER), f"/patients/{made.patient.id}/break-glass"
    for wrong in ({}, WHY | {"reason": "curiosity"}, WHY | {"words": "help"}, WHY | {"hours": 9}):
        assert stranger.post(path, wrong).status_code == 422


def test_a_stolen_token_opens_nothing(client_for: ClientFor, stage: Stage, made: Evening) -> None:
    user = stage.given(lambda session: people.a_user(session, stage.clock.now(), Role.PRESCRIBER))
    refused = client_for(user.id).post(f"/patients/{made.patient.id}/break-glass", WHY)
    assert (refused.status_code, refused.json["code"]) == (403, "fresh-factor-needed")


# There is a flag for admins in many systems, and it opens what must stay shut (H-1).
def test_no_gate_knows_of_it(somebody: Any, made: Evening) -> None:
    stranger = somebody(Role.PRESCRIBER)
    stranger.post(f"/patients/{made.patient.id}/break-glass", WHY)
    order = {"product_id": str(made.patient.id), "units": 1}
    for path in ("orders", "plans", "approvals", "office-sessions"):
        answer = stranger.post(f"/patients/{made.patient.id}/{path}", order)
        assert answer.status_code in (404, 405, 422), path
    assert stranger.post(f"/patients/{made.patient.id}/holds", {}).status_code == 404
