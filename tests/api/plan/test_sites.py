"""Does everybody who is signed in find the offices of ours, and nobody else?"""

from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import people
from workflows.platform.runtime import Runtime


def test_a_patient_finds_the_certified_site(
    client_for: ClientFor, runtime: Runtime, clock: HandClock
) -> None:
    with new_sessions(runtime.bind)() as session:
        user = people.a_user(session, clock.now(), Role.PATIENT)
        session.commit()

    listed = client_for(user.id).get("/certified-sites")
    assert listed.status_code == 200
    assert listed.json[0]["certified_from"] <= "2026-11-23" <= listed.json[0]["certified_until"]


def test_nobody_finds_it_unsigned(anonymous: Client) -> None:
    assert anonymous.get("/certified-sites").status_code == 401
