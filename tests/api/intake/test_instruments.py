"""Does a client get every instrument whole, in the language and edition it asks for?"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from api.app import create_app
from rules.intake.instruments import QUESTIONNAIRES
from rules.terms import Instrument
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.clock import HandClock
from tests.workflows.intake.cast import Cast
from tests.workflows.intake.test_wording import a_bundle, content, written
from workflows.platform.runtime import Runtime
from workflows.platform.settings import SettingsRefused


def read(me: Client, name: str, query: str = "") -> Any:
    """Read one instrument."""
    return me.get(f"/intake/instruments/{name}{query}")


def texts(told: Any) -> list[str | None]:
    """Give the wording of the items."""
    return [item["text"] for item in told["items"]]


def test_every_instrument_is_there_and_only_what_may_ship_has_words(me: Client) -> None:
    told = me.get("/intake/instruments").json or {}
    worded = {one["instrument"]: one["wording_available"] for one in told["instruments"]}
    assert set(worded) == set(Instrument)
    assert {name for name, has in worded.items() if not has} == {
        "cssrs",
        "dast10",
        "asrm",
        "mdq",
        "pgi_s",
    }


def test_the_suicide_screen_comes_without_words_and_with_its_order_of_asking(me: Client) -> None:
    told = read(me, "cssrs").json
    assert set(texts(told)) == {None}
    asked = {item["link_id"]: item["enable_when"] for item in told["items"]}
    assert asked["q4"] == [{"question": "q2", "operator": "=", "answer_boolean": True}]
    assert asked["q6_recent"][0]["question"] == "q6"
    assert asked["q1"] == []
    assert {item["type"] for item in told["items"]} == {"boolean"}


def test_choices_have_values_and_words(me: Client) -> None:
    told = read(me, "phq9").json
    first = told["items"][0]
    assert [each["value"] for each in first["answer_options"]] == [0, 1, 2, 3]
    assert first["answer_options"][3]["text"] == "Nearly every day"
    assert (first["required"], first["scored"], first["loinc"]) == (True, True, "44250-9")
    last = told["items"][-1]
    assert (last["link_id"], last["required"], last["scored"]) == ("difficulty", False, False)
    assert told["alarms"] == [{"code": "cssrs_needed", "items": ["q9"], "starts_at": None}]
    assert (told["cut_off"], told["progress"]["remits_below"]) == (10, 5)


def test_an_older_edition_is_read_without_what_came_later(me: Client) -> None:
    told = read(me, "phq9", "?edition=2026.11").json
    assert (told["edition"], told["status"], len(told["items"])) == ("2026.11", "accepted", 9)
    retired = read(me, "cssrs", "?edition=1").json
    assert retired["status"] == "retired"
    assert "1" not in retired["editions"]


def test_own_words_are_there_in_spanish_and_a_validated_scale_is_not(me: Client) -> None:
    own = read(me, "usc6", "?language=es").json
    assert own["language"] == "es"
    assert texts(own)[-1] == "¿Vio sangre en la orina?"
    scale = read(me, "phq9", "?language=es").json
    assert (scale["wording_available"], scale["languages"]) == (False, ["en"])
    assert set(texts(scale)) == {None}


@pytest.mark.parametrize(
    ("name", "query", "status"),
    [
        ("horoscope", "", 404),
        ("phq9", "?edition=1999.1", 404),
        ("phq9", "?edition=newest", 422),
        ("phq9", "?edition=1'%20OR%20'1", 422),
        ("phq9", "?language=fr", 422),
        ("phq9", "?language=", 422),
        ("phq9", "?language=en&language=es", 422),
        ("phq9", "?lang=es", 422),
        ("PHQ9", "", 404),
    ],
)
def test_what_is_not_there_or_asked_wrong(me: Client, name: str, query: str, status: int) -> None:
    assert read(me, name, query).status_code == status


def test_a_client_keeps_a_definition_until_it_changes(me: Client) -> None:
    first = read(me, "phq9")
    assert first.headers["Cache-Control"] == "private, no-cache"
    tag = first.headers["ETag"]
    again = me.get("/intake/instruments/phq9", headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert read(me, "phq9", "?language=es").headers["ETag"] != tag


def test_a_stranger_gets_none(anonymous: Client) -> None:
    assert anonymous.get("/intake/instruments/phq9").status_code == 401


def licensed(runtime: Runtime, cast: Cast, path: Path) -> Client:
    """Give the patient's client of a house with this bundle."""
    settings = replace(runtime.settings, instrument_bundle=path)
    house = Runtime(runtime.bind, runtime.clock, settings)
    return Client(create_app(house), token_for(house, cast.patient.user_id))


def test_licensed_wording_is_served_until_its_licence_ends(
    runtime: Runtime, cast: Cast, clock: HandClock, tmp_path: Path, capsys: Any
) -> None:
    licence = {"holder": "A clinic", "reference": "L-1", "valid_until": "2026-11-24"}
    me = licensed(runtime, cast, written(tmp_path, a_bundle(licence=licence)))
    assert "1 wordings under licence until 2026-11-24" in capsys.readouterr().err
    told = read(me, "asrm")
    assert texts(told.json)[0] == "Invented question q1"
    clock.advance(days=2)
    later = read(me, "asrm")
    assert (later.json["wording_available"], set(texts(later.json))) == (False, {None})
    assert later.headers["ETag"] != told.headers["ETag"]
    answers = dict.fromkeys(QUESTIONNAIRES[Instrument.ASRM].items, 2)
    sent = {"instrument": "asrm", "answers": answers}
    kept = me.post(f"/patients/{cast.patient_id}/assessments", sent)
    assert (kept.status_code, kept.json["total"], kept.json["alarms"]) == (
        201,
        10,
        ["mania_active"],
    )


def test_a_broken_bundle_lets_nothing_start(
    engine: Engine, runtime: Runtime, tmp_path: Path
) -> None:
    path = written(tmp_path, content(sha256="0" * 64))
    house = Runtime(engine, runtime.clock, replace(runtime.settings, instrument_bundle=path))
    with pytest.raises(SettingsRefused, match="not the one that was pinned"):
        create_app(house)
