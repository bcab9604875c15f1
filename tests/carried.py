"""What does a phone carry on which somebody was really signed in, and what is done to it?"""

from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from rules.terms import Role
from tests.api.client import Client
from tests.factories.people import PASSWORD, a_user
from tests.phone import Network, Phone
from workflows.people import passwords
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.runtime import Runtime
from workflows.staff import accounts

DOOR = "/sync/quarantine"
REASON = {"reason": "I called her; she wrote this down that evening."}


@dataclass
class Carried:
    """A phone with a queue, the key of its sign-in, and the tokens."""

    client: Client
    phone: Phone
    key: str
    tokens: dict[str, Any]

    def hand_in(self, *bodies: Any, key: str = "") -> Any:
        """Knock at the door with what is in the queue, signed in as nobody."""
        items = list(bodies) or list(self.phone.queue.values())
        told = {"queue_key": key or self.key, "device_id": self.phone.device_id, "items": items}
        return Client(self.client.app).post(DOOR, told)

    def write(self, kind: str, content: Any, **more: Any) -> dict[str, Any]:
        """Write one thing down, and give it as it is sent."""
        return self.phone.queue[self.phone.write(kind, content, **more)]


def carried(
    app: Flask,
    session: Session,
    runtime: Runtime,
    user_id: UUID | None,
    chance: Random | None = None,
) -> Carried:
    """Sign somebody in on a phone of their own, with a password."""
    account = session.get_one(UserAccount, user_id)
    account.password_hash = passwords.hash_new(runtime.settings.password_cost, PASSWORD)
    session.commit()
    answer = Client(app).post("/auth/log-in", {"email": account.email, "password": PASSWORD})
    assert answer.status_code == 201, answer.json
    client = Client(app, answer.json["access_token"])
    chance = chance or Random(str(user_id))  # noqa: S311 - ids of a phone, and no secret
    phone = Phone(Network(client, chance), chance)
    return Carried(client, phone, answer.json["queue_key"], answer.json)


def shut_out(runtime: Runtime, user_id: UUID | None) -> None:
    """Disable somebody, as the office does."""
    assert user_id is not None
    with runtime.begin(SYSTEM) as work:
        admin = a_user(work.session, work.now, Role.ADMIN)
    with runtime.begin(Actor(admin.id, frozenset({Role.ADMIN}))) as work:
        accounts.disable_person(work, user_id)


def count(session: Session, model: Any) -> int:
    """Count the rows of a table."""
    return int(session.scalar(select(func.count()).select_from(model)) or 0)


def rows(session: Session, model: Any) -> list[Any]:
    """Read the rows of a table anew."""
    session.expire_all()
    return list(session.scalars(select(model).order_by(model.id)))


def waiting(client: Client) -> dict[str, Any]:
    """Read the one queue that waits for this person."""
    (queue,) = client.get(DOOR).json["items"]
    return dict(client.get(f"{DOOR}/{queue['id']}").json)


def accept(client: Client, item: dict[str, Any]) -> Any:
    """Let an item in."""
    return client.post(f"{DOOR}/items/{item['id']}/acceptance", REASON)


def set_aside(client: Client, item: dict[str, Any]) -> Any:
    """Keep an item out."""
    return client.post(f"{DOOR}/items/{item['id']}/setting-aside", REASON)
