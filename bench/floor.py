"""What could nobody be faster than? The same statements sent by PostgreSQL's own pgbench.

No HTTP, no token, no rules, no JSON: fewest round trips, prepared, on the database of the others.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench import measure
from bench.ground import Ground
from bench.peers.start import database_of
from bench.rounds import MILLI, Plan, Turn
from workflows.platform.postgres import SUPERUSER

SCRIPTS = Path(__file__).parent / "peers" / "floor"
NAME = "floor"
THREADS = 2
MICRO = 1_000  # microseconds of pgbench's log in a millisecond


@dataclass(frozen=True, slots=True)
class Floor:
    """pgbench on the small schema of the others."""

    ground: Ground
    patients: int

    def has(self, what: str) -> bool:
        """Say whether there is a script for this request, and a pgbench to run it."""
        program = self.ground.cluster.bin_dir / "pgbench"
        return program.exists() and (SCRIPTS / f"{what}.sql").exists()

    def turn(self, plan: Plan, what: str, number: int) -> Turn:
        """Run a script as often as the others are asked, by as many connections."""
        each = max(1, plan.count // plan.connections)
        database = database_of(self.patients)
        before = measure.spent_and_gone(plan.postmaster, database)
        with tempfile.TemporaryDirectory() as folder:
            told = self.ground.cluster.run("pgbench", *self._options(plan, what, each, folder))
            waits = sorted(
                int(line.split()[2]) / MICRO
                for log in Path(folder).iterdir()
                for line in log.read_text().splitlines()
            )
        cost = measure.spent_and_gone(plan.postmaster, database) - before
        count = max(1, len(waits))
        return Turn(
            what=what,
            who=NAME,
            round=number,
            loop="closed",
            count=count,
            wrong=0,
            rate=_rate(told),
            p50_ms=waits[count // 2],
            p99_ms=waits[min(count - 1, count * 99 // 100)],
            server_ms=0.0,
            database_ms=MILLI * cost.database / count,
            memory_mb=0.0,
        )

    def _options(self, plan: Plan, what: str, each: int, folder: str) -> list[str | Path]:
        how = ["-n", "-M", "prepared", "-c", str(plan.connections), "-j", str(THREADS)]
        much = ["-t", str(each), "-D", f"patients={self.patients}", "-l"]
        much += [f"--log-prefix={folder}/log"]
        where = ["-h", str(self.ground.cluster.socket_dir), "-U", SUPERUSER]
        return [*how, *much, "-f", SCRIPTS / f"{what}.sql", *where, database_of(self.patients)]


def _rate(told: str) -> float:
    line = next(line for line in told.splitlines() if line.startswith("tps = "))
    return float(line.split()[2])
