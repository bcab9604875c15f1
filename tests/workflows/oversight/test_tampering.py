"""Is every hand in the trail found, by our own verifier and by one that knows nothing of ours?

Each attack is done as a superuser, with every trigger off: what it could do on the real database.
"""

from pathlib import Path

import pytest

from tests.audited_house import Audited, build
from tests.throwaway import Throwaway
from workflows.oversight.chain_check import Wrong
from workflows.platform.settings import Settings

LENGTH = "(SELECT count(*) FROM audit_event WHERE stream = :stream)"
PLACES = {"first": "1", "middle": "7", "last": LENGTH}
HEAD = """
    UPDATE audit_head h SET seq = e.seq, hash = e.hash FROM audit_event e
    WHERE h.stream = :stream AND e.stream = :stream
        AND e.seq = (SELECT max(seq) FROM audit_event WHERE stream = :stream)
"""
# Hash everything again from the first entry on, as somebody would who knows exactly how it works.
REHASH = (
    """
    DO $$ DECLARE one audit_event%ROWTYPE; last bytea := ''; place bigint := 0; BEGIN
        FOR one IN SELECT * FROM audit_event WHERE stream = :stream ORDER BY seq LOOP
            place := place + 1;
            one.seq := place; one.prev_hash := last;
            last := sha256(last || convert_to(audit_event_text(one), 'UTF8'));
            UPDATE audit_event SET seq = -place, prev_hash = one.prev_hash, hash = last
                WHERE id = one.id;
        END LOOP;
        UPDATE audit_event SET seq = -seq WHERE stream = :stream AND seq < 0;
    END $$
    """,
    HEAD,
)
EDIT = "UPDATE audit_event SET outcome = 'read' WHERE stream = :stream AND seq = {place}"
DELETE = "DELETE FROM audit_event WHERE stream = :stream AND seq = {place}"
INSERT = (
    "UPDATE audit_event SET seq = -seq WHERE stream = :stream AND seq >= {place}",
    "UPDATE audit_event SET seq = 1 - seq WHERE stream = :stream AND seq < 0",
    "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object("
    "'id', gen_random_uuid(), 'seq', {place}::bigint))).* FROM audit_event e"
    " WHERE stream = :stream AND seq = {place} + 1",
)
SWAP = (
    "UPDATE audit_event SET seq = -1 WHERE stream = :stream AND seq = {place}",
    "UPDATE audit_event SET seq = {place} WHERE stream = :stream AND seq = {place} + 1",
    "UPDATE audit_event SET seq = {place} + 1 WHERE stream = :stream AND seq = -1",
)
CUT = "DELETE FROM audit_event WHERE stream = :stream AND seq >= {place}"
WHOLE_CHAIN = "DELETE FROM audit_event WHERE stream = :stream"
NO_HEAD = "DELETE FROM audit_head WHERE stream = :stream"
NO_WORD_OF_IT = "DELETE FROM audit_checkpoint_head WHERE stream = :stream"
NO_CHECKPOINTS = ("DELETE FROM audit_checkpoint_head", "DELETE FROM audit_checkpoint")
FORK = (
    "INSERT INTO audit_event SELECT (jsonb_populate_record(e, jsonb_build_object("
    "'id', gen_random_uuid(), 'seq', (SELECT max(seq) + 1 FROM audit_event"
    " WHERE stream = :stream)))).* FROM audit_event e WHERE stream = :stream AND seq = 7",
)
OF_THE_INTENTION = (
    "WHERE id = (SELECT object_id::uuid FROM audit_event WHERE stream = :stream"
    " AND object_type = 'intention' ORDER BY seq LIMIT 1)"
)

# What is done, and the first thing that is said about it. Every place but where one has no sense.
ATTACKS: dict[str, tuple[tuple[str, ...], Wrong]] = {
    **{f"edit the {name}": ((EDIT.format(place=place),), Wrong.CHANGED)
       for name, place in PLACES.items()},
    **{f"edit the {name} and hash again": ((EDIT.format(place=place), *REHASH), Wrong.REWRITTEN)
       for name, place in PLACES.items()},
    "delete the first": ((DELETE.format(place="1"),), Wrong.REMOVED),
    "delete one in the middle": ((DELETE.format(place="7"),), Wrong.REMOVED),
    "delete the last": ((DELETE.format(place=LENGTH),), Wrong.CUT),
    "delete the first and hash again": ((DELETE.format(place="1"), *REHASH), Wrong.REWRITTEN),
    "delete one and hash again": ((DELETE.format(place="7"), *REHASH), Wrong.REWRITTEN),
    "delete the last and move the end": ((DELETE.format(place=LENGTH), HEAD), Wrong.CUT),
    **{f"put one in before the {name}": (tuple(part.format(place=place) for part in INSERT),
                                         Wrong.CHANGED)
       for name, place in (("first", "1"), ("middle", "7"))},
    "put one in and hash again": ((*(part.format(place="7") for part in INSERT), *REHASH),
                                  Wrong.REWRITTEN),
    "a fork: two that follow the same one": (FORK, Wrong.CHANGED),
    **{f"swap at the {name}": (tuple(part.format(place=place) for part in SWAP), Wrong.REORDERED)
       for name, place in (("first", "1"), ("middle", "7"))},
    "swap and hash again": ((*(part.format(place="7") for part in SWAP), *REHASH),
                            Wrong.REWRITTEN),
    "cut the tail": ((CUT.format(place="7"),), Wrong.CUT),
    "cut the tail and move the end": ((CUT.format(place="7"), HEAD), Wrong.CUT),
    "drop the chain": ((WHOLE_CHAIN,), Wrong.CHAIN_GONE),
    "drop the chain and its end": ((WHOLE_CHAIN, NO_HEAD), Wrong.CHAIN_GONE),
    "drop every word of the chain": ((WHOLE_CHAIN, NO_HEAD, NO_WORD_OF_IT),
                                     Wrong.CHECKPOINT_CHANGED),
    "drop the end alone": ((NO_HEAD,), Wrong.HEAD_MOVED),
    "drop the checkpoints": (NO_CHECKPOINTS, Wrong.OLDER_COPY),
    "drop one checkpoint": (("DELETE FROM audit_checkpoint_head WHERE number = 2",
                             "DELETE FROM audit_checkpoint WHERE number = 2"),
                            Wrong.CHECKPOINT_GONE),
    "change the words of a checkpoint": (
        ("UPDATE audit_checkpoint SET note = replace(note, 'number 2', 'number 9')"
         " WHERE number = 2",), Wrong.CHECKPOINT_CHANGED),
    "change what a checkpoint names": (
        ("UPDATE audit_checkpoint_head SET hash = '\\x00' WHERE number = 2 AND stream = :stream",),
        Wrong.CHECKPOINT_CHANGED),
    "put an old checkpoint in the place of the last": (
        ("UPDATE audit_checkpoint SET note = (SELECT note FROM audit_checkpoint WHERE number = 1)"
         " WHERE number = 3",), Wrong.CHECKPOINT_CHANGED),
    "change a row under its entry": ((f"UPDATE intention SET words = '\\x01' {OF_THE_INTENTION}",),
                                     Wrong.OBJECT_CHANGED),
    "remove a row under its entry": ((f"DELETE FROM intention {OF_THE_INTENTION}",),
                                     Wrong.OBJECT_GONE),
}  # fmt: skip
# What changes how the database shows things, and nothing that was written.
HARMLESS = {
    "another time zone": "ALTER DATABASE {name} SET timezone = 'Asia/Kathmandu'",
    "another way of writing dates": "ALTER DATABASE {name} SET datestyle = 'German, DMY'",
    "another collation": 'ALTER TABLE audit_event ALTER stream TYPE text COLLATE "POSIX"',
    "another way of writing numbers": "ALTER DATABASE {name} SET extra_float_digits = -5",
    "another way of writing bytes": "ALTER DATABASE {name} SET bytea_output = 'escape'",
}


@pytest.fixture(scope="module")
def house(
    throwaway: Throwaway, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Audited:
    return build(throwaway, settings, tmp_path_factory.mktemp("audited"))


@pytest.mark.asvs("16.4.2")
@pytest.mark.parametrize("attack", ATTACKS)
def test_both_verifiers_find_it(house: Audited, tmp_path: Path, attack: str) -> None:
    statements, wrong = ATTACKS[attack]
    with house.copied() as name:
        house.attacked(name, *statements)
        found = house.ours(name).found
        assert wrong in {one.wrong for one in found}, found
        assert house.theirs(name, tmp_path / "export")


def test_nobody_touched_it_and_both_say_so(house: Audited, tmp_path: Path) -> None:
    with house.copied() as name:
        checked = house.ours(name)
        assert (checked.found, checked.checkpoints) == ([], 3)
        assert checked.entries > 30
        assert house.theirs(name, tmp_path / "export") == []


@pytest.mark.parametrize("change", HARMLESS)
def test_another_way_of_showing_things_is_no_alarm(
    house: Audited, tmp_path: Path, change: str
) -> None:
    with house.copied() as name:
        house.attacked(name, HARMLESS[change].format(name=name))
        assert house.ours(name).found == []
        assert house.theirs(name, tmp_path / "export") == []


def test_an_older_copy_of_the_database_is_found_by_what_stands_outside(
    house: Audited, tmp_path: Path
) -> None:
    with house.copied(older=True) as name:
        assert {one.wrong for one in house.ours(name).found} >= {Wrong.OLDER_COPY, Wrong.CUT}
        assert house.theirs(name, tmp_path / "export")
        assert house.ours(name, tmp_path).found == []  # with nothing outside it looks whole


def test_an_old_checkpoint_under_a_new_name_outside_is_found(
    house: Audited, tmp_path: Path
) -> None:
    folder = tmp_path / "outside"
    folder.mkdir()
    for file in house.outside.glob("*.checkpoint"):
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "0000000003.checkpoint").write_bytes((folder / "0000000001.checkpoint").read_bytes())
    with house.copied() as name:
        assert Wrong.CHECKPOINT_CHANGED in {one.wrong for one in house.ours(name, folder).found}
        assert house.theirs(name, tmp_path / "export", folder)


def test_the_place_is_named(house: Audited) -> None:
    with house.copied() as name:
        house.attacked(name, EDIT.format(place="7"))
        (found,) = house.ours(name).found
        assert found.line == f"{house.stream} entry 7: was changed after it was written"


# It is written down what cannot be found, and here it stands that this is so.
def test_what_came_after_the_last_checkpoint_can_be_forged_until_the_next(
    house: Audited, tmp_path: Path
) -> None:
    with house.copied() as name:
        house.attacked(name, *FORK, *REHASH[:1], HEAD)
        house.attacked(
            name,
            "UPDATE audit_event SET action = 'patient.listed' WHERE stream = :stream"
            f" AND seq = {LENGTH}",
            *REHASH,
        )
        after = {one.at for one in house.ours(name).found}
        assert after == set()
        assert house.theirs(name, tmp_path / "export") == []
