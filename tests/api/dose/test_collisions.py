"""Two acts that wait for each other: is the one that gives way done again, once, and unseen?"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import func, select

from models.oversight.holds import Hold
from models.platform.trail import AuditEvent
from tests.api.client import Client
from tests.factories.evening import Evening
from tests.races import PATIENCE_S, House, until
from tests.throwaway import Throwaway
from workflows.platform import again
from workflows.platform.errors import Collided
from workflows.platform.postgres import SUPERUSER

WAITS = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@pytest.fixture
def other(throwaway: Throwaway, house: House) -> Iterator[psycopg.Connection]:
    """Give somebody who holds on longer than we do, so that it is we who give way."""
    url = throwaway.cluster.url(SUPERUSER, house.engine.url.database or "")
    with psycopg.connect(url, options="-c deadlock_timeout=60s") as connection:
        yield connection
        connection.rollback()


def collide(other: psycopg.Connection, made: Evening, phone: Client, path: str) -> object:
    """Let a request wait for somebody who then waits for it: a ring that PostgreSQL breaks."""
    head, row = f"patient:{made.patient.id}", made.patient.id
    other.execute("SELECT seq FROM audit_head WHERE stream = %s FOR UPDATE", [head])
    looker = psycopg.connect(other.info.dsn, autocommit=True)
    with ThreadPoolExecutor(1) as pool, looker:
        going = pool.submit(lambda: phone.post(path, {}, key="once"))
        until(lambda: looker.execute(WAITS).fetchone() == (1,))
        other.execute("SELECT id FROM patient WHERE id = %s FOR UPDATE", [row])
        other.commit()
        return going.result(PATIENCE_S)


# A coach pressed "hold" while a job wrote for the same patient, and was told to try again.
def test_a_fact_that_meets_a_deadlock_is_kept_once_and_nobody_notices(
    house: House, other: psycopg.Connection
) -> None:
    made = house.an_evening()
    house.a_clearance(made)
    coach = house.client(made.coach.id)

    answer = collide(other, made, coach, f"/patients/{made.patient.id}/holds")

    assert answer.status_code == 201  # type: ignore[attr-defined]
    of_patient = Hold.patient_id == made.patient.id
    assert house.count(select(func.count()).select_from(Hold).where(of_patient)) == 1
    refused = select(func.count()).where(AuditEvent.outcome == "refused")
    assert house.count(refused.select_from(AuditEvent)) == 0
    assert house.chain(made.patient.id).intact


def test_what_collides_for_ever_is_refused_after_five_tries_and_leaves_its_trace() -> None:
    tries = []

    def act() -> None:
        tries.append(again.will_try(Collided()))
        raise Collided

    with pytest.raises(Collided):
        again.patiently(act)
    assert tries == [True] * 4 + [False]


def test_what_was_kept_in_part_is_not_done_again() -> None:
    tries = []

    def act() -> None:
        tries.append(again.will_try(Collided()))
        raise Collided

    with pytest.raises(Collided):
        again.patiently(act, nothing_kept=lambda: False)
    assert tries == [False]
