"""How does a client find an office of ours?"""

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.plan import sites

blp = Blueprint("sites", description="The offices of ours, and their certification.")


class SiteOut(Schema):
    """An office; esketamine is given only between the two days."""

    id = fields.Id()
    code = fields.Text(64)
    name = fields.Text(200)
    state = fields.Text(2)
    time_zone = fields.Text(64)
    inpatient = fields.Truth()
    certified_from = fields.LocalDate()
    certified_until = fields.LocalDate()


@blp.route("/certified-sites")
class CertifiedSites(MethodView):
    """All sites."""

    @blp.operation("list_certified_sites")
    @blp.response(200, SiteOut(many=True))
    def get(self) -> object:
        """List the sites, with the days between which each is certified."""
        with begin() as work:
            return sites.read_sites(work)
