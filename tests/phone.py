"""How does a phone behave on a bad network? The reference client: write down, send, ask again.

It forgets an item only when it has been told what became of it, and it may send anything again:
the server makes sure that nothing counts twice.
"""

from collections.abc import Iterator
from random import Random
from typing import Any
from uuid import UUID

from tests.api.client import Client

Body = dict[str, Any]
Answer = dict[str, Any]
# Told this, the phone may forget the item; `held` and `try_again` are asked for once more.
DONE = frozenset({"applied", "duplicate", "superseded", "refused", "invalid"})
PUSH, CHANGES = "/sync/push", "/sync/changes"


class Network:
    """A line that loses, doubles, delays and cuts; `calm` it is a good one."""

    def __init__(
        self, client: Client, chance: Random, door: str = PUSH, key: Body | None = None
    ) -> None:
        """Speak to the house through this line, at one door, with what that door wants."""
        self.client, self.chance, self.calm = client, chance, False
        self.door, self.key = door, key or {}
        self._on_its_way: list[Body] = []

    def send(self, body: Body) -> Answer | None:
        """Send a queue; what comes back is the answer, or nothing."""
        if self.calm:
            self.deliver_all()
            return self._asked(body)
        if self._on_its_way and self.chance.random() < 0.5:
            self._asked(self._on_its_way.pop(0))  # an old request overtakes nobody's answer
        return self._through_a_bad_line(body)

    def deliver_all(self) -> None:
        """Let everything arrive that is still on its way; nobody waits for these answers."""
        while self._on_its_way:
            self._asked(self._on_its_way.pop())

    def _through_a_bad_line(self, body: Body) -> Answer | None:
        match self.chance.randrange(8):
            case 0:
                return None  # never arrived
            case 1:
                self._asked(body)
                return None  # arrived, and the answer was cut
            case 2:
                self._asked(body)
                return self._asked(body)  # doubled by a proxy
            case 3:
                self._on_its_way.append(body)
                return None  # arrives when nobody expects it any more
            case _:
                return self._asked(body)

    def _asked(self, body: Body) -> Answer:
        answer = self.client.post(self.door, body | self.key)
        assert answer.status_code in (200, 201), answer.json
        told: Answer = answer.json
        return told


class Phone:
    """One installed app with its queue and its counter."""

    def __init__(self, network: Network, chance: Random) -> None:
        """Install it; the id is made once."""
        self.network, self.chance = network, chance
        self.device_id = new_id(chance)
        self.counter = 0
        self.written: dict[str, Body] = {}
        self.queue: dict[str, Body] = {}

    def write(self, kind: str, content: Any, **more: Any) -> str:
        """Write down what happened; there may be no network for days."""
        self.counter += 1
        item = {"id": new_id(self.chance), "counter": self.counter, "kind": kind}
        self.written[item["id"]] = self.queue[item["id"]] = item | {"content": content} | more
        return str(item["id"])

    def restore(self) -> None:
        """Come back from an old backup: everything waits again, and some counts are lost."""
        self.queue = dict(self.written)
        self.counter -= self.chance.randint(0, min(2, self.counter))

    def sync(self) -> None:
        """Send some of what waits, in whatever order, and forget what is told to be done."""
        waiting = list(self.queue.values())
        if not self.network.calm:
            self.chance.shuffle(waiting)
            waiting = waiting[: self.chance.randint(1, len(waiting))] if waiting else []
        for some in _in_queues(waiting):
            answer = self.network.send({"device_id": self.device_id, "items": some})
            for told in (*answer["verdicts"], *answer.get("released", ())) if answer else ():
                if told["verdict"] in DONE:
                    self.queue.pop(told["item_id"], None)


class Follower:
    """A second phone that only follows the record, page by page."""

    def __init__(self, client: Client) -> None:
        """Begin at the beginning."""
        self.client, self.cursor = client, ""
        self.seen: list[str] = []
        self.objects: set[str] = set()

    def pull(self, limit: int) -> bool:
        """Read one page; say whether there is more now."""
        after = f"&cursor={self.cursor}" if self.cursor else ""
        page = self.client.get(f"{CHANGES}?limit={limit}{after}").json
        self.seen += [change["id"] for change in page["items"]]
        self.objects |= {change["object_id"] for change in page["items"]}
        self.cursor = page["cursor"]
        return bool(page["more"])


def new_id(chance: Random) -> str:
    """Make an id as a phone does, but the same one for the same schedule."""
    return str(UUID(int=chance.getrandbits(128), version=4))


def _in_queues(waiting: list[Body]) -> Iterator[list[Body]]:
    for start in range(0, len(waiting), 50):
        yield waiting[start : start + 50]
