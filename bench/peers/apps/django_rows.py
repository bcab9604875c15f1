"""Django in one file: its settings, and the tables as its ORM sees them."""

import django
from checklist import DATABASE, FIELDS, HOST, SECRET, USER, decide, is_alarm, written
from django.conf import settings

settings.configure(
    SECRET_KEY=SECRET,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=None,
    USE_TZ=True,
    TIME_ZONE="UTC",
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": DATABASE,
            "USER": USER,
            "HOST": HOST,
            "CONN_MAX_AGE": None,
        }
    },
    REST_FRAMEWORK={
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
        "UNAUTHENTICATED_USER": None,
        "COERCE_DECIMAL_TO_STRING": False,
    },
)
django.setup()

from django.db import models, transaction
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

__all__ = ["FIELDS", "SECRET", "caseload", "checkin", "checklist", "timeline"]


class Patient(models.Model):
    """A patient."""

    coach_id = models.IntegerField()
    is_active = models.BooleanField()
    given_name = models.TextField()
    family_name = models.TextField()
    born_on = models.DateField()
    weight_kg = models.FloatField()
    hypertension = models.BooleanField()
    on_maoi = models.BooleanField()
    pregnant = models.BooleanField()
    consent_until = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "peer", "patient", False


class Plan(models.Model):
    """What a patient is to take."""

    patient = models.ForeignKey(Patient, models.PROTECT)
    is_active = models.BooleanField()
    dose_mg = models.FloatField()
    most_mg = models.FloatField()
    interval_hours = models.IntegerField()
    sessions = models.IntegerField()
    systolic_limit = models.IntegerField()
    diastolic_limit = models.IntegerField()
    pulse_limit = models.IntegerField()
    until = models.DateTimeField()

    class Meta:
        app_label, db_table, managed = "peer", "plan", False


class Session(models.Model):
    """One evening."""

    patient = models.ForeignKey(Patient, models.PROTECT)
    number = models.IntegerField()
    state = models.TextField()
    scheduled_at = models.DateTimeField()
    dosed_at = models.DateTimeField(null=True)

    class Meta:
        app_label, db_table, managed = "peer", "session", False


class Hold(models.Model):
    """Why nothing may be taken."""

    patient = models.ForeignKey(Patient, models.PROTECT)
    code = models.TextField()
    is_open = models.BooleanField()

    class Meta:
        app_label, db_table, managed = "peer", "hold", False


class Harm(models.Model):
    """What went wrong."""

    patient = models.ForeignKey(Patient, models.PROTECT)
    severity = models.IntegerField()
    is_open = models.BooleanField()

    class Meta:
        app_label, db_table, managed = "peer", "harm", False


class Entry(models.Model):
    """Something dated."""

    id = models.BigIntegerField(primary_key=True)
    patient_id = models.IntegerField()
    at = models.DateTimeField()
    kind = models.TextField()
    about = models.TextField(null=True)
    outcome = models.TextField(null=True)

    class Meta:
        app_label, db_table, managed = "peer", "entry", False


class Decision(models.Model):
    """What was decided."""

    id = models.BigAutoField(primary_key=True)
    patient_id = models.IntegerField()
    session_id = models.IntegerField()
    outcome = models.TextField()
    findings = models.JSONField()
    answers = models.JSONField()
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label, db_table, managed = "peer", "decision", False


class Checkin(models.Model):
    """A look with a reading."""

    id = models.BigAutoField(primary_key=True)
    patient_id = models.IntegerField()
    session_id = models.IntegerField()
    systolic = models.IntegerField()
    diastolic = models.IntegerField()
    pulse = models.IntegerField()
    oxygen = models.IntegerField()
    sedation = models.IntegerField()
    is_alarm = models.BooleanField()
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label, db_table, managed = "peer", "checkin", False


class Audit(models.Model):
    """Who did what."""

    id = models.BigAutoField(primary_key=True)
    actor = models.TextField()
    action = models.TextField()
    subject = models.TextField()
    detail = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label, db_table, managed = "peer", "audit", False


class Outbox(models.Model):
    """What others have to hear."""

    id = models.BigAutoField(primary_key=True)
    topic = models.TextField()
    key = models.TextField()
    payload = models.JSONField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label, db_table, managed = "peer", "outbox", False


@transaction.atomic
def checklist(actor, session_id, answers):
    """Decide."""
    session = get_object_or_404(Session, pk=session_id)
    patient = session.patient
    own = {"patient_id": patient.pk}
    plan = Plan.objects.filter(**own, is_active=True).first()
    last = list(Session.objects.filter(**own, number__lt=session.number).order_by("-number")[:3])
    holds = list(Hold.objects.filter(**own, is_open=True))
    harms = list(Harm.objects.filter(**own, is_open=True))
    outcome, found = decide(answers, patient, plan, session, last, holds, harms)
    told = {"outcome": outcome, "findings": found, "answers": written(answers)}
    kept = Decision.objects.create(**own, session_id=session_id, **told)
    detail = {"decision": kept.id, "outcome": outcome}
    _trace(actor, "checklist.decided", session_id, detail)
    Outbox.objects.create(topic="decision", key=str(session_id), payload=detail)
    return kept


@transaction.atomic
def checkin(actor, session_id, told):
    """Keep a look."""
    session = get_object_or_404(Session, pk=session_id)
    own = {"patient_id": session.patient_id}
    plan = Plan.objects.filter(**own, is_active=True).first()
    alarm = is_alarm(told, plan)
    kept = Checkin.objects.create(**own, session_id=session_id, is_alarm=alarm, **told)
    _trace(actor, "checkin.kept", session_id, {"checkin": kept.id})
    if alarm:
        Outbox.objects.create(topic="alarm", key=str(session_id), payload={"checkin": kept.id})
    return kept


def timeline(patient_id):
    """Read a page."""
    newest = Entry.objects.filter(patient_id=patient_id).order_by("-at", "-id")
    return {"patient": get_object_or_404(Patient, pk=patient_id), "items": list(newest[:20])}


def caseload(coach_id):
    """Read the list of a coach, one statement for each kind of row."""
    rows = Patient.objects.filter(coach_id=coach_id).order_by("id")
    parts = (("session_set", Session, {"state": "open"}), ("hold_set", Hold, {"is_open": True}),
             ("harm_set", Harm, {"is_open": True}))  # fmt: skip
    found = (Prefetch(name, table.objects.filter(**only)) for name, table, only in parts)
    items = []
    for one in rows.prefetch_related(*found)[:50]:
        tonight = next(iter(one.session_set.all()), None)
        items.append(
            {
                **{n: getattr(one, n) for n in ("id", "given_name", "family_name", "born_on")},
                "next_at": tonight and tonight.scheduled_at,
                "holds": len(one.hold_set.all()),
                "harms": len(one.harm_set.all()),
            }
        )
    return {"items": items}


def _trace(actor, action, session_id, detail):
    subject = f"session:{session_id}"
    Audit.objects.create(actor=actor, action=action, subject=subject, detail=detail)
