"""Who delivers messages and notices silence? `python -m workflows.worker`, one or many."""

import asyncio
import contextlib
import logging
import signal
import sys

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout
from sqlalchemy.exc import SQLAlchemyError

from workflows.aftercare import instruments_due
from workflows.dose import late_waits, watch
from workflows.oversight import (
    break_glass,
    checkpoints,
    escalations,
    overdue,
    unreached,
    webhook_delivery,
)
from workflows.plan import endings
from workflows.platform import delivery, jobs, locks, message_rounds, parameters, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import Refusal
from workflows.platform.runtime import open_house
from workflows.platform.settings import Settings, SettingsRefused
from workflows.platform.work import Runtime

# Whoever declares a job or watches a deadline is loaded here: what a worker does not know, nobody
# does.
KNOWN = (
    break_glass,
    checkpoints,
    delivery,
    endings,
    escalations,
    instruments_due,
    late_waits,
    locks,
    message_rounds,
    overdue,
    sweep,
    unreached,
    watch,
    webhook_delivery,
)

JOBS_AT_ONCE = 4
BEAT_SECONDS = 2.0
DEAD_AFTER_SECONDS = 8.0
STOP_WITHIN_SECONDS = 8.0
AGAIN_AFTER_SECONDS = 2.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
LOST_CONNECTION = (psycopg.Error, ConnectorException, PoolTimeout, OSError)
log = logging.getLogger(__name__)


@jobs.app.periodic(cron="* * * * * */5")
@jobs.app.task(name="retry_stalled", queueing_lock="retry_stalled", priority=jobs.BEFORE_OTHERS)
async def retry_stalled(timestamp: int) -> None:  # noqa: ARG001 - which tick it was does not matter
    """Give back to the queue what a dead worker had begun."""
    queue = jobs.app.job_manager
    await queue.prune_stalled_workers(DEAD_AFTER_SECONDS)
    for job in await queue.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        try:
            await queue.retry_job(job)
        except ConnectorException:  # the same thing already waits in the queue again
            await queue.finish_job(job, procrastinate.jobs.Status.FAILED, delete_job=True)


async def work_until_asked(house: Runtime) -> None:
    """Work until a signal asks to stop; finish what has begun, find a lost database again."""
    asked = asyncio.Event()
    for number in STOP_SIGNALS:
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    while not asked.is_set():
        working = asyncio.create_task(_work(house))
        waiting = asyncio.create_task(asked.wait())
        await asyncio.wait({working, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await _end(working)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), AGAIN_AFTER_SECONDS)


async def _work(house: Runtime) -> None:
    url = house.settings.database_url.replace("+psycopg", "", 1)
    connector = procrastinate.PsycopgConnector(
        conninfo=url, min_size=1, max_size=JOBS_AT_ONCE, kwargs={"application_name": "vigil-worker"}
    )
    with jobs.app.replace_connector(connector) as app:
        async with app.open_async():
            await app.run_worker_async(
                concurrency=JOBS_AT_ONCE,
                install_signal_handlers=False,
                delete_jobs="successful",
                update_heartbeat_interval=BEAT_SECONDS,
                stalled_worker_timeout=DEAD_AFTER_SECONDS,
                shutdown_graceful_timeout=STOP_WITHIN_SECONDS,
                fetch_job_polling_interval=1.0,
                additional_context={"runtime": house},
            )


async def _end(working: asyncio.Task[None]) -> None:
    working.cancel()
    try:
        await working
    except asyncio.CancelledError:
        return
    except LOST_CONNECTION:
        log.warning("the database went away; trying again")


def say_what_waits(house: Runtime) -> None:
    """Say how many numbers nobody signed, in production too: they are safe, and not to be missed.

    A database that is away keeps nobody from working; it is looked for again.
    """
    with contextlib.suppress(SQLAlchemyError, Refusal), house.begin(SYSTEM) as work:
        notice = parameters.notice(work.session, work.now)
        sys.stdout.write(f"vigil: {notice}\n")
        sys.stdout.flush()


def _with_a_worker(settings: Settings) -> Settings:
    """Refuse a sandbox: there, what a worker would do is done when the clock is moved."""
    if settings.is_sandbox:
        raise SettingsRefused("A sandbox has no worker; move its clock instead.")
    return settings


def main() -> int:
    """Work until asked to stop; say in one line why, if it cannot be."""
    logging.basicConfig(level=logging.WARNING, format="vigil worker: %(message)s")
    try:
        house = open_house(_with_a_worker(Settings.from_env()))
    except SettingsRefused as reason:
        sys.stderr.write(f"vigil: {reason}\n")
        return 1
    say_what_waits(house)
    asyncio.run(work_until_asked(house))
    return 0


if __name__ == "__main__":
    sys.exit(main())
