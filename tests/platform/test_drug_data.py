"""Does a deployment get newer medicine data only with ids that mean what the rules say?"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from rules.intake.ingredients import BY_RXCUI, DATED, RELEASE
from workflows.platform import drug_data
from workflows.platform.drug_data import DrugData, DrugDataRefused
from workflows.platform.settings import Settings, SettingsRefused

TODAY = date(2027, 6, 1)
NEWER: dict[str, Any] = {
    "release": "RxNorm made up for a test",
    "dated": "2027-05-03",
    "reviewed_by": "the pharmacist of the test",
    "ingredients": dict(BY_RXCUI),
}


def written(tmp_path: Path, told: object) -> Path:
    path = tmp_path / "drugs.json"
    path.write_text(told if isinstance(told, str) else json.dumps(told), encoding="utf-8")
    return path


def test_a_newer_release_that_says_the_same_is_taken(tmp_path: Path) -> None:
    found = drug_data.read(written(tmp_path, NEWER))
    assert found == DrugData("RxNorm made up for a test", date(2027, 5, 3))
    assert drug_data.in_force(found, TODAY, production=True) == found


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[]",
        "null",
        "{",
        {},
        NEWER | {"dated": "soon"},
        NEWER | {"dated": 20270503},
        NEWER | {"reviewed_by": " "},
        NEWER | {"release": ""},
        NEWER | {"ingredients": []},
        NEWER | {"ingredients": {}},
        NEWER | {"ingredients": dict(BY_RXCUI) | {"10689": "sertraline"}},
        NEWER | {"ingredients": {k: v for k, v in BY_RXCUI.items() if k != "10689"}},
    ],
)
def test_a_file_that_says_something_else_is_refused_at_the_start(
    tmp_path: Path, told: object
) -> None:
    path = written(tmp_path, told)
    with pytest.raises(DrugDataRefused):
        drug_data.read(path)
    environ = {"VIGIL_ENV": "test", "VIGIL_VAR": str(tmp_path), "VIGIL_DRUG_DATA": str(path)}
    with pytest.raises(SettingsRefused, match="VIGIL_DRUG_DATA"):
        Settings.from_env(environ, need_database=False)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DrugDataRefused):
        drug_data.read(tmp_path / "none.json")


def test_production_keeps_the_date_of_what_came_with_the_rules() -> None:
    assert drug_data.in_force(None, TODAY, production=True) == DrugData(RELEASE, DATED)


def test_a_demonstration_says_that_it_is_one() -> None:
    found = drug_data.in_force(None, TODAY, production=False)
    assert found.dated == TODAY
    assert found.release.startswith("DEMONSTRATION ONLY")
