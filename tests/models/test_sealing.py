"""Does what is sealed show nothing, does a change show, and does it open in its own place alone?"""

import struct
from uuid import UUID

import pytest

from models.platform.encryption import Erased, Of, SealBroken, seal, unseal, use_key_ring
from models.platform.key_ring import FORMAT_1, KeyRing, key_ring
from tests.old_seals import in_form_1

RING = KeyRing({1: bytes(range(32)), 2: bytes(range(32, 64))}, 2, bytes(range(64, 96)))
COLUMN, WORDS = "note.text", b"she slept well"
ROW, OTHER_ROW = UUID(int=7), UUID(int=8)
SHE, HE = UUID(int=70), UUID(int=80)
KEYS = {SHE: bytes(range(100, 132)), HE: bytes(range(132, 164))}


@pytest.fixture(autouse=True)
def ring(settings):
    """Use this ring, and afterwards the one of the other tests."""
    before = key_ring()
    use_key_ring(RING)
    yield
    use_key_ring(before)


def sealed(row: UUID = ROW, whose: UUID = SHE, column: str = COLUMN) -> bytes:
    return seal(WORDS, column, Of(WORDS, row, whose, KEYS[whose]))


def read(value: bytes, row: UUID = ROW, whose: UUID | None = SHE, ring: KeyRing = RING) -> bytes:
    """Give what the database hands over with a value: its row, its wrapped key, the value."""
    wrapped = b"" if whose is None else ring.wrap(KEYS[whose], whose)
    return row.bytes + struct.pack(">h", len(wrapped)) + wrapped + value


@pytest.mark.asvs("11.3.1")
def test_the_same_words_are_never_sealed_the_same() -> None:
    assert len({sealed() for _ in range(100)}) == 100
    assert unseal(read(sealed()), COLUMN) == WORDS


@pytest.mark.asvs("11.3.1", "11.3.2")
def test_every_single_bit_counts() -> None:
    value = sealed()
    for place in range(len(value) * 8):
        changed = bytearray(value)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            unseal(read(bytes(changed)), COLUMN)


@pytest.mark.asvs("11.3.2")
@pytest.mark.parametrize("other", ["note.title", "letter.text"])
def test_what_is_moved_to_another_column_or_table_does_not_open(other) -> None:
    with pytest.raises(SealBroken):
        unseal(read(sealed()), other)


@pytest.mark.asvs("11.3.2")
def test_what_is_moved_to_another_row_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(read(sealed(), row=OTHER_ROW), COLUMN)
    named_anew = bytearray(sealed())
    named_anew[17:33] = OTHER_ROW.bytes
    with pytest.raises(SealBroken):
        unseal(read(bytes(named_anew), row=OTHER_ROW), COLUMN)


@pytest.mark.asvs("11.3.2")
def test_what_is_moved_to_another_person_does_not_open() -> None:
    named_anew = bytearray(sealed())
    named_anew[1:17] = HE.bytes
    with pytest.raises(SealBroken):
        unseal(read(bytes(named_anew), whose=HE), COLUMN)


def test_a_piece_of_a_seal_does_not_open() -> None:
    value = sealed()
    for end in range(len(value)):
        with pytest.raises(SealBroken):
            unseal(read(value[:end]), COLUMN)


def test_a_value_without_its_key_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(read(sealed(), whose=None), COLUMN)
    with pytest.raises(Erased):
        unseal(ROW.bytes + struct.pack(">h", -1) + sealed(), COLUMN)


@pytest.mark.asvs("11.3.2")
def test_the_key_of_one_person_does_not_unwrap_for_another() -> None:
    wrapped = RING.wrap(KEYS[SHE], SHE)
    assert RING.unwrap(wrapped, SHE) == KEYS[SHE]
    with pytest.raises(SealBroken):
        RING.unwrap(wrapped, HE)
    with pytest.raises(SealBroken):
        RING.unwrap(b"\x02 by a service", SHE)


@pytest.mark.asvs("11.3.2")
def test_a_wrapped_key_names_the_key_it_is_under_and_an_old_one_still_unwraps() -> None:
    old = KeyRing(RING.keys, 1, RING.index_key)
    assert (old.name, RING.name) == ("ring:1", "ring:2")
    assert unseal(read(sealed(), ring=old), COLUMN) == WORDS
    use_key_ring(KeyRing({2: RING.keys[2]}, 2, RING.index_key))
    with pytest.raises(SealBroken):
        unseal(read(sealed(), ring=old), COLUMN)


def test_the_form_before_still_opens_in_its_own_column() -> None:
    before = in_form_1(RING, WORDS, COLUMN)
    assert before[:1] == FORMAT_1
    assert unseal(read(before, whose=None), COLUMN) == WORDS
    with pytest.raises(SealBroken):
        unseal(read(before, whose=None), "note.title")
    with pytest.raises(SealBroken):
        RING.open_form_1(sealed(), COLUMN)


def test_a_fingerprint_belongs_to_its_column_and_its_key() -> None:
    other = KeyRing(RING.keys, 2, bytes(range(96, 128)))
    told = {RING.blind("a", "x"), RING.blind("b", "x"), other.blind("a", "x")}
    assert len(told) == 3
    assert RING.blind("a", " X ") == RING.blind("a", "x")
