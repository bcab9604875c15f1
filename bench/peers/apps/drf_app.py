"""Django REST framework with its serializers, as it is usually written."""

import django_rows as rows
import jwt
from django.core.wsgi import get_wsgi_application
from django.urls import path
from rest_framework import serializers as s
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.response import Response
from rest_framework.views import APIView


def _field(told):
    span = {"min_value": told.get("least"), "max_value": told.get("most")}
    return {
        "truth": s.BooleanField,
        "whole": lambda: s.IntegerField(**span),
        "number": lambda: s.FloatField(**span),
        "choice": lambda: s.ChoiceField(told["choices"]),
        "instant": s.DateTimeField,
        "text": lambda: s.CharField(max_length=told["longest"]),
    }[told["kind"]]()


ChecklistIn = type("ChecklistIn", (s.Serializer,), {n: _field(t) for n, t in rows.FIELDS.items()})


class CheckinIn(s.Serializer):
    """A look with a reading."""

    systolic = s.IntegerField(min_value=50, max_value=260)
    diastolic = s.IntegerField(min_value=30, max_value=160)
    pulse = s.IntegerField(min_value=30, max_value=220)
    oxygen = s.IntegerField(min_value=60, max_value=100)
    sedation = s.IntegerField(min_value=0, max_value=5)


class CheckinOut(CheckinIn):
    """A look in the record."""

    id = s.IntegerField()
    session_id = s.IntegerField()
    is_alarm = s.BooleanField()


class DecisionOut(s.Serializer):
    """What was decided."""

    id = s.IntegerField()
    patient_id = s.IntegerField()
    session_id = s.IntegerField()
    outcome = s.CharField()
    findings = s.ListField()
    decided_at = s.DateTimeField()


class PatientOut(s.Serializer):
    """A patient."""

    id = s.IntegerField()
    given_name = s.CharField()
    family_name = s.CharField()
    born_on = s.DateField()


class EntryOut(s.Serializer):
    """Something dated."""

    id = s.IntegerField()
    at = s.DateTimeField()
    kind = s.CharField()
    about = s.CharField()
    outcome = s.CharField()


class TimelineOut(s.Serializer):
    """A page."""

    patient = PatientOut()
    items = EntryOut(many=True)


class CaseOut(PatientOut):
    """A patient on the list of a coach."""

    next_at = s.DateTimeField()
    holds = s.IntegerField()
    harms = s.IntegerField()


class CaseloadOut(s.Serializer):
    """The list of a coach."""

    items = CaseOut(many=True)


class Bearer(BaseAuthentication):
    """Refuse whoever has no token."""

    def authenticate(self, request):
        """Read the token."""
        try:
            told = request.headers.get("Authorization", "")[7:]
            return jwt.decode(told, rows.SECRET, algorithms=["HS256"])["sub"], None
        except jwt.PyJWTError:
            raise AuthenticationFailed from None


class View(APIView):
    """What all views share."""

    authentication_classes = (Bearer,)

    def told(self, serializer, request):
        """Read the body."""
        read = serializer(data=request.data)
        read.is_valid(raise_exception=True)
        return read.validated_data


class Me(View):
    """Who asks."""

    def get(self, request):
        """Say who asks."""
        return Response({"sub": request.user})


class Checklist(View):
    """The checklist."""

    def post(self, request, row_id):
        """Decide."""
        kept = rows.checklist(request.user, row_id, self.told(ChecklistIn, request))
        return Response(DecisionOut(kept).data, status=201)


class Checkin(View):
    """The looks."""

    def post(self, request, row_id):
        """Keep a look."""
        kept = rows.checkin(request.user, row_id, self.told(CheckinIn, request))
        return Response(CheckinOut(kept).data, status=201)


class Timeline(View):
    """The timeline."""

    def get(self, _request, row_id):
        """Read a page."""
        return Response(TimelineOut(rows.timeline(row_id)).data)


class Caseload(View):
    """The list of a coach."""

    def get(self, _request, row_id):
        """Read the list."""
        return Response(CaseloadOut(rows.caseload(row_id)).data)


urlpatterns = [
    path("v1/me", Me.as_view()),
    path("v1/sessions/<int:row_id>/checklist", Checklist.as_view()),
    path("v1/sessions/<int:row_id>/checkins", Checkin.as_view()),
    path("v1/patients/<int:row_id>/timeline", Timeline.as_view()),
    path("v1/coaches/<int:row_id>/caseload", Caseload.as_view()),
]
rows.settings.ROOT_URLCONF = __name__
app = get_wsgi_application()
