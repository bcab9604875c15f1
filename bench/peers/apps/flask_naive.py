"""Flask, flask-smorest and the ORM of SQLAlchemy with their defaults, as a first version is."""

import jwt
from checklist import DSN, FIELDS, SECRET, decide, is_alarm, written
from flask import Flask, g, request
from flask_smorest import Api, Blueprint, abort
from marshmallow import Schema, fields, validate
from rows import Audit, Checkin, Decision, Entry, Harm, Hold, Outbox, Patient, Plan, Session
from sqlalchemy import create_engine, select
from sqlalchemy.orm import scoped_session, sessionmaker

app = Flask(__name__)
app.config.update(API_TITLE="peer", API_VERSION="v1", OPENAPI_VERSION="3.0.3")
api, blp = Api(app), Blueprint("peer", "peer", url_prefix="/v1")
db = scoped_session(sessionmaker(create_engine(DSN.replace("postgresql:", "postgresql+psycopg:"))))


def _field(told):
    match told["kind"]:
        case "truth":
            return fields.Boolean(required=True)
        case "whole":
            span = validate.Range(told["least"], told["most"])
            return fields.Integer(required=True, strict=True, validate=span)
        case "number":
            return fields.Float(required=True, validate=validate.Range(told["least"], told["most"]))
        case "choice":
            return fields.String(required=True, validate=validate.OneOf(told["choices"]))
        case "instant":
            return fields.AwareDateTime(required=True)
    return fields.String(required=True, validate=validate.Length(max=told["longest"]))


ChecklistIn = Schema.from_dict({n: _field(t) for n, t in FIELDS.items()}, name="ChecklistIn")


class DecisionOut(Schema):
    """What was decided."""

    id = fields.Integer()
    patient_id = fields.Integer()
    session_id = fields.Integer()
    outcome = fields.String()
    findings = fields.List(fields.Dict())
    decided_at = fields.DateTime()


class CheckinIn(Schema):
    """A look with a reading."""

    systolic = fields.Integer(required=True, validate=validate.Range(50, 260))
    diastolic = fields.Integer(required=True, validate=validate.Range(30, 160))
    pulse = fields.Integer(required=True, validate=validate.Range(30, 220))
    oxygen = fields.Integer(required=True, validate=validate.Range(60, 100))
    sedation = fields.Integer(required=True, validate=validate.Range(0, 5))


class CheckinOut(CheckinIn):
    """A look in the record."""

    id = fields.Integer()
    session_id = fields.Integer()
    is_alarm = fields.Boolean()


class PatientOut(Schema):
    """A patient."""

    id = fields.Integer()
    given_name = fields.String()
    family_name = fields.String()
    born_on = fields.Date()


class EntryOut(Schema):
    """Something dated."""

    id = fields.Integer()
    at = fields.DateTime()
    kind = fields.String()
    about = fields.String()
    outcome = fields.String()


class TimelineOut(Schema):
    """A page."""

    patient = fields.Nested(PatientOut)
    items = fields.List(fields.Nested(EntryOut))


class CaseOut(PatientOut):
    """A patient on the list of a coach."""

    next_at = fields.DateTime()
    holds = fields.Integer()
    harms = fields.Integer()


class CaseloadOut(Schema):
    """The list of a coach."""

    items = fields.List(fields.Nested(CaseOut))


@app.before_request
def check_token():
    """Refuse whoever has no token."""
    try:
        g.claims = jwt.decode(request.headers["Authorization"][7:], SECRET, algorithms=["HS256"])
    except (KeyError, jwt.PyJWTError):
        abort(401)


@app.teardown_request
def let_go(_error=None):
    """Give the connection back."""
    db.remove()


@blp.get("/me")
def me():
    """Say who asks."""
    return {"sub": g.claims["sub"]}


@blp.post("/sessions/<int:session_id>/checklist")
@blp.arguments(ChecklistIn)
@blp.response(201, DecisionOut)
def checklist(answers, session_id):
    """Decide."""
    session = db.get(Session, session_id) or abort(404)
    patient = session.patient
    own = {"patient_id": patient.id}
    plan = db.scalars(select(Plan).filter_by(**own, is_active=True)).first()
    earlier = select(Session).filter_by(**own).where(Session.number < session.number)
    last = db.scalars(earlier.order_by(Session.number.desc()).limit(3)).all()
    holds = db.scalars(select(Hold).filter_by(**own, is_open=True)).all()
    harms = db.scalars(select(Harm).filter_by(**own, is_open=True)).all()
    outcome, found = decide(answers, patient, plan, session, last, holds, harms)
    kept = Decision(
        **own, session_id=session_id, outcome=outcome, findings=found, answers=written(answers)
    )
    db.add(kept)
    db.flush()
    detail = {"decision": kept.id, "outcome": outcome}
    _trace("checklist.decided", session_id, detail)
    db.add(Outbox(topic="decision", key=str(session_id), payload=detail))
    db.commit()
    return kept


@blp.post("/sessions/<int:session_id>/checkins")
@blp.arguments(CheckinIn)
@blp.response(201, CheckinOut)
def checkin(told, session_id):
    """Keep a look."""
    session = db.get(Session, session_id) or abort(404)
    own = {"patient_id": session.patient_id}
    plan = db.scalars(select(Plan).filter_by(**own, is_active=True)).first()
    kept = Checkin(**own, session_id=session_id, is_alarm=is_alarm(told, plan), **told)
    db.add(kept)
    db.flush()
    _trace("checkin.kept", session_id, {"checkin": kept.id})
    if kept.is_alarm:
        db.add(Outbox(topic="alarm", key=str(session_id), payload={"checkin": kept.id}))
    db.commit()
    return kept


@blp.get("/patients/<int:patient_id>/timeline")
@blp.response(200, TimelineOut)
def timeline(patient_id):
    """Read a page."""
    patient = db.get(Patient, patient_id) or abort(404)
    newest = select(Entry).filter_by(patient_id=patient_id)
    newest = newest.order_by(Entry.at.desc(), Entry.id.desc()).limit(20)
    return {"patient": patient, "items": db.scalars(newest).all()}


@blp.get("/coaches/<int:coach_id>/caseload")
@blp.response(200, CaseloadOut)
def caseload(coach_id):
    """Read the list of a coach, patient by patient."""
    mine = select(Patient).filter_by(coach_id=coach_id).order_by(Patient.id).limit(50)
    items = []
    for one in db.scalars(mine).all():
        tonight = next((s for s in one.sessions if s.state == "open"), None)
        items.append(
            {
                **{n: getattr(one, n) for n in ("id", "given_name", "family_name", "born_on")},
                "next_at": tonight and tonight.scheduled_at,
                "holds": sum(hold.is_open for hold in one.holds),
                "harms": sum(harm.is_open for harm in one.harms),
            }
        )
    return {"items": items}


def _trace(action, session_id, detail):
    actor, subject = g.claims["sub"], f"session:{session_id}"
    db.add(Audit(actor=actor, action=action, subject=subject, detail=detail))


api.register_blueprint(blp)
