"""Does what is sealed show nothing, and does a change to it show?"""

import pytest

from models.platform.encryption import KeyRing, SealBroken

RING = KeyRing({1: bytes(range(32)), 2: bytes(range(32, 64))}, 2, bytes(range(64, 96)))
COLUMN, WORDS = "note.text", b"she slept well"


@pytest.mark.asvs("11.3.1")
def test_the_same_words_are_never_sealed_the_same() -> None:
    assert len({RING.seal(WORDS, COLUMN) for _ in range(100)}) == 100


@pytest.mark.asvs("11.3.1", "11.3.2")
def test_every_single_bit_counts() -> None:
    sealed = RING.seal(WORDS, COLUMN)
    for place in range(len(sealed) * 8):
        changed = bytearray(sealed)
        changed[place // 8] ^= 1 << place % 8
        with pytest.raises(SealBroken):
            RING.open(bytes(changed), COLUMN)


@pytest.mark.asvs("11.3.2")
def test_what_is_moved_to_another_column_does_not_open() -> None:
    with pytest.raises(SealBroken):
        RING.open(RING.seal(WORDS, COLUMN), "note.title")


@pytest.mark.asvs("11.3.2")
def test_a_seal_names_its_key_and_an_old_key_still_opens() -> None:
    before = KeyRing(RING.keys, 1, RING.index_key).seal(WORDS, COLUMN)
    assert before[1:5] == (1).to_bytes(4, "big")
    assert RING.seal(WORDS, COLUMN)[1:5] == (2).to_bytes(4, "big")
    assert RING.open(before, COLUMN) == WORDS
    with pytest.raises(SealBroken):
        KeyRing({2: RING.keys[2]}, 2, RING.index_key).open(before, COLUMN)


def test_a_piece_of_a_seal_does_not_open() -> None:
    sealed = RING.seal(WORDS, COLUMN)
    for end in range(len(sealed)):
        with pytest.raises(SealBroken):
            RING.open(sealed[:end], COLUMN)


def test_a_fingerprint_belongs_to_its_column_and_its_key() -> None:
    other = KeyRing(RING.keys, 2, bytes(range(96, 128)))
    told = {RING.blind("a", "x"), RING.blind("b", "x"), other.blind("a", "x")}
    assert len(told) == 3
    assert RING.blind("a", " X ") == RING.blind("a", "x")
