"""Does a database that went back in time revive no go-ahead, and lose nothing from before?"""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance, DoseTaken
from models.oversight.holds import Escalation, Hold
from models.people.accounts import LoginSession
from models.platform.database import new_engine, new_sessions
from models.platform.epochs import EpochDoubt
from rules.terms import SessionState
from tests.api.conftest import token_for
from tests.chaos.own_database import OwnDatabase, own_database
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.throwaway import Throwaway
from tests.workflows.dose.conftest import make_ready, submit
from workflows import backup, epoch, restore, wal_archive
from workflows.dose import start
from workflows.dose.start import TakenDose
from workflows.oversight import feed
from workflows.platform import backups, epochs, readiness
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import RestoredSince
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

PATIENCE_SECONDS = 20


@contextmanager
def serving(url: str, settings: Settings, clock: HandClock) -> Iterator[Runtime]:
    """Serve from a database for a while."""
    engine = new_engine(url)
    yield Runtime(engine, clock, settings)
    engine.dispose()


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
    var_dir = own.folder / "var"
    shutil.copytree(settings.var_dir / "secrets", var_dir / "secrets", dirs_exist_ok=True)
    (var_dir / "clock").write_text(str((clock.now() - datetime.now(UTC)).total_seconds()))
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "VIGIL_BACKUP_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIL_ENV", "test")
    monkeypatch.setenv("VIGIL_VAR", str(var_dir))
    monkeypatch.setenv("VIGIL_TEST_CLOCK", str(var_dir / "clock"))
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


def begin_epoch(own: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as told:
        told.setenv("DATABASE_URL", own.cluster.url(APP))
        told.setenv("MIGRATION_DATABASE_URL", own.cluster.url(OWNER))
        assert epoch.main([]) == epoch.NOT_CONFIRMED
        assert epoch.main(["--begin"]) == epoch.IN_FORCE
        assert epoch.main([]) == epoch.IN_FORCE


def an_evening(runtime: Runtime) -> Evening:
    with new_sessions(runtime.bind)() as session:
        return make_ready(session, HandClock(runtime.clock.now()))


def take(runtime: Runtime, made: Evening, clearance_id: UUID | None) -> DoseTaken:
    assert clearance_id is not None
    with runtime.begin(made.as_patient) as work:
        return start.start(work, made.session.id, clearance_id)


def changes(runtime: Runtime, made: Evening, cursor: str | None) -> feed.Changes:
    with runtime.begin(made.as_patient) as work:
        return feed.follow(work, cursor, 100)


def found(runtime: Runtime, query: object) -> object:
    with new_sessions(runtime.bind)() as session:
        return session.scalar(query)  # type: ignore[call-overload]


def now_by(cluster: Cluster) -> datetime:
    """Ask the database what time it is, with a little quiet around it."""
    time.sleep(0.05)
    told = cluster.sql("SELECT extract(epoch FROM clock_timestamp())")
    time.sleep(0.05)
    return datetime.fromtimestamp(float(told), UTC)


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


@dataclass(frozen=True, slots=True)
class Lost:
    """An evening that went on after the moment to which we go back."""

    made: Evening
    clearance_id: UUID
    moment: datetime
    before: feed.Changes
    after: feed.Changes


def a_dose_that_will_be_lost(runtime: Runtime, cluster: Cluster) -> Lost:
    made = an_evening(runtime)
    clearance_id = submit(runtime, made).clearance_id
    for person in (made.as_prescriber, made.as_patient):
        token_for(runtime, person.person)
    before = changes(runtime, made, None)
    moment = now_by(cluster)
    take(runtime, made, clearance_id)
    after = changes(runtime, made, before.cursor)
    assert clearance_id is not None
    assert after.items
    return Lost(made, clearance_id, moment, before, after)


# The drill. The record of a dose went with the disk, and the phone still showed the green light.
def test_a_go_ahead_used_after_the_moment_we_went_back_to_is_never_used_again(
    confirmed: Runtime, own: OwnDatabase, clock: HandClock, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = own.folder / "backups"
    with archived(own, kept):
        assert backup.main(["--into", str(kept)]) == 0
        assert "keys are not in it" in capsys.readouterr().out
        while now_by(own.cluster) < backups.newest(kept, None).finished_at:
            pass
        lost = a_dose_that_will_be_lost(confirmed, own.cluster)

    into = own.folder / "restored"
    asked = ["--to", lost.moment.isoformat(), "--into", str(into), "--backups", str(kept)]
    assert restore.main(asked) == restore.WHOLE

    with restored(into, confirmed.settings, clock) as then:
        with pytest.raises(RestoredSince) as refused:
            take(then, lost.made, lost.clearance_id)
        assert "already took" in refused.value.detail
        _somebody_goes_looking(then, lost)
        _only_who_is_in_a_watch_stays_signed_in(then, lost.made)
        _the_phone_pushes_again(then, lost, clock)


def _somebody_goes_looking(then: Runtime, lost: Lost) -> None:
    session_id = lost.made.session.id
    taken = select(func.count()).select_from(DoseTaken)
    assert found(then, taken.where(DoseTaken.dose_session_id == session_id)) == 0
    assert found(then, select(Clearance.void_reason).where(Clearance.id == lost.clearance_id))
    state = select(DoseSession.state).where(DoseSession.id == session_id)
    assert found(then, state) is SessionState.UNACCOUNTED
    held = select(Hold.code).where(Hold.subject_id == session_id)
    called = select(Escalation.code).where(Escalation.subject_id == session_id)
    assert (found(then, held), found(then, called)) == ("session_unaccounted",) * 2


def _only_who_is_in_a_watch_stays_signed_in(then: Runtime, made: Evening) -> None:
    signed_in = select(func.count()).where(LoginSession.revoked_at.is_(None))
    people = (made.as_patient, made.as_prescriber)
    stay = [found(then, signed_in.where(LoginSession.user_id == one.person)) for one in people]
    assert stay == [1, 0]


def _the_phone_pushes_again(then: Runtime, lost: Lost, clock: HandClock) -> None:
    again = changes(then, lost.made, lost.after.cursor)
    assert again.push_again
    assert again.durable_until is not None
    assert again.durable_until >= clock.now()
    assert {event.id for event in lost.before.items} <= {event.id for event in again.items}
    assert not changes(then, lost.made, again.cursor).push_again


@contextmanager
def archived(own: OwnDatabase, into: Path) -> Iterator[None]:
    """Stream the log beside the service, and stop when all of it has arrived."""
    with subprocess.Popen(backups.stream_log(own.cluster, into)) as stream:
        yield
        until = own.cluster.sql("SELECT pg_current_wal_flush_lsn()")
        arrived = (
            f"SELECT coalesce(bool_or(flush_lsn >= '{until}'), false) FROM pg_stat_replication"
        )
        end = time.monotonic() + PATIENCE_SECONDS
        while own.cluster.sql(arrived) != "t" and time.monotonic() < end:
            time.sleep(0.05)
        stream.terminate()


@contextmanager
def restored(into: Path, settings: Settings, clock: HandClock) -> Iterator[Runtime]:
    """Serve what was restored."""
    cluster = Cluster.of_checkout(into)
    cluster.start()
    try:
        with serving(cluster.url(APP), settings, clock) as runtime:
            yield runtime
    finally:
        cluster.stop()


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
