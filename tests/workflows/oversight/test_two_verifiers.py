"""Do our verifier and the other one agree about any trail, touched or not?"""

import hashlib
import random
from typing import Any

from tests.audited_house import verifier
from workflows.oversight import chain_check
from workflows.oversight.checkpoint_notes import Head

LOGS = 10_000
TEXT = (
    *("recorded_at", "actor_id", "actor_roles", "login_id", "action", "object_type", "object_id"),
    *("patient_id", "outcome", "reason", "request_id", "id"),
)
STREAM = "patient:somebody"
OTHER = verifier()


def hashed(entry: dict[str, Any], prev: str) -> dict[str, Any]:
    entry["prev_hash"] = prev
    return entry | {"hash": OTHER.entry_hash(entry).hex()}


def a_log(chance: random.Random) -> list[dict[str, Any]]:
    log: list[dict[str, Any]] = []
    for seq in range(1, chance.randint(1, 8) + 1):
        entry = {name: chance.choice(("", "a", "grüße")) for name in TEXT}
        print_of = hashlib.sha256(bytes([seq])).hexdigest() if chance.random() < 0.3 else None
        told = {**entry, "stream": STREAM, "seq": seq, "object_digest": print_of}
        log.append(hashed(told, log[-1]["hash"] if log else ""))
    return log


def again(log: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Number and hash everything anew."""
    made: list[dict[str, Any]] = []
    for seq, entry in enumerate(log, start=1):
        made.append(hashed(entry | {"seq": seq}, made[-1]["hash"] if made else ""))
    return made


def touched(log: list[dict[str, Any]], chance: random.Random) -> list[dict[str, Any]]:
    at = chance.randrange(len(log))
    made = [dict(entry) for entry in log]
    match chance.randrange(6):
        case 0:
            return made
        case 1:
            made[at]["outcome"] += "x"
        case 2:
            del made[at]
        case 3:
            made.insert(at, dict(made[at]))
        case 4:
            made[0], made[at] = made[at], made[0]
        case _:
            made = made[:at]
    return again(made) if chance.random() < 0.5 else made


def ours(log: list[dict[str, Any]], head: Head | None, pins: dict[int, bytes]) -> bool:
    rows = []
    for entry in log:
        parts = [str(entry[name]) for name in ("stream", *TEXT)]
        parts += [entry["object_digest"]] if entry["object_digest"] is not None else []
        prev, own = bytes.fromhex(entry["prev_hash"]), bytes.fromhex(entry["hash"])
        rows.append(chain_check.Row(entry["seq"], parts, prev, own))
    return not chain_check.judge(STREAM, rows, head, pins)


def theirs(log: list[dict[str, Any]], head: Head | None, pins: dict[int, bytes]) -> bool:
    end = {"seq": head.seq, "hash": head.hash.hex()} if head else None
    signed = {seq: value.hex() for seq, value in pins.items()}
    return not list(OTHER.check_chain(STREAM, log, end, signed))


def test_they_agree_about_any_log() -> None:
    chance = random.Random(1509)  # noqa: S311 - the same logs in every run
    found = {True: 0, False: 0}
    for _ in range(LOGS):
        log = a_log(chance)
        signed = chance.randint(1, len(log))
        pins = {signed: bytes.fromhex(log[signed - 1]["hash"])}
        now = touched(log, chance)
        kept = now if now and chance.random() < 0.5 else log
        head = Head(kept[-1]["seq"], bytes.fromhex(kept[-1]["hash"]))
        whole = ours(now, head, pins)
        assert whole is theirs(now, head, pins), (now, head, pins)
        found[whole] += 1
    assert min(found.values()) > LOGS // 20
