"""Is every way closed in which a value could be misread, and does nothing hostile break us?"""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from api.platform.parser import DEEPEST, LARGEST_BODY_BYTES
from tests.api.client import Client

NESTED = '{"answers":' * DEEPEST + "{}" + "}" * DEEPEST
RAW = [
    ("50,000 brackets", b"[" * 50_000, 400),
    ("nested in objects", NESTED.encode(), 400),
    ("1,000 brackets that close", b"[" * 1000 + b"]" * 1000, 400),
    ("a number of 5,000 digits", b'{"whole":' + b"1" * 5000 + b"}", 400),
    ("a number over 64 bits", b'{"whole":18446744073709551616}', 400),
    ("a number of 19 digits", b'{"whole":1000000000000000000}', 400),
    ("a number too large for a float", b'{"measured":1e400}', 400),
    ("NaN", b'{"measured":NaN}', 400),
    ("Infinity", b'{"measured":Infinity}', 400),
    ("not UTF-8", b'{"text":"\xff\xfe"}', 400),
    ("UTF-16", '{"text":"a"}'.encode("utf-16"), 400),
    ("a byte order mark", b'\xef\xbb\xbf{"text":"a"}', 400),
    ("half a character", b'{"text":"\\ud800"}', 400),
    ("the same key twice", b'{"whole":1,"whole":2}', 400),
    ("the same key twice, escaped", b'{"whole":1,"\\u0077hole":2}', 400),
    ("the same key twice, inside", b'{"part":{"systolic_mmhg":99,"systolic_mmhg":199}}', 400),
    ("no body", b"", 400),
    ("blanks", b"  ", 400),
    ("a trailing comma", b'{"whole":1,}', 400),
    ("a comment", b'{"whole":1}//', 400),
    ("two values", b"{}{}", 400),
    ("a leading zero", b'{"whole":01}', 400),
    ("a raw control character", b'{"text":"a\x01"}', 400),
    ("null", b"null", 422),
    ("a list", b"[]", 422),
    ("text", b'"text"', 422),
    ("a number", b"7", 422),
    ("too much", b'{"text":"' + b"a" * LARGEST_BODY_BYTES + b'"}', 413),
]
WRONG: list[tuple[str, Any]] = [
    *[("whole", value) for value in (7.9, 7.0, "7", True, None, -1, 1001, [], {})],
    *[("measured", value) for value in ("82.5", True, 82.55, -0.1, 300.1, None)],
    *[("truth", value) for value in (1, 0, "true", "yes", "on", 1.0, None, [])],
    *[("answer", value) for value in (1, 0, "true", "yes", "", "Unknown", 0.0, [])],
    ("text", "nul \0"),
    ("text", "bell \a"),
    ("text", "C1 \x85"),
    ("text", "filler \ufffd"),
    *[("text", value) for value in ("", "   ", "\n", "a" * 51, 7, None, ["a"])],
    ("code", "two words"),
    ("code", "a" * 65),
    ("code", "line\n"),
    ("code", ""),
    ("colour", "blue"),
    ("role", "Patient"),
    ("role", 1),
    *[
        ("instant", value)
        for value in (
            "2026-01-01",
            "2026-01-01T10:00:00",
            "2026-01-01 10:00:00Z",
            "2026-02-30T10:00:00Z",
            "2026-01-01T24:00:01Z",
            "2026-01-01T10:00:00+25:00",
            "9999-12-31T23:59:59-14:00",
            "0001-01-01T00:00:00+14:00",
            "20260101T100000Z",
            "2026-W01-1T10:00:00Z",
            "٢٠٢٦-01-01T10:00:00Z",
            "2026-01-01T10:00:00Z\n",
            1767225600,
        )
    ],
    *[("day", value) for value in ("2026-02-30", "20260101", "2026-1-1", "0000-01-01", 20260101)],
    *[("day", value) for value in ("2026-01-01T00:00:00Z", "\uff12026-01-01", "9999-01-01")],
    *[("id", value) for value in ("1", "{01a20081-8191-7366-b803-507855ca3e78}", 5, "x" * 500)],
    ("id", "urn:uuid:01a20081-8191-7366-b803-507855ca3e78"),
    ("id", "01a2008181917366b803507855ca3e78"),
    ("email", "nobody"),
    ("email", "a@b.org\nBcc: c@d.org"),
    ("phone", "555 0100"),
    ("phone", "+15550"),
    ("zone", "Mars/Olympus"),
    ("zone", "../../etc/passwd"),
    ("answers", {"a b": 1}),
    ("answers", {"": 1}),
    ("answers", {"a": {}}),
    ("answers", {"a": 1.5}),
    ("answers", {"a": "nul \0"}),
    ("answers", {str(n): n for n in range(6)}),
    ("answers", []),
    ("scores", {"a": 4}),
    ("scores", {"a": "3"}),
    ("scores", {"a": None}),
    ("part", {}),
    ("part", {"systolic_mmhg": 139.9}),
    ("part", {"systolic_mmhg": 120, "more": 1}),
    ("parts", [{"systolic_mmhg": 120}] * 4),
    ("parts", [{"systolic_mmhg": 120}, {}]),
    ("parts", {"systolic_mmhg": 120}),
    ("unknown_field", 1),
]
RIGHT: list[tuple[str, Any, str]] = [
    ("whole", 7, "7"),
    ("whole", 1000, "1000"),
    ("measured", 82.5, "Decimal('82.5')"),
    ("measured", 82, "Decimal('82')"),
    ("truth", True, "True"),
    ("answer", True, "True"),
    ("answer", False, "False"),
    ("answer", "unknown", "None"),
    ("answer", None, "None"),
    ("text", "Größe\t10\n", repr("Größe\t10\n")),
    ("text", "a\r\nb", repr("a\nb")),
    ("text", "\N{GRINNING FACE}", repr("\N{GRINNING FACE}")),
    (
        "answers",
        {"a": None, "b": False, "c": "x", "d": 3},
        "{'a': None, 'b': False, 'c': 'x', 'd': 3}",
    ),
]


def post(client: Client, raw: bytes, content_type: str = "application/json") -> TestResponse:
    return client.post("/probe", data=raw, content_type=content_type)


@pytest.mark.api_top_ten("API4.body_size")
@pytest.mark.asvs("1.5.3", "5.2.1")
@pytest.mark.parametrize(("what", "raw", "status"), RAW, ids=[row[0] for row in RAW])
def test_a_body_that_is_doubtful_as_a_whole_is_refused(
    client: Client, what: str, raw: bytes, status: int
) -> None:
    answer = post(client, raw)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.asvs("2.2.1", "15.3.3", "15.3.5")
@pytest.mark.parametrize(("field", "value"), WRONG)
def test_a_value_that_would_have_to_be_guessed_is_refused_by_the_name_of_its_field(
    client: Client, field: str, value: Any
) -> None:
    answer = client.post("/probe", {field: value})
    assert answer.status_code == 422, answer.json
    assert [name.split(".")[0] for name in answer.json["errors"]] == [field]


@pytest.mark.parametrize(("field", "value", "seen"), RIGHT)
def test_a_value_that_is_written_well_is_taken_as_it_is(
    client: Client, field: str, value: Any, seen: str
) -> None:
    answer = client.post("/probe", {field: value})
    assert (answer.status_code, answer.json["seen"][field]) == (200, seen)


def test_an_answer_that_was_not_given_is_unknown_and_not_refused(client: Client) -> None:
    assert client.post("/probe", {}).json == {"seen": {"answer": "None"}}


@pytest.mark.asvs("1.5.1")
@pytest.mark.parametrize(
    "content_type",
    [
        "application/xml",
        "text/xml; charset=utf-8",
        "text/plain",
        "",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json; charset=latin-1",
        "application/vnd.api+json",
        "text/json",
        "application/jsonx",
    ],
)
def test_only_json_in_utf8_is_read(client: Client, content_type: str) -> None:
    answer = post(client, b'{"whole":1}', content_type)
    assert (answer.status_code, answer.json["code"]) == (415, "unsupported-media-type")


def test_a_compressed_body_is_not_unpacked(client: Client) -> None:
    answer = client.post("/probe", {}, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415


@pytest.mark.api_top_ten("API4.page_size")
@pytest.mark.asvs("15.3.7")
@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("nobody_knows=1", "nobody_knows"),
        ("limit=1&limit=2", "limit"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=-1", "limit"),
        ("limit=1.0", "limit"),
        ("limit=1e1", "limit"),
        ("limit=%D9%A3", "limit"),
        ("limit=", "limit"),
        ("limit=" + "9" * 5000, "limit"),
        ("truth=1", "truth"),
        ("truth=True", "truth"),
        ("text=%00", "text"),
        ("after=x", "after"),
        ("after=%F0%9F%98%80", "after"),
        ("after=" + "QUFB" * 500, "after"),
        ("after=MjAyNnx4", "after"),
    ],
)
def test_a_doubtful_query_is_refused(client: Client, query: str, field: str) -> None:
    answer = client.get(f"/probe?{query}")
    assert (answer.status_code, list(answer.json["errors"])) == (422, [field])


def test_a_query_where_none_is_taken_is_refused(client: Client) -> None:
    assert client.get("/probe/me?patient=1").status_code == 422


def test_a_body_where_none_is_taken_is_refused(client: Client) -> None:
    assert client.send("GET", "/probe/me", json={"role": "admin"}).status_code == 422


def test_a_cursor_leads_back_to_where_it_was_given(client: Client) -> None:
    first = client.get("/probe?limit=3&truth=true").json
    assert client.get(f"/probe?after={first['next']}").json == first


@pytest.mark.parametrize(
    "path",
    [
        "/probe/1",
        "/probe/" + "9" * 5000,
        "/probe/%00",
        "/probe/%ff%fe",
        "/probe/..%2f..%2fhealth",
        "/probe/01a20081-8191-7366-b803-507855ca3e7",
        "//probe",
        "/probe/é",
    ],
)
def test_a_path_that_names_nothing_is_not_found(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_messages_never_repeat_what_was_sent(client: Client) -> None:
    canary = "canary4711"
    sent = dict.fromkeys(("role", "zone", "day", "id", "instant"), canary)
    more = {"text": canary * 9, "answers": {"a": [canary]}}
    answer = client.post("/probe", sent | more)
    assert len(answer.json["errors"]) == 7
    assert canary not in answer.text


def test_a_strange_name_of_a_field_is_cut_and_cleaned(client: Client) -> None:
    answer = client.post("/probe", {"<b>" + "a" * 500: 1})
    assert list(answer.json["errors"]) == ["?b?" + "a" * 61]


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2026-03-08T02:30", "America/New_York", None),
        ("2026-03-08T03:30", "America/New_York", "2026, 3, 8, 7, 30"),
        ("2026-11-01T01:30", "America/New_York", "2026, 11, 1, 6, 30"),
        ("2026-11-01T00:30", "America/New_York", "2026, 11, 1, 4, 30"),
        ("2026-07-01T12:00", "America/Phoenix", "2026, 7, 1, 19, 0"),
        ("2026-10-04T02:15", "Australia/Lord_Howe", None),
    ],
)
def test_a_local_time_that_never_was_is_refused_and_one_that_was_twice_is_the_later(
    client: Client, local: str, zone: str, expected: str | None
) -> None:
    answer = client.post("/probe", {"local": local, "zone": zone})
    if expected is None:
        told = answer.json
        assert (told["status"], told["code"], list(told["errors"])) == (
            422,
            "invalid_local_time",
            ["local"],
        )
    else:
        assert expected in answer.json["seen"]["local"]
