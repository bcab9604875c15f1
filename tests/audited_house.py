"""A house whose trail left three checkpoints outside, on a database that tests copy and attack."""

import importlib.util
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

from models.platform.database import new_engine
from rules.terms import Role
from tests.clock import HandClock
from tests.stage import Stage
from tests.throwaway import Throwaway
from workflows import audit
from workflows.oversight import audit_export, checkpoints, holds
from workflows.people import patients
from workflows.platform.actor import Actor
from workflows.platform.postgres import APP, SUPERUSER
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT, Settings
from workflows.platform.signed_note import Signer
from workflows.preparation import intentions

CHECKPOINTS = 3
ACTS_BETWEEN = 3
VERIFIER = ROOT / "docs/audit/verify.py"


@dataclass(frozen=True)
class Audited:
    """A database with a trail, an older copy of it, and what stands outside."""

    throwaway: Throwaway
    database: str
    older: str
    outside: Path
    public_key: str
    stream: str
    patient_id: UUID
    settings: Settings

    @contextmanager
    def copied(self, older: bool = False) -> Iterator[str]:  # noqa: FBT002 - a test says older=True
        """Give a copy to do anything with."""
        number = len(os.listdir(self.outside)) + next(NUMBERS)
        name = f"tampered_{os.getpid()}_{number}"
        self.throwaway.cluster.copy_database(name, self.older if older else self.database)
        yield name
        self.throwaway.drop(name)

    def attacked(self, name: str, *statements: str) -> None:
        """Do as a superuser, whom no guard and no right stops."""
        with psycopg.connect(self.throwaway.cluster.url(SUPERUSER, name)) as connection:
            connection.execute("SET session_replication_role = replica")
            for statement in statements:
                connection.execute(statement.replace(":stream", f"'{self.stream}'"))

    def ours(self, name: str, outside: Path | None = None) -> audit.Checked:
        """Let our own verifier look."""
        with audit.snapshot(self.throwaway.cluster.url(APP, name)) as connection:
            files = audit.read_files(outside or self.outside)
            return audit.audit_check.check(connection, files, (self.public_key,))

    def theirs(self, name: str, folder: Path, outside: Path | None = None) -> list[str]:
        """Let the other verifier look at what we export."""
        with audit.snapshot(self.throwaway.cluster.url(APP, name)) as connection:
            audit_export.write(connection, folder)
        other = verifier()
        files = other.files(outside or self.outside)
        return list(other.check(folder, files, dict([other.public_key(self.public_key)])))


NUMBERS = iter(range(1, 1_000_000))


def verifier() -> Any:
    """Load the verifier that knows nothing of ours."""
    spec = importlib.util.spec_from_file_location("verify_audit", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def build(throwaway: Throwaway, settings: Settings, folder: Path) -> Audited:
    """Let people act, and a checkpoint leave the host after every few acts."""
    database = throwaway.clone("audited")
    older = f"{database}_older"
    outside = folder / "outside"
    settings = replace(
        settings,
        database_url=throwaway.cluster.url(APP, database),
        audit_sink=str(outside),
    )
    engine = new_engine(settings.database_url)
    clock = HandClock()
    runtime = Runtime(engine, clock, settings)
    stage = Stage(runtime, clock)
    for number in range(CHECKPOINTS):
        if number == CHECKPOINTS - 1:
            engine.dispose()
            throwaway.cluster.copy_database(older, database)
        _live(stage)
        checkpoints.make_checkpoint(runtime)
        checkpoints.deliver(runtime)
    engine.dispose()
    patient_id = stage.evening.patient.id
    return Audited(
        throwaway,
        database,
        older,
        outside,
        Signer.of(settings.audit_key).public_key,
        f"patient:{patient_id}",
        patient_id,
        settings,
    )


def _live(stage: Stage) -> None:
    """Let the patient hope, the coach look, and somebody be refused."""
    whom = stage.evening.patient.id
    for _ in range(ACTS_BETWEEN):
        stage.clock.advance(minutes=1)
        stage.does(stage.evening.as_coach, lambda work: patients.read_patient(work, whom))
        stage.does(
            stage.evening.as_patient, lambda work: intentions.set_words(work, whom, "Sleep.")
        )
    stage.does(stage.evening.as_coach, lambda work: holds.place_hold(work, whom, None))
    officer = Actor(stage.evening.officer.id, frozenset({Role.SAFETY_OFFICER}))
    stage.does(officer, lambda work: patients.read_patient(work, whom))
