"""How does somebody who comes to help read the card on any phone, with nothing installed?

A page takes the code and shows the card, without a script. The one script there is only carries
what stands behind the `#` of the address into the field; nothing is shown until somebody presses
the button, so that a preview of the link uses no reading up.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, request
from markupsafe import Markup

from api.platform import pace, parser
from api.platform.request import begin
from workflows.dose import dispatch_links
from workflows.platform.errors import Refusal

LONGEST_BODY_BYTES = 1024
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; form-action 'self';"
    " frame-ancestors 'none'; base-uri 'none'"
)
HTML = "text/html; charset=utf-8"
STYLE = """body { font: 1.125rem/1.5 sans-serif; margin: 0 auto; max-width: 40rem; padding: 1rem; }
h1 { font-size: 1.5rem; } h2 { border-top: 2px solid; font-size: 1.25rem; padding-top: .5rem; }
input, button { font: inherit; padding: .75rem; } input { width: 100%; box-sizing: border-box; }
button { margin-top: .75rem; } dt { font-weight: bold; } dd { margin: 0 0 .5rem 0; }
.wrong { border: 3px solid; padding: .75rem; }
"""
SCRIPT = """const told = location.hash.slice(1);
if (told) {
  document.getElementById("code").value = decodeURIComponent(told);
  history.replaceState(null, "", location.pathname);
}
"""
FRAME = Markup("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="stylesheet" href="/help/page.css">
<main>
<h1>{title}</h1>
{inside}
</main>
{script}
</html>
""")
FORM = Markup("""<p>In danger of life call 911 first. The code shows a card for helpers.</p>
{wrong}
<form method="post" action="/help">
<label for="code">Code</label>
<input id="code" name="code" autocomplete="off" autocapitalize="characters" spellcheck="false"
 required maxlength="64">
<button type="submit">Show the card</button>
</form>
""")
WRONG = Markup(
    '<p class="wrong" role="alert">This code is not, or no longer, good. Ask for a new one, or'
    " call the person who gave it to you.</p>"
)
CARRIES = Markup('<script src="/help/code.js"></script>')
UNKNOWN = "not known"


def install(app: Flask) -> None:
    """Serve the page and the two files it loads."""
    pages = Blueprint("help", __name__)
    pages.add_url_rule("/help", view_func=ask, methods=["GET"])
    pages.add_url_rule("/help", view_func=show, methods=["POST"])
    pages.add_url_rule("/help/page.css", view_func=style)
    pages.add_url_rule("/help/code.js", view_func=script)
    app.register_blueprint(pages)


def ask() -> Response:
    """Ask for the code."""
    return _page("For helpers", FORM.format(wrong=""), script=CARRIES)


def show() -> Response:
    """Show the card for a good code; for any other, ask again."""
    parser.refuse_partial(request)
    request.max_content_length = LONGEST_BODY_BYTES
    pace.keep("open_dispatch_packet")
    try:
        with begin() as work:
            packet = dispatch_links.read_packet(work, request.form.get("code", "")[:64])
    except Refusal:
        return _page("For helpers", FORM.format(wrong=WRONG), script=CARRIES, status=404)
    return _page("Card for helpers", Markup("").join(_card(packet)))


def style() -> Response:
    """Give how it looks."""
    return Response(STYLE, content_type="text/css; charset=utf-8")


def script() -> Response:
    """Give what carries the code from the address into the field."""
    return Response(SCRIPT, content_type="text/javascript; charset=utf-8")


def _page(title: str, inside: Markup, *, script: str = "", status: int = 200) -> Response:
    text = FRAME.format(title=title, inside=inside, script=script)
    return Response(
        text, status=status, content_type=HTML, headers={"Content-Security-Policy": POLICY}
    )


def _card(packet: dict[str, Any]) -> Iterator[Markup]:
    """Write the card in the order in which it is asked for: where, who, what, whom to call."""
    zone = ZoneInfo(packet["place"]["time_zone"])

    def at(moment: datetime | None) -> str:
        return f"{moment.astimezone(zone):%H:%M, %d %b (%Z)}" if moment else "not today"

    person, place = packet["person"], packet["place"]
    yield _part("Where", _where(place) | {"Confirmed": at(place["confirmed_at"])})
    yield _part(
        "Who",
        {
            "Name": person["name"],
            "Age": f"{person['age_years']} years",
            "Sex at birth": person["sex_at_birth"],
            "Speaks": {"en": "English", "es": "Spanish"}.get(person["language"]),
            "Phone": person["phone"],
        },
    )
    yield _list("Taken", [f"{at(one['taken_at'])}: {_dose(one)}" for one in packet["taken"]])
    yield _list(
        "Last seen",
        [
            *(f"{at(one['measured_at'])}: {_signs(one)}" for one in packet["vital_signs"]),
            *(f"{at(one['checked_at'])}: {_look(one)}" for one in packet["looks"]),
            *(f"{at(one['raised_at'])}: {_call(one)}" for one in packet["calls"]),
        ],
    )
    yield _list("Medicines", packet["medicines"])
    yield _part(
        "Allergies",
        {"Ketamine": packet["allergic_to_ketamine"], "Others": packet["allergies_note"]},
    )
    yield _list("Conditions", [_plain(code) for code in packet["conditions"]])
    yield _part(
        "Whom to call",
        {"Sitter": _named(packet["sitter"]), "Family": _named(packet["emergency_contact"])},
    )
    yield _list("Not in this record", packet["missing"])


def _part(title: str, lines: dict[str, Any]) -> Markup:
    rows = [
        Markup("<dt>{name}</dt><dd>{said}</dd>").format(name=name, said=said or UNKNOWN)
        for name, said in lines.items()
    ]
    told = {"title": title, "rows": Markup("").join(rows)}
    return Markup("<section><h2>{title}</h2><dl>{rows}</dl></section>").format(**told)


def _list(title: str, lines: list[str]) -> Markup:
    rows = [Markup("<li>{line}</li>").format(line=line) for line in lines or [UNKNOWN]]
    told = {"title": title, "rows": Markup("").join(rows)}
    return Markup("<section><h2>{title}</h2><ul>{rows}</ul></section>").format(**told)


def _where(place: dict[str, Any]) -> dict[str, Any]:
    address = place["address"] or {}
    street = [address.get(name) for name in ("line", "line_2")]
    town = [address.get(name) for name in ("city", "state", "postal_code")]
    return {
        "Address": ", ".join(part for part in (*street, " ".join(filter(None, town))) if part),
        "How to get in, animals": address.get("directions"),
    }


def _dose(dose: dict[str, Any]) -> str:
    much = dose["dose_mg_hundredths"]
    amount = f"{much / 100:g} mg" if much is not None else f"amount {UNKNOWN}"
    what = dose["product"] or dose["molecule"] or UNKNOWN
    told = [what, amount, _plain(dose["route"] or ""), "second part" if dose["second_part"] else ""]
    return ", ".join(part for part in told if part)


def _signs(one: dict[str, Any]) -> str:
    told = (
        (f"{one['systolic_mmhg']}/{one['diastolic_mmhg']} mmHg", one["systolic_mmhg"]),
        (f"pulse {one['heart_rate_bpm']}", one["heart_rate_bpm"]),
        (f"SpO2 {one['spo2_percent']} %", one["spo2_percent"]),
    )
    return ", ".join(words for words, value in told if value is not None)


def _look(one: dict[str, Any]) -> str:
    awake = UNKNOWN if one["moaas"] is None else f"{one['moaas']} of 5"
    return ", ".join([f"awake (MOAA/S) {awake}", *(_plain(name) for name in one["symptoms"])])


def _call(one: dict[str, Any]) -> str:
    return " ".join(part for part in (_plain(one["code"]), one["words"] or "") if part)


def _named(named: dict[str, Any] | None) -> str | None:
    if not named:
        return None
    return ", ".join(part for part in (named.get("name"), named.get("phone")) if part)


def _plain(code: str) -> str:
    return code.replace("_", " ")
