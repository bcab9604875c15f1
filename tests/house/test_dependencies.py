"""Is every library listed with its hash, and none older than the version that mended it?

An audit tool that could look nothing up says that all is well; so the floors stand here, dated
2026-11-21, each with what it mends.
"""

import re
from importlib.metadata import version

import pytest
from packaging.version import Version

from tests.house.source import ROOT

FLOORS = {
    "PyJWT": ("2.13.0", "CVE-2026-48526, a forged token, and four more; CVE-2026-32597 (crit)"),
    "Flask": ("3.1.3", "CVE-2026-27205, a missing Vary: Cookie"),
    "Werkzeug": ("3.1.6", "CVE-2026-27199 and two more names of devices in safe_join"),
    "marshmallow": ("4.1.2", "CVE-2025-68480, time without end in load(many=True)"),
    "webargs": ("5.5.3", "CVE-2019-9710, a body shared by threads; CVE-2020-7965"),
    "SQLAlchemy": ("2.1.0", "the 2.x line, where order_by takes no text"),
    "cryptography": ("44.0.1", "the OpenSSL of older wheels"),
    "flask-cors": ("6.0.0", "CVE-2024-6866, -6839 and -6844, origins and paths matched loosely"),
}
LOCKS = ("runtime", "dev")
PINNED = re.compile(r"^[a-z0-9][a-z0-9._-]*(\[[a-z,-]+\])?==[^\s;]+", re.MULTILINE)


@pytest.mark.asvs("15.2.1")
@pytest.mark.parametrize("name", FLOORS)
def test_no_library_is_below_its_floor(name: str) -> None:
    assert Version(version(name)) >= Version(FLOORS[name][0]), FLOORS[name][1]


@pytest.mark.asvs("15.1.2")
@pytest.mark.parametrize("lock", LOCKS)
def test_every_library_is_pinned_with_a_hash_and_comes_from_no_named_place(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    assert len(entries) > 40
    for entry in entries:
        assert PINNED.match(entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]
    assert "://" not in text


@pytest.mark.asvs("15.1.2")
def test_what_serves_patients_is_what_the_tests_have_seen() -> None:
    locked = {
        lock: set(PINNED.findall(text)) and {match.group(0) for match in PINNED.finditer(text)}
        for lock in LOCKS
        for text in [(ROOT / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")]
    }
    assert locked["runtime"] <= locked["dev"]
