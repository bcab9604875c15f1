"""When nobody sweeps, or no letter leaves: is it seen, and does the call climb all the same?"""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.oversight.holds import Escalation
from models.platform.database import new_sessions
from models.platform.trail import Heartbeat, Notification
from rules.terms import SubjectKind
from tests.clock import HandClock
from tests.races import until
from tests.workflows.dose.conftest import make_ready
from workflows.oversight import escalations, overdue
from workflows.platform import delivery, readiness, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT, Settings

KNOWN_TO_A_WORKER = (escalations, overdue)
NOBODY_LISTENS = "smtp://127.0.0.1:9?from=care@clinic.example"


def found(runtime: Runtime, query: object) -> object:
    with new_sessions(runtime.bind)() as session:
        return session.scalar(query)  # type: ignore[call-overload]


def test_a_dead_worker_is_named_a_minute_later(
    fresh_runtime: Runtime, settings: Settings, clock: HandClock, tmp_path: Path
) -> None:
    environ = os.environ | {
        "VIGIL_ENV": "test",
        "VIGIL_VAR": str(tmp_path),
        "DATABASE_URL": fresh_runtime.settings.database_url,
    }
    (tmp_path / "secrets").symlink_to(settings.var_dir / "secrets")
    beat = select(Heartbeat.beat_at).where(Heartbeat.name == sweep.NAME)
    worker = subprocess.Popen([sys.executable, "-m", "workflows.worker"], cwd=ROOT, env=environ)
    try:
        until(lambda: found(fresh_runtime, beat) is not None)
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    last = found(fresh_runtime, beat)

    clock.set(last + timedelta(seconds=59))  # type: ignore[operator]
    assert all(readiness.checks(fresh_runtime).values())
    clock.set(last + timedelta(seconds=61))  # type: ignore[operator]
    missing = [name for name, well in readiness.checks(fresh_runtime).items() if not well]
    assert missing == ["sweep"]


# The mail server was down for a night, and so was everything that waited for an answer.
def test_a_call_climbs_though_no_letter_leaves_the_house(
    fresh_runtime: Runtime, clock: HandClock
) -> None:
    fresh_runtime.settings = replace(fresh_runtime.settings, smtp_url=NOBODY_LISTENS)
    with new_sessions(fresh_runtime.bind)() as session:
        made = make_ready(session, clock)
    with fresh_runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        subject = (SubjectKind.DOSE_SESSION, made.session.id)
        escalations.raise_one(work, "monitor_check_missed", subject=subject)
    first = found(fresh_runtime, select(Escalation.rung))
    letter = found(fresh_runtime, select(Notification.id).limit(1))

    with pytest.raises(delivery.NotDelivered):
        delivery.deliver(fresh_runtime, str(letter))
    clock.advance(hours=1)
    sweep.run_once(fresh_runtime)

    assert found(fresh_runtime, select(Escalation.rung)) > first  # type: ignore[operator]
    sent = select(func.count()).where(Notification.sent_at.is_not(None))
    assert found(fresh_runtime, sent) == 0
    tried = select(Notification.failed_attempts).where(Notification.id == letter)
    assert found(fresh_runtime, tried) == 1
