"""The disk is lost and we go back to a moment before: how long does it take, and what revives?

A go-ahead that was used after that moment is refused with the reason, somebody goes looking for the
dose that the record has forgotten, and phones push again what they hold.
"""

import contextlib
import io
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance, DoseTaken
from models.oversight.holds import Escalation, Hold
from models.people.accounts import LoginSession
from models.platform.database import new_engine, new_sessions
from rules.terms import SessionState
from tests.api.conftest import token_for
from tests.chaos.own_database import OwnDatabase, own_database
from tests.chaos.trials import Ground, Outcome, trial
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import make_ready, submit
from workflows import backup, epoch, restore
from workflows.dose import start
from workflows.oversight import feed
from workflows.platform import backups
from workflows.platform.errors import RestoredSince
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings

PATIENCE_SECONDS = 20
MOST_SECONDS = 60


@trial(
    "restore drill",
    "the house is back within a minute, no used go-ahead lives again, and phones push again",
    usual=1,
    long=10,
)
def restore_often(ground: Ground, tries: int) -> Outcome:
    """Back up, go on, lose everything and go back to a moment in between."""
    found, clock = ground.outcome(tries), HandClock()
    slowest = 0.0
    for number in range(tries):
        with (
            own_database(ground.throwaway) as own,
            pytest.MonkeyPatch.context() as environment,
            contextlib.redirect_stdout(io.StringIO()),
        ):
            let_commands_find(own, ground.settings, clock, environment)
            with serving(own.cluster.url(APP), own.settings(ground.settings), clock) as runtime:
                begin_epoch(own, environment)
                try:
                    seconds = drill(own, runtime, clock)
                except AssertionError as otherwise:
                    found.broken.append(f"try {number}: {otherwise}")
                    continue
        found.count("go-aheads that stayed used")
        found.insist(seconds < MOST_SECONDS, f"try {number}: it took {seconds:.0f} s")
        slowest = max(slowest, seconds)
        found.done += 1
    found.count("seconds at most until it served again", round(slowest))
    return found


def let_commands_find(
    own: OwnDatabase, settings: Settings, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let commands find this server, its keys and this clock."""
    var_dir = own.folder / "var"
    shutil.copytree(settings.var_dir / "secrets", var_dir / "secrets", dirs_exist_ok=True)
    (var_dir / "clock").write_text(str((clock.now() - datetime.now(UTC)).total_seconds()))
    for name in ("DATABASE_URL", "MIGRATION_DATABASE_URL", "VIGIL_BACKUP_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VIGIL_ENV", "test")
    monkeypatch.setenv("VIGIL_VAR", str(var_dir))
    monkeypatch.setenv("VIGIL_TEST_CLOCK", str(var_dir / "clock"))


@contextmanager
def serving(url: str, settings: Settings, clock: HandClock) -> Iterator[Runtime]:
    """Serve from a database for a while."""
    engine = new_engine(url)
    yield Runtime(engine, clock, settings)
    engine.dispose()


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


def drill(own: OwnDatabase, confirmed: Runtime, clock: HandClock) -> float:
    """Copy, go on, lose the disk, go back to a moment before; give the seconds until we serve."""
    kept = own.folder / "backups"
    with archived(own, kept):
        assert backup.main(["--into", str(kept)]) == 0
        while now_by(own.cluster) < backups.newest(kept, None).finished_at:
            pass
        lost = a_dose_that_will_be_lost(confirmed, own.cluster)

    into = own.folder / "restored"
    asked = ["--to", lost.moment.isoformat(), "--into", str(into), "--backups", str(kept)]
    began = time.monotonic()
    assert restore.main(asked) == restore.WHOLE

    with restored(into, confirmed.settings, clock) as then:
        with pytest.raises(RestoredSince) as refused:
            take(then, lost.made, lost.clearance_id)
        seconds = time.monotonic() - began
        assert "already took" in refused.value.detail
        _somebody_goes_looking(then, lost)
        _only_who_is_in_a_watch_stays_signed_in(then, lost.made)
        _the_phone_pushes_again(then, lost, clock)
    return seconds


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
