"""Is an exported trail what was written? Standard library and `cryptography`; nothing of Vigil.

Written from README.md beside it. `verify.py EXPORT --outside FOLDER --key LINE` ends with 0 (all is
well), 1 (touched) or 2 (cannot say).
"""

import argparse
import hashlib
import json
import sys
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

TEXT = (
    *("stream", "seq", "recorded_at", "actor_id", "actor_roles", "login_id", "action"),
    *("object_type", "object_id", "patient_id", "outcome", "reason", "request_id", "id"),
)


def sha(data):
    """Hash bytes."""
    return hashlib.sha256(data).digest()


def b64(data):
    """Write bytes as base64."""
    return b64encode(data).decode()


def lines(file):
    """Read one JSON value a line."""
    with file.open(encoding="utf-8") as opened:
        return [json.loads(line) for line in opened]


def entry_hash(entry):
    """Compute what the hash of an entry has to be, from everything else in it."""
    parts = [str(entry[name]) for name in TEXT]
    if entry["object_digest"] is not None:
        parts.append(entry["object_digest"])
    return sha(bytes.fromhex(entry["prev_hash"]) + "\x1f".join(parts).encode())


def check_chain(stream, entries, head, signed):
    """Walk along one chain; `signed` is {seq: hash} from the checkpoints."""
    expected, last = 1, ""
    for entry in entries:
        if entry["seq"] != expected:
            yield f"{stream} {expected}: missing"
        if entry_hash(entry).hex() != entry["hash"]:
            yield f"{stream} {entry['seq']}: not what was hashed"
        if entry["prev_hash"] != last:
            yield f"{stream} {entry['seq']}: does not follow"
        if signed.get(entry["seq"], entry["hash"]) != entry["hash"]:
            yield f"{stream} {entry['seq']}: another one was signed"
        expected, last = entry["seq"] + 1, entry["hash"]
    if max(signed, default=0) >= expected:
        yield f"{stream} {expected}: cut off, up to {max(signed)} was signed"
    if (head or {"seq": 0, "hash": ""}) != {"seq": expected - 1, "hash": last}:
        yield f"{stream}: the end that is kept is another"


def public_key(line):
    """Read a key: name, mark, 01 and 32 bytes."""
    name, mark, text = line.split("+", 2)
    raw = b64decode(text)
    if raw[0] != 1 or sha(name.encode() + b"\n" + raw)[:4].hex() != mark:
        sys.exit(2)
    return bytes.fromhex(mark), Ed25519PublicKey.from_public_bytes(raw[1:])


def signed_text(note, keys):
    """Give the text of a note that one of the keys has signed, or None."""
    text, _, signatures = note.partition("\n\n")
    for line in signatures.splitlines():
        raw = b64decode(line.split(" ")[2])
        try:
            keys[raw[:4]].verify(raw[4:], f"{text}\n".encode())
        except (KeyError, InvalidSignature):
            continue
        return f"{text}\n"
    return None


def root(ends):
    """Compute the root over all chains, by splitting at the largest power of two."""
    leaves = [f"{mark} {seq} {value}" for mark, (seq, value) in sorted(ends.items())]

    def tree(part):
        if len(part) == 1:
            return sha(b"\x00" + part[0].encode())
        cut = 1
        while cut * 2 < len(part):
            cut *= 2
        return sha(b"\x01" + tree(part[:cut]) + tree(part[cut:]))

    return tree(leaves) if leaves else sha(b"")


def check_checkpoints(inside, outside, keys, pins):
    """Follow the checkpoints from the first; fill `pins` with what they sign about each chain."""
    ends, before, told = {}, "-", None
    for number in range(1, max([0, *inside, *outside]) + 1):
        here, there = inside.get(number), outside.get(number)
        if here is None or (there is None and number < max(outside, default=0)):
            yield f"checkpoint {number}: missing"
        if here and there and here != there:
            yield f"checkpoint {number}: differs from the one outside"
        content = there or here or ""
        note, _, moved = content.partition("\n\n")[2].partition("\n\n")
        text = signed_text(f"{content.partition(chr(10) * 2)[0]}\n\n{note}", keys)
        if text is None:
            yield f"checkpoint {number}: not signed by a trusted key"
            before = None
            continue
        _, count, top, *rest = text.splitlines()
        told = dict(line.split(" ", 1) for line in rest) | {"count": count, "root": top}
        follows = before in (None, told["previous"])
        if not (
            told["number"] == str(number) and told["moved"] == b64(sha(moved.encode())) and follows
        ):
            yield f"checkpoint {number}: not the one that follows"
        for line in moved.splitlines():
            mark, seq, value = line.split(" ")
            ends[mark] = (int(seq), value)
            pins.setdefault(mark, {})[int(seq)] = value
        before = b64(sha(text.encode()))
    if told and (told["count"], told["entries"], told["root"]) != (
        str(len(ends)), str(sum(seq for seq, _ in ends.values())), b64(root(ends)),
    ):  # fmt: skip
        yield "the last checkpoint: its root is another"


def check(export, outside, keys):
    """Check a whole export; give everything that is wrong."""
    pins, chains = {}, {}
    yield from check_checkpoints(files(export / "checkpoints"), outside, keys, pins)
    for entry in lines(export / "entries.jsonl"):
        chains.setdefault(entry["stream"], []).append(entry)
    heads = {one.pop("stream"): one for one in lines(export / "heads.jsonl")}
    marks = {sha(stream.encode()).hex(): stream for stream in {*chains, *heads}}
    for mark in sorted({*marks, *pins}):
        stream = marks.get(mark, mark)
        yield from check_chain(
            stream, chains.get(stream, []), heads.get(stream), pins.get(mark, {})
        )
    now = {(one["type"], one["id"]): one["digest"] for one in lines(export / "objects.jsonl")}
    for entries in chains.values():
        for entry in entries:
            about = (entry["object_type"], entry["object_id"])
            if entry["object_digest"] not in (None, now.get(about)):
                yield f"{entry['stream']} {entry['seq']}: its row was changed or removed"


def files(folder):
    """Read checkpoints by their number."""
    return {int(one.stem): one.read_text("utf-8") for one in folder.glob("*.checkpoint")}


def main():
    """Check what is named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("export", type=Path)
    parser.add_argument("--outside", type=Path)
    parser.add_argument("--key", action="append", required=True)
    asked = parser.parse_args()
    outside = files(asked.outside) if asked.outside else {}
    found = list(check(asked.export, outside, dict(public_key(line) for line in asked.key)))
    sys.stdout.writelines(f"{line}\n" for line in found)
    if not found and not outside and not files(asked.export / "checkpoints"):
        return 2
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
