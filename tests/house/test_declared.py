"""Does every door say who may pass, and does every act say what it promises?

Nothing here is found by name or by habit: routes are read from the application as it is put
together, and acts from what their decorators declared.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

import pytest
from flask import Flask

from api.app import create_app
from api.platform import app_age, pace
from api.platform.document import Operation
from api.platform.parser import LARGEST_BODY_BYTES
from rules.access.policy import ROLES
from rules.permissions import Permission
from rules.terms import Role
from tests.house.longest import longest_form
from tests.house.source import ROOT, File, Function, declared, dotted, files
from workflows.people.fresh_acts import ACTS, Asks
from workflows.platform.runtime import Runtime
from workflows.platform.work import Declared

# What anybody may ask for, whoever they are (decisions 0015 and 0016).
PUBLIC = {
    "report_adverse_event": "harm is reported by whoever saw it",
    "log_in": "nobody is signed in before signing in",
    "ask_passkey_log_in": "what has to be signed to come in is the same for everybody",
    "log_in_with_passkey": "nobody is signed in before signing in",
    "refresh_tokens": "the access token has ended by then",
    "accept_invitation": "the account is made by it",
    "use_recovery": "the password is set anew by it",
    "hand_in_queue": "whoever brings it is out, and shows the key of a sign-in that is over",
    "open_dispatch_packet": "who comes to help has no account, and the code is asked for",
    "list_emergency_instructions": "what to do until help comes is the same for everybody",
}
PUBLIC_ACTS = {
    "workflows.dose.dispatch_links.read_packet",
    "workflows.people.invitations.accept",
    "workflows.people.passkey_sign_in.ask_at_the_door",
    "workflows.people.passkey_sign_in.log_in",
    "workflows.people.recoveries.use_recovery",
    "workflows.people.sign_in.log_in",
    "workflows.people.sign_in.refresh",
}
# What somebody of the staff may do before they have a second factor: get one, or leave.
UNPROVED_ACTS = {
    "workflows.people.login_sessions.log_out",
    "workflows.people.passkeys.ask_proof",
    "workflows.people.passkeys.begin_passkey",
    "workflows.people.passkeys.own_passkeys",
    "workflows.people.passkeys.prove",
    "workflows.people.passkeys.register",
    "workflows.people.second_factor.begin_factor",
    "workflows.people.second_factor.confirm",
    "workflows.people.second_factor.own",
    "workflows.people.second_factor.prove",
}
OUTSIDE_THE_API = {
    "/health": "is the process alive",
    "/ready": "may requests be sent to it",
    "/.well-known/jwks.json": "the public halves of the keys that sign tokens",
    "/help": "the card for helpers, on a phone with nothing installed",
    "/help/code.js": "what carries the code into its field",
    "/help/page.css": "how it looks",
    "/docs": "the documentation, offline",
    "/docs/<code:name>": "its scripts",
    "/docs/start.js": "what starts them",
    "/openapi.json": "the document behind it",
    "/problems/<code:kind>": "what a type of problem means",
}
# POSTs that a client may send twice without a key: doing them again changes nothing more, or is
# refused by the record itself. None of them makes a clinical row.
WITHOUT_A_KEY = {
    "report_adverse_event": "nothing keeps harm out; with a key and a sign-in it is done once",
    "raise_emergency": "an empty press is a call for help; with a key it is done once",
    "raise_emergency_for_patient": "an empty press is a call for help; with a key it is done once",
    "push_late_facts": "each item has an id of its own, and is told again what became of it",
    "hand_in_queue": "each item has an id of its own, and is held once",
    "log_in": "each log-in is a session of its own",
    "refresh_tokens": "a refresh token is spent once and its successor is given again",
    "log_out": "ended is ended",
    "end_session": "ended is ended",
    "change_password": "done again, the old password is the wrong one",
    "begin_second_factor": "the answer holds a secret that is not kept; a second one replaces it",
    "confirm_second_factor": "a code is used once",
    "prove_second_factor": "a code is used once",
    "end_second_factor": "ended is ended",
    "ask_recovery": "asking twice is asking; each waits for a word of its own",
    "confirm_recovery": "confirmed once; the answer holds a secret that is not kept",
    "use_recovery": "a key is used once",
    "make_recovery_codes": "the answer holds secrets that are not kept; new ones replace them",
    "end_other_sessions": "ended is ended",
    "end_sessions_of_person": "ended is ended",
    "begin_passkey": "each challenge is another one, and good once",
    "register_passkey": "a challenge is answered once",
    "ask_passkey_proof": "each challenge is another one, and good once",
    "prove_with_passkey": "a challenge is answered once",
    "ask_passkey_log_in": "each challenge is another one, and good once",
    "log_in_with_passkey": "a challenge is answered once",
    "end_passkey": "ended is ended",
    "accept_invitation": "an invitation is accepted once",
    "accept_invitation_as_myself": "an invitation is accepted once",
    "invite_person": "the answer holds a secret that is not kept; a second one replaces it",
    "disable_person": "disabled is disabled",
    "enable_person": "enabled is enabled",
    "grant_role": "a role is held once",
    "end_role": "ended is ended",
    "assign_to_site": "a place is held once",
    "end_at_site": "ended is ended",
    "end_care_team_membership": "ended is ended",
    "revoke_credential": "revoked is revoked",
    "invite_sitter": "one open invitation for each address, by constraint",
    "remove_sitter": "removed is removed",
    "accept_sitter_place": "a place is accepted once",
    "send_contact_code": "a new code replaces the old one",
    "check_contact_code": "a code is used once",
    "take_sitter_quiz": "passing twice is passing",
    "tell_time_zone": "the last word counts",
    "set_message_preferences": "the last word counts",
    "export_record": "each copy is another one, and counted; the answer is not kept",
    "export_record_for_reading": "each copy is another one, and counted; it is not kept",
    "redeliver_webhook": "sent again under the same ids, which a receiver counts once",
    "make_dispatch_link": "the answer holds a secret that is not kept; each is another one",
    "make_dispatch_link_for_patient": "the answer holds a secret; each is another one",
    "make_dispatch_link_for_escalation": "the answer holds a secret; each is another one",
    "open_dispatch_packet": "each reading is counted, and told",
    "resolve_product": "a question; nothing is written but its trace",
}
# One thing that happens, told through more than one door.
SAME_TRACE = {
    "appointment.listed": "by patient, or by whose diary it is",
    "dispatch_link.made": "in a session, for a patient, or for a call that is mine to answer",
    "emergency.raised": "in a session, or outside of one",
    "hold.placed": "on a patient, or from within a session",
    "invitation.accepted": "with a new account, or with the one somebody has",
    "login.ended": "this one, or another one of mine",
    "office_session.listed": "by patient, or by site",
    "predose.decision_read": "in the words for the patient, or for the clinic",
    "screening.read": "in the words for the patient, or for the clinic",
    "slots.read": "what is free, or what I offer",
}
SETTING = re.compile(r"VIGIL_[A-Z0-9_]+|(MIGRATION_)?DATABASE_URL")
SWITCHED_OFF = {"VIGIL_DEBUG"}  # it is only read to be refused
CLINICAL_REFUSALS = {"HardStop", "HoldNotOverridden", "Judged", "RecordForbids", "NotNow"}
CLINICAL_REFUSALS |= {"ProductBarred", "ImpairedWindow"}
# Refusals that the reading of the source finds below a fact and that cannot happen there.
NEVER_REACHED = {
    (
        "workflows.intake.changes.report_change",
        "workflows.intake.screen._walk",
    ): "only who waits for review is moved, and from there every step is legal",
}


@pytest.fixture
def app(runtime: Runtime) -> Flask:
    """Give the whole application, as it is served."""
    return create_app(runtime)


# A view without a guard served other people's records to whoever had the address.
@pytest.mark.api_top_ten("API9.versions")
@pytest.mark.asvs("13.4.5")
def test_every_route_is_an_operation_or_on_the_list(app: Flask) -> None:
    undeclared = {rule for rule, _, operation in routes(app) if operation is None}
    assert undeclared == set(OUTSIDE_THE_API)


# A door left open for a demonstration stays open.
def test_only_listed_operations_are_public(app: Flask) -> None:
    public = {operation.id for _, _, operation in routes(app) if operation and operation.public}
    assert public == set(PUBLIC)


# What is declared is one thing; what the door does when somebody pushes is another.
@pytest.mark.asvs("8.2.1")
def test_every_other_operation_turns_a_stranger_away(app: Flask) -> None:
    stranger = app.test_client()
    let_in = [
        f"{method} {rule}: {answer.status_code}"
        for rule, method, operation in routes(app)
        if operation and not operation.public
        if (answer := stranger.open(address(rule), method=method)).status_code != 401
    ]
    assert let_in == []


# A permission with no role behind it is an act that nobody can do, found on the day it is needed.
def test_every_act_needs_a_permission_that_somebody_has() -> None:
    assert [act.name for act in declared().values() if not ROLES.get(act.permit)] == []


def test_every_permission_is_needed_by_some_act() -> None:
    assert {act.permit for act in declared().values()} == set(Permission)


# A role that may do everything is the one that is stolen.
def test_no_role_may_do_everything_and_the_house_itself_next_to_nothing() -> None:
    mine = {permit for permit, roles in ROLES.items() if Role.SYSTEM in roles}
    assert mine == {Permission.RUN_SWEEP, Permission.REPORT_HARM, Permission.HAND_IN_QUEUE}
    assert all(any(role not in roles for roles in ROLES.values()) for role in Role)


# Two acts under one name cannot be told apart in the trail when it matters.
@pytest.mark.asvs("16.2.1")
def test_every_act_leaves_a_trace_of_its_own_name() -> None:
    named: dict[str, list[str]] = defaultdict(list)
    for act in declared().values():
        assert re.fullmatch(r"[a-z_]+\.[a-z_]+", act.audit), act
        named[act.audit].append(act.name)
    assert {name for name, acts in named.items() if len(acts) > 1} == set(SAME_TRACE)


def test_only_signing_in_is_done_by_nobody_in_particular() -> None:
    assert {act.name for act in declared().values() if act.public} == PUBLIC_ACTS


# One act too many, and a password alone opened it.
def test_only_the_way_to_a_second_factor_is_open_without_one() -> None:
    assert {act.name for act in declared().values() if act.unproved} == UNPROVED_ACTS


# "I already took it" was answered with an error, and nobody watched her that night.
@pytest.mark.parametrize("name", [act.name for act in declared().values() if act.kind == "record"])
def test_a_fact_is_never_refused_for_a_clinical_reason(name: str) -> None:
    refused = {(name, below) for below in clinical_refusals_below(name)}
    assert refused - set(NEVER_REACHED) == set()


def test_a_clinical_refusal_below_a_command_is_found() -> None:
    assert clinical_refusals_below("workflows.dose.start.start")


# A double tap on a bad line gave two doses, two orders, two alarms.
def test_every_clinical_post_is_done_once(app: Flask) -> None:
    posts = {op.id: op for _, method, op in routes(app) if op and method == "POST"}
    unguarded = {name for name, op in posts.items() if not (op.once or op.versioned)}
    assert unguarded == set(WITHOUT_A_KEY)


# A reporter at the same address as a busy office was told to wait.
@pytest.mark.asvs("2.4.1")
def test_every_fact_has_the_bucket_of_facts() -> None:
    told = {op for op, _, acts in promises() if any(act.kind == "record" for act in acts)}
    assert told | {"list_emergency_instructions"} == pace.FACTS


# An app of last year could not tell that somebody had stopped breathing.
def test_an_old_app_is_kept_from_commands_only() -> None:
    kinds = {op: {act.kind for act in acts} for op, _, acts in promises()}
    assert {frozenset(kinds[op]) for op in app_age.TOWARDS_A_DOSE} == {frozenset({"command"})}
    assert app_age.TOWARDS_A_DOSE.isdisjoint(pace.FACTS)


# A form that the document allows was refused for its length.
@pytest.mark.api_top_ten("API4.body_size")
def test_the_longest_form_of_the_document_is_not_too_large(app: Flask) -> None:
    document = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    for _, method, operation in routes(app):
        if operation and not operation.any_body:
            asked = longest_form(document, operation.id)
            room = operation.largest_body_bytes
            assert asked <= room or room == LARGEST_BODY_BYTES, f"{operation.id} {method}: {asked}"


# A key that the view asks for and the act ignores is a promise that nobody keeps.
def test_view_and_act_agree_on_being_done_once() -> None:
    differ = [
        f"{operation}: view {once}, {act.name} {act.once}"
        for operation, once, acts in promises()
        for act in acts
        if act.kind != "reading" and once is not act.once and operation not in WITHOUT_A_KEY
    ]
    assert differ == []


# An act behind no door is dead, and what is dead is not tested any more.
def test_every_act_has_a_door() -> None:
    doors = {act.name for _, _, acts in promises() for act in acts} | set(done_by_the_house())
    assert sorted(set(declared()) - doors) == []


# A setting that only the source knows is left at its default on the server that matters.
def test_every_setting_is_in_the_readme() -> None:
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    read = {
        str(node.value)
        for file in files("workflows")
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Constant) and SETTING.fullmatch(str(node.value))
    }
    assert sorted(name for name in read - SWITCHED_OFF if name not in told) == []


# An act that should have asked for the person was done by whoever held the phone.
def test_acts_that_need_their_person_ask_for_them() -> None:
    asks = {
        Asks.EVERYBODY: "workflows.people.second_factor.insist_fresh",
        Asks.HOLDERS: "workflows.people.second_factor.insist_fresh_of_holders",
    }
    bodies = {
        f"{file.module}.{name}": {called for called, _ in file.calls(ast.Module(node.body, []))}
        for file in files("workflows")
        for name, node in file.functions.items()
    }
    asking = {
        act.audit: need
        for act in declared().values()
        for need, step in asks.items()
        if step in bodies[act.name]
    }
    assert asking == {name: need for name, (need, _) in ACTS.items()}


# Whoever may stop something must never be asked for a phone first.
def test_no_fact_waits_for_a_proof() -> None:
    assert {act.kind for act in declared().values() if act.audit in ACTS} == {"command"}


def routes(app: Flask) -> Iterator[tuple[str, str, Operation | None]]:
    """Give every address and method that the application answers, with what it declares."""
    for rule in app.url_map.iter_rules():
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            apidoc = getattr(getattr(view, method.lower(), None), "_apidoc", {})
            yield rule.rule, method, apidoc.get("operation")


def address(rule: str) -> str:
    """Fill an address with an id that nobody has."""
    return re.sub(r"<code:\w+>", "anything", re.sub(r"<uuid:\w+>", str(UUID(int=0)), rule))


def promises() -> Iterator[tuple[str, bool, list[Declared]]]:
    """Give for every view its operation, whether it wants a key, and the acts it does."""
    for file in files("api"):
        for node in ast.walk(file.tree):
            for call in operations_of(node):
                once = any(word.arg == "once" for word in call.keywords)
                acts = [declared()[name] for name, _ in file.calls(node) if name in declared()]
                yield ast.literal_eval(call.args[0]), once, acts


def operations_of(node: ast.AST) -> list[ast.Call]:
    """Give the declaration of a view, if this is one."""
    decorators = node.decorator_list if isinstance(node, Function) else []
    return [
        call
        for call in decorators
        if isinstance(call, ast.Call) and dotted(call.func).endswith(".operation")
    ]


def done_by_the_house() -> Iterator[str]:
    """Give the acts that a job does: its function takes the running house, not the work."""
    for file in files("workflows"):
        for function in file.functions.values():
            if [argument.arg for argument in function.args.args[:1]] == ["runtime"]:
                yield from (name for name, _ in file.calls(function) if name in declared())


def clinical_refusals_below(name: str) -> set[str]:
    """Follow every call of a workflow within workflows/; say where a clinical no is raised."""
    everything = {
        f"{file.module}.{function}": (file, node)
        for file in files("workflows")
        for function, node in file.functions.items()
    }
    waiting, seen, refusing = [name], set[str](), set[str]()
    while waiting:
        current = waiting.pop()
        if current in seen or current not in everything:
            continue
        seen.add(current)
        file, function = everything[current]
        body = ast.Module(function.body, [])
        waiting += [called for called, _ in file.calls(body)]
        if refuses_clinically(file, body):
            refusing.add(current)
    return refusing


def refuses_clinically(file: File, body: ast.AST) -> bool:
    """Say whether one of the clinical refusals is raised here, or a gate insisted on."""
    raised = [node.exc for node in ast.walk(body) if isinstance(node, ast.Raise) and node.exc]
    kinds = {dotted(exc.func if isinstance(exc, ast.Call) else exc) for exc in raised}
    insisted = any(name.endswith("gatekeeping.insist") for name, _ in file.calls(body))
    return insisted or bool({kind.rpartition(".")[2] for kind in kinds} & CLINICAL_REFUSALS)
