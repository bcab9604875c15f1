"""Is every rule set kept as it was, and is the one in force the one in the sources?"""

from pathlib import Path
from zipfile import ZipFile

import pytest

from rules.gates import RULESET
from workflows.platform import released
from workflows.platform.released import RuleSetUnknown

# An archive that was in force once never changes: its fingerprint stands here as well, so that
# nobody can change archive and index together and be believed.
NEVER_CHANGES = {
    "2026.11.1": "6613cb4dc6207fda9d22b9bde9bc58248f87278c39e3c4f3616df50ee05e22f6",
    "2026.11.2": "b4b06ce2834eefea2d43b9a695d96d9dd4d8af96081c99f11147e5440846dca5",
}


# A rule that changed under the same name made a stored decision mean something else.
def test_the_archive_of_the_rule_set_in_force_is_the_sources() -> None:
    kept = released.RELEASED / f"{RULESET}.zip"
    assert kept.is_file(), "run make rules-archive"
    assert kept.read_bytes() == released.pack(), "a rule changed: run make rules-archive"
    assert released.index()[RULESET] == released.fingerprint(released.pack()), (
        "run make rules-archive"
    )


def test_every_archive_is_listed_and_is_what_was_kept() -> None:
    listed = released.index()
    assert {path.stem for path in released.RELEASED.glob("*.zip")} == set(listed)
    for ruleset in listed:
        assert released.archive_of(ruleset).is_file()


def test_an_archive_of_the_past_never_changes() -> None:
    past = {name: mark for name, mark in released.index().items() if name != RULESET}
    assert past == NEVER_CHANGES


def test_an_archive_holds_the_whole_package_and_no_other_archive() -> None:
    for ruleset in released.index():
        with ZipFile(released.archive_of(ruleset)) as archive:
            names = archive.namelist()
            said = archive.read("rules/gates.py").decode()
        assert f'RULESET = "{ruleset}"' in said
        assert {name.partition("/")[0] for name in names} == {"rules"}
        assert not [name for name in names if "released" in name or name.endswith(".pyc")]


def test_the_same_sources_make_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder / "dose" / "__pycache__").mkdir(parents=True)
        (tmp_path / folder / "released").mkdir()
    for name in ("b.py", "a.py", "dose/c.py", "dose/__pycache__/c.pyc", "released/old.zip"):
        (tmp_path / "one" / name).write_text(name)
    for name in ("dose/c.py", "a.py", "b.py"):
        (tmp_path / "two" / name).write_text(name)
    assert released.pack(tmp_path / "one") == released.pack(tmp_path / "two")
    (tmp_path / "two" / "a.py").write_text("another rule")
    assert released.pack(tmp_path / "one") != released.pack(tmp_path / "two")


def test_an_archive_that_was_touched_is_refused(tmp_path: Path) -> None:
    released.keep("2026.1.1", b"as it was", tmp_path)
    assert released.archive_of("2026.1.1", tmp_path).read_bytes() == b"as it was"
    (tmp_path / "2026.1.1.zip").write_bytes(b"touched")
    with pytest.raises(RuleSetUnknown, match="changed"):
        released.archive_of("2026.1.1", tmp_path)
    with pytest.raises(RuleSetUnknown, match="no archive"):
        released.archive_of("1999.1.1", tmp_path)
