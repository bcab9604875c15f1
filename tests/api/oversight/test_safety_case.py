"""Can anybody who is signed in read what holds the hazards?"""

import pytest

from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.people import a_user
from tests.safety.case import hazards
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

PATH = "/safety-case"


@pytest.mark.parametrize("role", [Role.PATIENT, Role.SITTER, Role.COACH, Role.SAFETY_OFFICER])
def test_everybody_reads_the_case(role: Role, runtime: Runtime, client_for: ClientFor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, role).id
    answer = client_for(user).get(PATH)
    assert answer.status_code == 200
    told = answer.get_json()["hazards"]
    assert [hazard["id"] for hazard in told] == [hazard.id for hazard in hazards()]
    assert all(control["seen_on"] for hazard in told for control in hazard["controls"])
    assert "tests/" in told[0]["controls"][0]["tests"][0]


def test_a_stranger_reads_nothing(anonymous: Client) -> None:
    assert anonymous.get(PATH).status_code == 401
