"""Is every silence during a dose noticed in time, though workers die and the clock jumps?

Many patients have taken their dose and nobody looks. Real workers are killed in the middle of
whatever they do, and the clock that all of them read jumps over minutes and sometimes back. Each
look that was missed must have called somebody within a minute of real time after the clock first
said that it was late. Clinicians answer what has climbed to them. So that hours may pass in
minutes without asking of two workers what no house asks, no more than a ward of patients is
silent at once, and the clock does not jump on while many looks still wait.
`make chaos ARGS="--only looks --tries 1000"`
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy import Select, exists, func, select

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Escalation
from models.platform.database import new_engine, new_sessions
from models.platform.trail import Deadline, Notification
from rules.limits import LIMITS
from rules.terms import DeadlineKind, Rung
from tests.chaos.story_clock import JumpingClock
from tests.clock import START
from tests.factories.dose import a_monitored_session, a_shift
from workflows.dose import watch
from workflows.oversight import escalations
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT, Settings

MOST_LATE_S = 60.0
WORKERS = 2
CHECKS_EACH = int(LIMITS.monitoring / LIMITS.check_every)
WARD = 25
STILL_WAITING = 10
FROZEN = "from workflows.platform import sweep; sweep.overdue = lambda work: [];"
WORKER = "import sys; from workflows import worker; sys.exit(worker.main())"


@dataclass(frozen=True, slots=True)
class Trial:
    """How much is missed, by which chance, and how long we wait for the last one."""

    checks: int = 1000
    seed: int = 1
    checks_each: int = CHECKS_EACH
    sweeps: bool = True
    patience_s: float = MOST_LATE_S


@dataclass(slots=True)
class Figures:
    """What came of it."""

    checks: int
    escalated: int = 0
    within_60_s: int = 0
    called_nobody: int = 0
    slowest_s: float = 0.0
    workers_killed: int = 0
    clock_jumps: int = 0
    jumps_back: int = 0
    took_s: float = 0.0
    late: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Say whether every single one was noticed in time."""
        return self.within_60_s == self.checks and self.called_nobody == 0


class Crew:
    """The workers; one of them dies now and then, and another one comes."""

    def __init__(self, environ: dict[str, str], trial: Trial) -> None:
        """Start them."""
        self._code = WORKER if trial.sweeps else FROZEN + WORKER
        self._environ = environ
        self._alive = [self._another() for _ in range(WORKERS)]
        self.killed = 0

    def lose(self, which: int) -> None:
        """Kill one without a word, and let another one begin."""
        self._alive[which].kill()
        self._alive[which].wait()
        self._alive[which] = self._another()
        self.killed += 1

    def end(self) -> None:
        """Kill them all."""
        for process in self._alive:
            process.kill()
            process.wait()

    def _another(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", self._code],
            cwd=ROOT,
            env=self._environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


class Proof:
    """One trial on one database."""

    def __init__(self, url: str, settings: Settings, clock: JumpingClock, trial: Trial) -> None:
        """Take a fresh database that nobody else uses."""
        self.clock, self.trial = clock, trial
        self.chance = Random(trial.seed)  # noqa: S311 - chance, not a secret
        self.settings = replace(settings, database_url=url, test_clock=clock.path)
        self._engine = new_engine(url)
        self.house = Runtime(self._engine, clock, self.settings)
        self._sessions = new_sessions(self._engine)
        self._clinicians: dict[UUID, Actor] = {}
        self._due: dict[UUID, datetime] = {}
        self._seen: dict[UUID, float] = {}
        self._back = 0

    def play(self) -> Figures:
        """Let everybody be silent, kill and jump, and say what was noticed."""
        began = time.monotonic()
        self._take_doses()
        crew = Crew(self._environ(), self.trial)
        try:
            self._disturb(crew)
        finally:
            crew.end()
        figures = self._figures(crew)
        figures.took_s = round(time.monotonic() - began, 1)
        self._engine.dispose()
        return figures

    @property
    def noticed(self) -> int:
        """Count the looks for which somebody was called until now."""
        return len(self._seen)

    def _environ(self) -> dict[str, str]:
        return os.environ | {
            "VIGIL_ENV": "test",
            "VIGIL_VAR": str(self.settings.var_dir),
            "VIGIL_TEST_CLOCK": str(self.clock.path),
            "DATABASE_URL": self.settings.database_url,
        }

    def _take_doses(self) -> None:
        """Let patients take their dose, one after the other, and remember when looks are late."""
        trial = self.trial
        patients = -(-trial.checks // trial.checks_each)
        spread = max(LIMITS.check_every, (patients / WARD - 1) * LIMITS.monitoring)
        with self._sessions() as session:
            for number in range(patients):
                taken_at = self.clock.now() + spread * self.chance.random()
                made = a_monitored_session(session, taken_at)
                if not number:
                    a_shift(session, made.prescriber, START - timedelta(days=1), hours=24 * 30)
                session.commit()
                self._clinicians[made.patient.id] = made.as_prescriber
                with self.house.begin(SYSTEM) as work:
                    work.subject = made.patient.id
                    watch.start_watch(work, work.session.get_one(DoseSession, made.dose_session.id))
            looks = _first_looks(trial.checks_each).limit(trial.checks)
            self._due = {one: at + LIMITS.check_grace for one, at in session.execute(looks)}

    def _disturb(self, crew: Crew) -> None:
        """Jump and kill by chance until everything was noticed, or a minute too long has passed."""
        last = max(self._due.values())
        while len(self._seen) < len(self._due):
            time.sleep(0.2)
            self._look()
            waited = self.clock.first_said(last)
            if waited is not None and time.monotonic() > waited + self.trial.patience_s:
                return
            if self.chance.random() < 0.04:
                crew.lose(self.chance.randrange(WORKERS))
            if self.chance.random() < 0.2:
                self._answer()
            if waited is None and self._waiting() < STILL_WAITING and self.chance.random() < 0.25:
                self._jump()

    def _waiting(self) -> int:
        """Count the looks that are late and that nobody noticed yet."""
        now = self.clock.now()
        return sum(due <= now and one not in self._seen for one, due in self._due.items())

    def _answer(self) -> None:
        """Let clinicians take on what has climbed to them; the next silence is called anew."""
        top = select(Escalation.id, Escalation.patient_id).where(
            Escalation.acknowledged_at.is_(None), Escalation.rung >= Rung.ON_CALL_CLINICIAN.value
        )
        with self._sessions() as session:
            waiting = session.execute(top).all()
        for one, patient in waiting:
            with self.house.begin(self._clinicians[patient]) as work:
                escalations.acknowledge(work, one)

    def _jump(self) -> None:
        """Jump over minutes, as after a suspended machine; one in five goes back a little."""
        if self.chance.random() < 0.2:
            self._back += 1
            self.clock.jump(-timedelta(seconds=self.chance.randint(5, 120)))
        else:
            self.clock.jump(timedelta(seconds=self.chance.randint(30, 900)))

    def _look(self) -> None:
        """Note on the real clock what others can see now: a call, and the look it was for."""
        with self._sessions() as session:
            found = session.scalars(_escalated([*self._due.keys() - self._seen.keys()])).all()
        for one in found:
            self._seen.setdefault(one, time.monotonic())

    def _figures(self, crew: Crew) -> Figures:
        self._look()
        delays = {one: self._delay(one) for one in self._due}
        known = [delay for delay in delays.values() if delay is not None]
        with self._sessions() as session:
            missed = session.scalar(_noticed(list(self._due))) or 0
        late = [one for one, delay in delays.items() if delay is None or delay > MOST_LATE_S]
        return Figures(
            checks=len(self._due),
            escalated=len(self._seen),
            within_60_s=len(self._due) - len(late),
            called_nobody=missed - len(self._seen),
            slowest_s=round(max(known, default=0.0), 1),
            workers_killed=crew.killed,
            clock_jumps=self.clock.jumps,
            jumps_back=self._back,
            late=[str(one) for one in late[:10]],
        )

    def _delay(self, one: UUID) -> float | None:
        came, seen = self.clock.first_said(self._due[one]), self._seen.get(one)
        return None if came is None or seen is None else max(0.0, seen - came)


def _first_looks(each: int) -> Select[tuple[UUID, datetime]]:
    """Find the looks that are asked for, as many for each dose, earliest first."""
    turn = func.row_number().over(partition_by=Deadline.subject_id, order_by=Deadline.due_at)
    looks = select(Deadline.id, Deadline.due_at, turn.label("turn")).where(
        Deadline.kind == DeadlineKind.MONITOR_CHECK
    )
    asked = looks.subquery()
    return select(asked.c.id, asked.c.due_at).where(asked.c.turn <= each).order_by(asked.c.due_at)


def _escalated(asked: list[UUID]) -> Select[tuple[UUID]]:
    """Find the looks that were missed and for which somebody was told in the same transaction."""
    told = exists().where(
        Notification.subject_id == Escalation.id, Notification.created_at == Deadline.missed_at
    )
    return (
        select(Deadline.id)
        .join(Escalation, Escalation.subject_id == Deadline.subject_id)
        .where(Deadline.id.in_(asked), Escalation.code == "monitor_check_missed", told)
        .distinct()
    )


def _noticed(asked: list[UUID]) -> Select[tuple[int]]:
    return (
        select(func.count())
        .select_from(Deadline)
        .where(Deadline.id.in_(asked), Deadline.missed_at.is_not(None))
    )
