"""How does somebody at a site watch on for a colleague who has left?"""

from uuid import UUID

from flask.views import MethodView

from api.dose.office_sessions import OfficeSessionOut
from api.platform.blueprint import Blueprint
from api.platform.request import begin
from workflows.dose import office_watch

blp = Blueprint("office_watch", description="Who watches at a site, when it changes.")


@blp.route("/office-sessions/<uuid:office_session_id>/observer")
class Observer(MethodView):
    """The person who watches."""

    @blp.operation("take_over_watch", refuses=(409,), once=True)
    @blp.response(201, OfficeSessionOut())
    def post(self, office_session_id: UUID) -> object:
        """Watch on in the place of somebody who has left; refused while they are there."""
        with begin() as work:
            return office_watch.take_over(work, office_session_id)
