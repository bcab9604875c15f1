"""When does the monitoring form of an in-office session fall due, and when is the site reminded?"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.limits import Limits


def monitoring_form_due_at(treated_on: date, zone: ZoneInfo, limits: Limits) -> datetime:
    """Say when the Patient Monitoring Form falls due: the last second of the seventh local day."""
    last_day = treated_on + timedelta(days=limits.monitoring_form_days)
    return datetime.combine(last_day, time(23, 59, 59), tzinfo=zone)


def monitoring_form_reminders(
    treated_on: date, zone: ZoneInfo, limits: Limits
) -> tuple[datetime, ...]:
    """Say when the site is reminded of the form: in the morning of these days, up to the last."""
    morning = time(limits.morning_local_hour)
    return tuple(
        datetime.combine(treated_on + timedelta(days=day), morning, tzinfo=zone)
        for day in limits.monitoring_form_reminder_days
        if day <= limits.monitoring_form_days
    )
