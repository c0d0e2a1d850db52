"""The jobs of the channels, and the thread that runs them: procrastinate wakes, the domain's rows are the truth."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable

from django.db import DatabaseError, close_old_connections
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from guichet.channels import ledger_acts, outbox
from guichet.channels.email.sending import house
from guichet.channels.importing import run as importing
from guichet.tickets import bulk
from guichet.tickets.actions import bring_back_due, hand_on_absent
from guichet.tickets.search import files, indexing

THREADS = 4
SWEEP_EVERY = 2.0  # seconds: so late may an answer leave, or a ticket come back, whose time has come
APART = 0.3  # seconds between the beginnings of what runs beside the jobs
STALLED_AFTER = 30.0  # seconds without a heartbeat of the job's worker
KEEP_FAILED_HOURS = 30 * 24
GRACE = 8.0  # seconds that running jobs have when the worker stops; what is cut off then is found by the sweeper
log = logging.getLogger(__name__)


@app.task(name=outbox.JOB)
def send_inbox(inbox_id: int) -> None:
    outbox.send_inbox(inbox_id)


@app.task(name=importing.JOB)
def import_mail(import_id: int) -> None:
    importing.take_turn(import_id)


@app.task(name=bulk.JOB)
def run_bulk(run_id: int) -> None:
    bulk.work(run_id)


# 3 s, 9 s, 27 s ... up to 16 hours: an invitation is good for three days.
@app.task(name=house.JOB, retry=RetryStrategy(max_attempts=10, exponential_wait=3))
def send_house_mail(sealed: str) -> None:
    house.deliver(sealed)


@app.periodic(cron="17 3 * * *")
@app.task(pass_context=True)
async def purge_jobs(context: JobContext, timestamp: int) -> None:
    """Finished jobs go at once; those that failed are kept for a month."""
    await context.app.job_manager.delete_old_jobs(
        nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def run_jobs(stopping: threading.Event) -> None:
    """Run procrastinate, sweeper and indexer until `stopping` is set, through restarts of the database. Blocks."""
    works = {"sweeper": _sweep_on, "indexer": indexing.run, "file reader": files.run}
    beside = [
        threading.Thread(target=_begin, args=(work, place * APART, stopping), name=name, daemon=True)
        for place, (name, work) in enumerate(works.items(), 1)
    ]
    for thread in beside:
        thread.start()
    while not stopping.is_set():
        try:
            asyncio.run(_work(stopping))
        except Exception:
            # Whatever ended it, most likely the database: rows and jobs are still there.
            log.exception("the job runner stopped and begins again")
            stopping.wait(1.0)
    for thread in beside:
        thread.join(timeout=1.0)


def _begin(work: Callable[[threading.Event], None], after: float, stopping: threading.Event) -> None:
    """One after the other: at rest they share a connection, and all at once would open one each."""
    if not stopping.wait(after):
        work(stopping)


async def _work(stopping: threading.Event) -> None:
    # An app of its own: `replace_connector` would give this loop's connector to every thread that defers a job.
    runner = app.with_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=3))
    async with runner.open_async():
        await _revive(runner)
        worker = asyncio.create_task(
            runner.run_worker_async(
                concurrency=THREADS,
                install_signal_handlers=False,
                delete_jobs="successful",
                shutdown_graceful_timeout=GRACE,
                stalled_worker_timeout=STALLED_AFTER,
            )
        )
        revived_at = time.monotonic()
        while not stopping.is_set() and not worker.done():
            await asyncio.wait([worker], timeout=0.2)
            if time.monotonic() - revived_at > STALLED_AFTER:
                await _revive(runner)
                revived_at = time.monotonic()
        if not worker.done():
            worker.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await worker


async def _revive(runner: App) -> None:
    """Jobs of workers that died: the house's own mail is tried again; all others are only wakes and may go."""
    for job in await runner.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER):
        if job.task_name == house.JOB:
            await runner.job_manager.retry_job(job)
        else:
            await runner.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)


def _sweep_on(stopping: threading.Event) -> None:
    """Beside procrastinate and not in it: no lost job, lock or worker of its may stop this."""
    while not stopping.is_set():
        for sweep in (outbox.sweep, importing.sweep, ledger_acts.sweep, bulk.sweep, hand_on_absent, bring_back_due):
            try:
                sweep()
            except DatabaseError as error:
                log.warning("nothing was swept: %s", str(error).strip())
            except Exception:
                log.exception("the sweeper failed and goes on")
        close_old_connections()
        stopping.wait(SWEEP_EVERY)
