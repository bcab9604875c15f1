"""Does a real worker on a real queue survive its own death, notice silence and stop cleanly?"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, select, text

from models.oversight.holds import Escalation
from models.platform.database import new_sessions
from models.platform.trail import Deadline, Heartbeat, Notification
from rules.terms import Role
from tests.factories.dose import a_monitored_session
from tests.factories.people import a_user
from tests.mail_server import MailServer, a_mail_server
from workflows import worker
from workflows.dose import watch
from workflows.platform import delivery, notifications
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT

PATIENCE_SECONDS = 40
# The same worker, which only gives up on the dead a little sooner.
IMPATIENT = (
    "import sys; from workflows import worker; worker.BEAT_SECONDS = 0.2;"
    " worker.DEAD_AFTER_SECONDS = 1.0; sys.exit(worker.main())"
)
# By its whole name: at some minutes of the hour the worker hands in other work by itself.
LETTER_JOB = text("SELECT status FROM procrastinate_jobs WHERE task_name = 'deliver_notification'")


@pytest.fixture
def post() -> Iterator[MailServer]:
    with a_mail_server() as server:
        yield server


@pytest.fixture
def environ(fresh_database, settings, tmp_path, post) -> dict[str, str]:
    """Give a worker's environment; its clock stands years after everything in the tests."""
    moved = tmp_path / "clock"
    moved.write_text(str(60 * 60 * 24 * 3650))
    return os.environ | {
        "VIGIL_ENV": "test",
        "VIGIL_VAR": str(settings.var_dir),
        "VIGIL_TEST_CLOCK": str(moved),
        "DATABASE_URL": fresh_database,
        "VIGIL_SMTP_URL": post.url,
    }


@contextmanager
def a_worker(environ) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", IMPATIENT], cwd=ROOT, env=environ)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(fresh_runtime, question) -> None:
    """Wait for the other process; the database, not a clock, says when."""
    pause = threading.Event()
    for _ in range(PATIENCE_SECONDS * 10):
        with new_sessions(fresh_runtime.bind)() as session:
            if question(session):
                return
        pause.wait(0.1)
    pytest.fail("the worker did not do it in time")


def test_a_job_whose_worker_was_killed_is_done_by_the_next_one(fresh_runtime, clock, environ, post):
    post.keeps_waiting = True
    with new_sessions(fresh_runtime.bind)() as session:
        person = a_user(session, clock.now(), Role.COACH)
        session.commit()
    with fresh_runtime.begin(SYSTEM) as work:
        notice = notifications.tell(work, person.id, "something_new")
    with a_worker(environ) as first:
        assert post.reached.wait(PATIENCE_SECONDS)
        first.send_signal(signal.SIGKILL)
        first.wait()
    with new_sessions(fresh_runtime.bind)() as session:
        assert session.scalars(select(Notification.sent_at)).one() is None
        assert session.scalars(LETTER_JOB).one() == "doing"
    post.keeps_waiting = False
    with a_worker(environ) as second:
        until(fresh_runtime, lambda session: session.scalars(select(Notification.sent_at)).one())
        second.send_signal(signal.SIGTERM)
        assert second.wait(PATIENCE_SECONDS) == 0
    assert str(notice.id) in [letter[delivery.MAIL_HEADER] for letter in post.letters]
    with new_sessions(fresh_runtime.bind)() as session:
        assert session.scalars(LETTER_JOB).all() == []  # what is done is not kept


def test_a_worker_notices_silence_by_itself_and_stops_when_asked(
    fresh_runtime, clock, environ, post
):
    with new_sessions(fresh_runtime.bind)() as session:
        made = a_monitored_session(session, clock.now())
        session.commit()
    with fresh_runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        watch.start_watch(work, made.dose_session)
    with a_worker(environ) as worker:
        until(fresh_runtime, lambda session: session.scalars(select(Notification.sent_at)).first())
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE_SECONDS) == 0
    with new_sessions(fresh_runtime.bind)() as session:
        assert "monitor_check_missed" in session.scalars(select(Escalation.code)).all()
        assert session.scalars(select(Deadline).where(Deadline.missed_at.is_not(None))).all()
        assert session.scalars(select(Heartbeat.name)).all() == ["sweep"]


def test_a_worker_without_a_database_says_so_in_one_line():
    environ = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "workflows.worker"],
        cwd=ROOT,
        env=environ | {"VIGIL_ENV": "test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "DATABASE_URL" in done.stderr


def test_a_worker_says_at_its_start_how_many_numbers_wait(runtime, capsys):
    worker.say_what_waits(runtime)
    assert "numbers wait for the medical director" in capsys.readouterr().out


def test_a_worker_whose_database_is_away_says_nothing_and_goes_on(settings, clock, capsys):
    nowhere = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    worker.say_what_waits(Runtime(nowhere, clock, settings))
    assert capsys.readouterr().out == ""
