"""Who is told by webhooks in a test? One endpoint by a coach's rights, with a real receiver."""

from base64 import b64decode
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select

from models.platform.trail import Event
from models.platform.webhooks import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookKey
from rules.terms import Role
from tests.clock import HandClock
from tests.factories import oversight, people
from tests.receiver import Got, Receiver
from tests.stage import Stage
from workflows.oversight import webhook_delivery, webhooks
from workflows.people import second_factor
from workflows.platform import trail
from workflows.platform.actor import Actor
from workflows.platform.outgoing import Ways
from workflows.platform.runtime import Runtime


def permissive(runtime: Runtime) -> Runtime:
    """Let this house send to this machine."""
    runtime.settings = replace(runtime.settings, webhooks=Ways(loopback=True))
    return runtime


@dataclass
class Hooks:
    """A house with a patient, a coach who lends their rights, and whoever is told by them."""

    stage: Stage
    receiver: Receiver
    admin: Actor
    owner: Actor
    endpoint_id: UUID = field(default_factory=uuid4)

    @classmethod
    def opened(cls, runtime: Runtime, clock: HandClock, receiver: Receiver) -> "Hooks":
        """Put everybody in, and nobody is told yet."""
        stage = Stage(permissive(runtime), clock)
        admin = stage.given(lambda rows: people.a_user(rows, clock.now(), Role.ADMIN))
        coach = Actor(stage.evening.coach.id, frozenset({Role.COACH}), uuid4())
        return cls(stage, receiver, Actor(admin.id, frozenset({Role.ADMIN}), uuid4()), coach)

    @property
    def url(self) -> str:
        """Say where the receiver is."""
        return f"https://localhost:{self.receiver.port}/in?key=sesame"

    def set_up(self, *kinds: str, url: str = "") -> UUID:
        """Write the endpoint down."""
        made = self.stage.does(
            self.admin,
            lambda work: webhooks.set_up(work, url or self.url, kinds, self.owner.person),
        )
        self.endpoint_id = made.id
        return made.id

    def agreed(self, *kinds: str, url: str = "") -> "Hooks":
        """Write the endpoint down, and let its owner agree."""
        self.set_up(*kinds, url=url)
        self.stage.does(self.owner, lambda work: webhooks.agree(work, self.endpoint_id))
        return self

    def happens(self, kind: str = "hold.placed") -> UUID:
        """Let something happen to the patient, and give the id of its event."""
        made = self.stage.evening

        def act(work: Any) -> None:
            work.subject = made.patient.id
            row = oversight.a_hold(work.session, work.now, made.patient, words="My knee hurts.")
            trail.write_event(work, kind, kind.partition(".")[0], row.id)

        self.stage.does(self.owner, act)
        newest = select(Event.id).order_by(Event.sequence.desc()).limit(1)
        return self.stage.given(lambda rows: rows.scalars(newest).one())

    def goes_round(self) -> None:
        """Pick what happened, and send what is due."""
        webhook_delivery.pick_events(self.stage.runtime)
        webhook_delivery.tell_endpoint(self.stage.runtime, str(self.endpoint_id))

    def deliveries(self) -> list[WebhookDelivery]:
        """Read the messages."""
        return self.stage.rows(WebhookDelivery)

    def attempts(self) -> list[WebhookAttempt]:
        """Read the tries, the first one first."""
        return sorted(self.stage.rows(WebhookAttempt), key=lambda one: (one.tried_at, one.id))

    def endpoint(self) -> WebhookEndpoint:
        """Read the endpoint."""
        return next(o for o in self.stage.rows(WebhookEndpoint) if o.id == self.endpoint_id)

    def keys(self) -> list[WebhookKey]:
        """Read its keys, the first one first."""
        return sorted(self.stage.rows(WebhookKey), key=lambda one: one.made_at)

    def has_proved(self, monkeypatch: Any) -> "Hooks":
        """Let everybody be here just now; that they are asked is tested over HTTP."""
        monkeypatch.setattr(second_factor, "insist_fresh", lambda work: work.now)
        return self


def verified(got: Got, *public_keys: str) -> int:
    """Count the signatures that fit, as the standard says and without any code of ours."""
    signed = f"{got.headers['webhook-id']}.{got.headers['webhook-timestamp']}.".encode() + got.body
    fits = 0
    for part in got.headers["webhook-signature"].split(" "):
        version, _, text = part.partition(",")
        assert version == "v1a"
        for public_key in public_keys:
            prefix, raw = public_key[:5], b64decode(public_key[5:], validate=True)
            assert (prefix, len(raw)) == ("whpk_", 32)
            fits += _fits(Ed25519PublicKey.from_public_bytes(raw), b64decode(text), signed)
    return fits


def _fits(key: Ed25519PublicKey, signature: bytes, text: bytes) -> bool:
    try:
        key.verify(signature, text)
    except InvalidSignature:
        return False
    return True
