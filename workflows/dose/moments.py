"""When did it happen, if the phone says one thing and our own clock another?"""

from datetime import datetime

from workflows.platform.work import Work


def happened_at(work: Work, device_at: datetime | None) -> datetime:
    """Believe a phone about the past, never about the future; without its word, it is now."""
    return work.now if device_at is None else min(device_at, work.now)
