"""How is the web application put together?"""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from api.aftercare import (
    caseload,
    coaching,
    follow_up,
    goals,
    instruments_due,
    private_notes,
)
from api.dose import (
    device_clock,
    dispatch,
    dispatch_page,
    dose_sessions,
    emergencies,
    monitoring,
    monitoring_forms,
    office_sessions,
    office_watch,
    predose,
    release,
    vital_signs,
)
from api.intake import (
    assessments,
    changes,
    consent,
    instruments,
    intake,
    questionnaire,
    screen,
)
from api.oversight import (
    adverse_events,
    audit_trail,
    break_glass,
    channels,
    desk,
    escalations,
    events,
    handovers,
    holds,
    on_call,
    parameters,
    quarantine,
    safety_case,
    sync,
    timeline,
    webhooks,
)
from api.people import (
    accounts,
    care_team,
    closing,
    credentials,
    disclosures,
    erasure,
    invitations,
    legal_holds,
    messages,
    passkeys,
    patients,
    record_exports,
    recoveries,
    rights_requests,
    second_factor,
    sign_in,
    sitter_places,
    sitters,
)
from api.plan import (
    approvals,
    catalogue,
    evaluations,
    law,
    orders,
    overrides,
    sites,
    treatment_plans,
)
from api.platform import (
    admission,
    docs,
    headers,
    health,
    identity,
    logs,
    metrics,
    portals,
    problems,
    receipts,
    request,
    token_keys,
)
from api.platform.blueprint import Blueprint
from api.platform.document import Api
from api.platform.parser import LARGEST_BODY_BYTES
from api.preparation import (
    appointments,
    home_checks,
    intentions,
    modules,
    readiness,
    rehearsals,
    slots,
)
from api.sandbox import clock as sandbox_clock
from api.sandbox import courses as sandbox_courses
from workflows.platform.runtime import Runtime, open_house
from workflows.platform.settings import Settings

PREFIX = "/v1"
BLUEPRINTS: list[Blueprint] = [
    sign_in.blp,
    second_factor.blp,
    passkeys.blp,
    recoveries.blp,
    invitations.blp,
    accounts.blp,
    credentials.blp,
    patients.blp,
    record_exports.blp,
    rights_requests.blp,
    closing.blp,
    disclosures.blp,
    legal_holds.blp,
    messages.blp,
    erasure.blp,
    care_team.blp,
    sitters.blp,
    sitter_places.blp,
    questionnaire.blp,
    instruments.blp,
    intake.blp,
    screen.blp,
    assessments.blp,
    changes.blp,
    consent.blp,
    catalogue.blp,
    sites.blp,
    law.blp,
    evaluations.blp,
    approvals.blp,
    overrides.blp,
    treatment_plans.blp,
    orders.blp,
    slots.blp,
    appointments.blp,
    modules.blp,
    home_checks.blp,
    rehearsals.blp,
    intentions.blp,
    readiness.blp,
    follow_up.blp,
    instruments_due.blp,
    coaching.blp,
    private_notes.blp,
    goals.blp,
    dose_sessions.blp,
    device_clock.blp,
    predose.blp,
    vital_signs.blp,
    monitoring.blp,
    emergencies.blp,
    dispatch.blp,
    release.blp,
    sync.blp,
    quarantine.blp,
    events.blp,
    webhooks.blp,
    adverse_events.blp,
    holds.blp,
    escalations.blp,
    on_call.blp,
    channels.blp,
    handovers.blp,
    office_sessions.blp,
    office_watch.blp,
    monitoring_forms.blp,
    timeline.blp,
    audit_trail.blp,
    break_glass.blp,
    parameters.blp,
    caseload.blp,
    desk.blp,
    safety_case.blp,
]

IN_A_SANDBOX: list[Blueprint] = [sandbox_clock.blp, sandbox_courses.blp]


def create_app(house: Runtime | Settings) -> Flask:
    """Make the application of a running house, or open the house first."""
    runtime = open_house(house) if isinstance(house, Settings) else house
    app = documented_app(sandbox=runtime.settings.is_sandbox)
    request.install(app, runtime)
    instruments.install(app, runtime)
    logs.install(app)
    metrics.install(app, runtime)
    headers.install(app, runtime.settings)
    portals.install(app, runtime.settings)
    identity.install(app, runtime.settings)
    token_keys.install(app, runtime.settings)
    health.install(app)
    docs.install(app)
    dispatch_page.install(app)
    receipts.install(app, runtime)
    if proxies := runtime.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies)  # type: ignore[method-assign] # the documented way
    return app


def documented_app(*, sandbox: bool = False) -> Flask:
    """Make the routes and their document; nothing behind them is opened yet."""
    app = Flask("api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY_BYTES
    app.json.sort_keys = False  # type: ignore[attr-defined] # the usual provider has it
    app.url_map.merge_slashes = False
    api = Api(app)
    problems.install(app)
    for blueprint in (*BLUEPRINTS, *(IN_A_SANDBOX if sandbox else ())):
        api.register_blueprint(blueprint, url_prefix=PREFIX)
    admission.insist(app, sandbox=sandbox)
    return app
