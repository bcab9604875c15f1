"""Do our verifier and the other one agree about any trail, touched or not?"""

import hashlib
import random
from typing import Any

from tests.audited_house import verifier
from tests.clock import START
from workflows.oversight import chain_check, checkpoint_check, checkpoint_notes
from workflows.oversight.checkpoint_notes import Head
from workflows.platform.signed_note import Signer

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


SIGNER = Signer.of(bytes(range(32)))
HEADS = {checkpoint_notes.mark(name): Head(3, b"x" * 32) for name in ("a", "b", "c", "d", "e")}


def a_file(number: int, heads: dict[str, Head], moved: dict[str, Head], previous: str) -> str:
    text = checkpoint_notes.text_of(number, START, heads, moved, previous)
    return f"{SIGNER.sign(text)}\n{checkpoint_notes.lines(moved)}"


def text_in(file: str) -> str:
    return file.partition("\n\n")[0] + "\n"


def both_find(files: dict[int, str]) -> tuple[bool, bool]:
    key = dict([OTHER.public_key(SIGNER.public_key)])
    found = checkpoint_check.judge(files, files, [SIGNER.public_key]).found
    return bool(found), bool(list(OTHER.check_checkpoints(files, files, key, {})))


def test_checkpoints_that_follow_are_whole_to_both() -> None:
    first = a_file(1, HEADS, HEADS, "")
    later = {checkpoint_notes.mark("a"): Head(4, b"y" * 32)}
    second = a_file(2, HEADS | later, later, text_in(first))
    assert both_find({1: first, 2: second}) == (False, False)
    assert both_find({}) == (False, False)


def test_a_root_over_other_chains_is_found_by_both() -> None:
    more = HEADS | {checkpoint_notes.mark("f"): Head(1, b"z" * 32)}
    assert both_find({1: a_file(1, more, HEADS, "")}) == (True, True)


def test_a_signed_checkpoint_that_quotes_another_before_it_is_found_by_both() -> None:
    first, other = a_file(1, HEADS, HEADS, ""), a_file(1, {}, {}, "")
    second = a_file(2, HEADS, {}, text_in(other))
    assert both_find({1: first, 2: second}) == (True, True)


def test_a_checkpoint_under_another_number_is_found_by_both() -> None:
    assert both_find({1: a_file(2, HEADS, HEADS, "")}) == (True, True)
