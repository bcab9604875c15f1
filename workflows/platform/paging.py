"""How does a page leave the house when no worker takes jobs?

The request that wrote it sends it, after its commit and beside its answer, in a thread of its own.
The same message waits in the queue all the while: until `paged_until` the queue leaves it alone,
and whatever was not sent by then, because the mail server said no or this process died, it sends.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from uuid import UUID

from workflows.platform import delivery
from workflows.platform.work import Runtime

PAGES_AT_ONCE = 4
_THREADS = ThreadPoolExecutor(PAGES_AT_ONCE, thread_name_prefix="page")


def page(runtime: Runtime, notification_ids: tuple[UUID, ...]) -> list[Future[None]]:
    """Send these pages beside the answer; neither their time nor their failure touches it."""
    with suppress(RuntimeError):  # a process that is about to end takes nothing on any more
        return [_THREADS.submit(delivery.page_now, runtime, one) for one in notification_ids]
    return []
