"""Does a database that went back in time revive no go-ahead, and lose nothing from before?"""

import json
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.platform.epochs import EpochDoubt
from tests.chaos.own_database import OwnDatabase, own_database
from tests.chaos.restore_drill import (
    MOST_SECONDS,
    an_evening,
    begin_epoch,
    changes,
    drill,
    found,
    let_commands_find,
    serving,
)
from tests.clock import HandClock
from tests.throwaway import Throwaway
from tests.workflows.dose.conftest import submit
from workflows import restore, wal_archive
from workflows.dose import start
from workflows.dose.start import TakenDose
from workflows.oversight import feed
from workflows.platform import epochs, readiness
from workflows.platform.actor import SYSTEM
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def own(throwaway: Throwaway) -> Iterator[OwnDatabase]:
    """Give a durable server of this module, with a copy of the template that nobody confirmed."""
    with own_database(throwaway) as made:
        yield made


@pytest.fixture
def there(
    own: OwnDatabase, settings: Settings, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    """Give the settings of that server, and let commands find it, its keys and this clock."""
    let_commands_find(own, settings, clock, monkeypatch)
    return own.settings(settings)


@pytest.fixture
def runtime(own: OwnDatabase, there: Settings, clock: HandClock) -> Iterator[Runtime]:
    """Serve from that server."""
    with serving(own.cluster.url(APP), there, clock) as runtime:
        yield runtime


@pytest.fixture
def confirmed(runtime: Runtime, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Serve from that server, confirmed as it is."""
    with Session(runtime.bind) as session:
        if epochs.in_force(session) is None:
            begin_epoch(own, monkeypatch)
    return runtime


# A copy on another machine knew every open clearance, and so did the machine it was copied from.
def test_a_copy_that_nobody_confirmed_keeps_facts_and_clears_nobody(
    runtime: Runtime, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = an_evening(runtime)
    decision = submit(runtime, made)
    with runtime.begin(made.as_patient) as work:
        kept = start.report_taken(work, TakenDose())

    assert decision.codes == ["safety_locks_broken"]
    assert kept.cleared is False
    assert readiness.checks(runtime)["epoch"] is False
    begin_epoch(own, monkeypatch)
    assert readiness.checks(runtime)["epoch"] is True


@pytest.mark.parametrize("what", ["clearance", "spent", "dose"])
def test_the_database_itself_gives_and_spends_nothing_of_another_epoch(
    what: str, confirmed: Runtime, own: OwnDatabase
) -> None:
    made = an_evening(confirmed)
    clearance_id = submit(confirmed, made).clearance_id
    newer = (
        "INSERT INTO clearance_epoch (number, life)"
        " SELECT max(number) + 1, life_of_database() FROM clearance_epoch"
    )
    late = {
        "clearance": (
            "INSERT INTO clearance SELECT (jsonb_populate_record(c, jsonb_build_object("
            "'id', gen_random_uuid(), 'voided_at', now(), 'void_reason', 'x'))).* FROM clearance c"
            " WHERE id = %s"
        ),
        "spent": "UPDATE clearance SET spent_at = issued_at WHERE id = %s",
        "dose": (
            "INSERT INTO dose_taken (id, patient_id, dose_session_id, clearance_id, cleared,"
            " dose_mg_hundredths, taken_at, local_date, received_at, recorded_by)"
            " SELECT gen_random_uuid(), patient_id, dose_session_id, id, true, 100, issued_at, '',"
            " issued_at, patient_id FROM clearance WHERE id = %s"
        ),
    }[what]
    with psycopg.connect(own.cluster.url(OWNER)) as connection:
        connection.execute(newer)
        with pytest.raises(psycopg.errors.CheckViolation) as refused:
            connection.execute(late, [clearance_id])
        connection.rollback()

    assert refused.value.diag.constraint_name == "clearance_before_restore"


def test_the_role_that_serves_begins_no_epoch_and_takes_no_doubt_back(own: OwnDatabase) -> None:
    attempts = (
        "INSERT INTO clearance_epoch VALUES (99, life_of_database())",
        "UPDATE clearance_epoch SET life = 'x'",
        "DELETE FROM epoch_doubt",
    )
    for attempt in attempts:
        with (
            psycopg.connect(own.cluster.url(APP)) as connection,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            connection.execute(attempt)


# The drill. The record of a dose went with the disk, and the phone still showed the green light.
def test_a_go_ahead_used_after_the_moment_we_went_back_to_is_never_used_again(
    confirmed: Runtime, own: OwnDatabase, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    assert drill(own, confirmed, clock) < MOST_SECONDS
    assert "keys are not in it" in capsys.readouterr().out


def test_a_moment_that_the_archive_does_not_reach_is_refused_in_one_line(
    own: OwnDatabase, there: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert there.var_dir
    into = own.folder / "too-early"
    asked = ["--to", "2020-01-01", "--into", str(into), "--backups", str(own.folder / "backups")]
    assert restore.main(asked) == restore.CANNOT
    assert "was finished before that moment" in capsys.readouterr().err


# The files were copied back under the running service: same identity, same timeline, less record.
def test_a_database_behind_what_was_seen_of_it_gives_no_clearance(
    confirmed: Runtime, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    with confirmed.begin(SYSTEM) as work:
        epochs.bear_witness(work)
    witness = confirmed.settings.var_dir / epochs.WITNESS
    told = json.loads(witness.read_text())
    assert readiness.checks(confirmed)["epoch"] is True

    witness.write_text(json.dumps(told | {"position": told["position"] + 10**9}))
    epochs.look(confirmed)

    assert found(confirmed, select(EpochDoubt.why)) == "behind_the_witness"
    assert submit(confirmed, an_evening(confirmed)).codes == ["safety_locks_broken"]
    assert readiness.checks(confirmed)["epoch"] is False
    begin_epoch(own, monkeypatch)
    epochs.look(confirmed)
    assert readiness.checks(confirmed)["epoch"] is True


def test_a_phone_that_has_seen_more_than_the_record_stops_clearances_and_pushes_again(
    confirmed: Runtime, own: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = an_evening(confirmed)
    submit(confirmed, made)
    with confirmed.begin(made.as_patient) as work:
        newest = epochs.newest(work.session)
        cursor = feed._sealed(work, 10**6, newest)

    told = changes(confirmed, made, cursor)

    assert (told.push_again, told.durable_until) == (True, None)
    assert told.items
    assert readiness.checks(confirmed)["epoch"] is False
    begin_epoch(own, monkeypatch)


# The disk of the backups was full, and the service went down with it.
def test_an_archive_that_breaks_is_said_and_stops_nothing(
    own: OwnDatabase, there: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    away = Cluster(own.folder / "none", own.folder / "no-socket", own.cluster.bin_dir)
    wal_archive.stream_once(away, there)
    assert "trying again" in caplog.text
