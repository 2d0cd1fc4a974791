"""The commands that reproduce a failure, pasted into a real shell where ``curl`` only shows what it was given."""

from __future__ import annotations

import copy
import json
import re
import subprocess
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import httpx2
import pytest

from specproof.checks.client import Api
from specproof.checks.credentials import misplaced, second, valid, wrong
from specproof.checks.curl import curl_command
from specproof.checks.fresh import ALNUM, LOWER, FreshText, fresh
from specproof.checks.message import Message, laid_out
from specproof.checks.origins import TakenNumber, TakenText
from specproof.checks.outcome import CheckFailure
from specproof.checks.pointers import changed, removed
from specproof.checks.records import Answer
from specproof.checks.shell import Slots, Variable, literal, printed, word
from specproof.checks.wire import Parameter
from unit.checks.checkfakes import SECRET, SECRETS, api_of, response

HOSTILE = [
    'it\'s "q" $HOME ${HOME} `id` $(id) \\ \\n ! \u4e66 %s %% ~ * ? # & ; | < >',
    "'; exit 9; '",
    "line one\nline two\n$(exit 9)",
    "\x1b[31m\ttab\r\x07\u202e\u2028\xa0",
    "--output /tmp/x @/etc/passwd -K x",
    "new authors1_id SPECPROOF_CREDENTIAL_TOKEN @@SPECPROOF_CREDENTIAL_TOKEN@@",
]
# Each argument on its own, ended by NUL; after them what came in. Then the canned answer, on the real standard output.
FAKE_CURL = """
curl() {
    for argument in "$@"; do printf '%s\\0' "$argument" >&3; done
    case "$*" in *--data-binary*) cat >&3; printf '\\0' >&3;; esac
    printf '\\001' >&3
    printf '%s' "$CANNED"
}
"""


def pasted(script: str, canned: object = None, shell: str = "sh") -> list[list[str]]:
    """What each curl of ``script`` was given: its arguments, and its input if it read any."""
    done = subprocess.run(
        [shell],
        input=f"{{ {FAKE_CURL}\n{script}\n}} 3>&1 >/dev/null\n".encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=True,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "LC_ALL": "C.UTF-8", "CANNED": json.dumps(canned), "HOME": "/", **SECRETS},
        timeout=20,
    )
    assert done.stderr == b""
    calls = done.stdout.split(b"\x01")[:-1]
    return [call.removesuffix(b"\0").decode("utf-8", "surrogateescape").split("\0") for call in calls]


def replied(*bodies: object) -> Api:
    """An API that answers with ``bodies``, one after the other."""
    waiting = list(bodies)
    return api_of(lambda _: response(200, waiting.pop(0)))


def script_of(answer: Answer) -> str:
    with pytest.raises(CheckFailure) as failure:
        answer.fail("rejected", "something else")
    return failure.value.curl


def after(arguments: Sequence[str], option: str) -> list[str]:
    """The values that ``option`` has."""
    return [value for name, value in pairwise(arguments) if name == option]


@pytest.mark.parametrize("text", [*HOSTILE, "", "\n", " x\n\n", "\x7f", "\udcff"])
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_a_literal_word_is_inert_and_whole(text: str, shell: str) -> None:
    assert pasted(f"curl {literal(text)}", shell=shell) == [[text]]
    assert all(char.isprintable() or char == "\n" for char in literal(text))


@pytest.mark.parametrize("text", [*HOSTILE, "a\n", "\\0101\\c", "\udcff\x02"])
@pytest.mark.parametrize("shell", ["sh", "bash"])
def test_what_is_printed_is_inert_and_whole(text: str, shell: str) -> None:
    command = printed([text, Variable("SPECPROOF_CREDENTIAL_TOKEN"), text])
    assert pasted(f"{command} | curl --data-binary @-", shell=shell)[0][-1] == f"{text}{SECRET}{text}"


@pytest.mark.parametrize("neighbour", ["", "x", "7", "_", "\u4e66", "/", '"', "'", "$", "`", "}", "\\", "!"])
def test_variables_stand_beside_anything(neighbour: str) -> None:
    pieces = [neighbour, Variable("SPECPROOF_CREDENTIAL_TOKEN"), neighbour]
    assert pasted(f"curl {word(pieces)}") == [[f"{neighbour}{SECRET}{neighbour}"]]


def test_slots_survive_every_layout_and_nobody_can_name_a_variable() -> None:
    slots = Slots({"SPECPROOF_CREDENTIAL_TOKEN": "known-secret"})
    first, second_one = slots.slot("a"), slots.slot("b")
    assert slots.slot("a") == first
    text = json.dumps({"x": first, "y": f"{second_one}known-secret$a@@a@@"})
    assert slots.pieces(text) == [
        '{"x": ', Variable("a"), ', "y": "', Variable("b"), Variable("SPECPROOF_CREDENTIAL_TOKEN"), '$a@@a@@"}',
    ]  # fmt: skip


def test_one_request_is_one_command() -> None:
    answer = api_of(lambda _: response(500)).send("POST", "/things", json={"name": fresh("N-", (ALNUM, 8))}, auth=valid("TOKEN"))
    assert script_of(answer) == (
        "curl -sS -i -X POST http://api.test/v1/things -H 'Content-Type: application/json' "
        '-H "Authorization: Bearer $SPECPROOF_CREDENTIAL_TOKEN" '
        f"--data-raw '{json.dumps(answer.sent)}'"
    )


def test_a_token_under_another_scheme_is_sent_as_it_is_and_a_pair_is_encoded() -> None:
    shown = {}
    for scheme, auth in (("TOKEN", misplaced("TOKEN")), ("PAIR", valid("PAIR"))):
        answer = api_of(lambda _: response(500)).send("GET", "/things", auth=auth)
        shown[scheme] = script_of(answer).removeprefix("curl -sS -i -X GET http://api.test/v1/things ")
    assert shown == {
        "TOKEN": '-H "Authorization: Basic $SPECPROOF_CREDENTIAL_TOKEN"',
        "PAIR": '-u "$SPECPROOF_CREDENTIAL_PAIR"',
    }


def test_a_failure_of_the_first_request_is_not_told_with_later_ones() -> None:
    api = replied({"id": 1}, {})
    first = api.send("POST", "/things", json={})
    api.send("GET", "/things/{id}", path={"id": first.at("/id")})
    assert script_of(first).count("curl") == 1


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_command_carries_anything(hostile: str) -> None:
    message = Message("POST", "http://a/b?x[]={1}&y='", (("X-A", hostile), ("X-Empty", "")), hostile.encode())
    [arguments] = pasted(curl_command(message, Slots({}), "-i"))
    assert arguments[:6] == ["-sS", "-i", "-X", "POST", "http://a/b?x[]={1}&y='", "--globoff"]
    assert after(arguments, "-H") == [f"X-A: {hostile}", "X-Empty;", "Content-Type:"]
    assert arguments[-1] == hostile if "\r" in hostile else arguments[-2:] == ["--data-raw", hostile]


@pytest.mark.parametrize("content", [b"\x00\xff'\r\n%", b"x" * 300_000, "\u4e66".encode() * 60_000 + b"$(id)\n"])
def test_what_no_word_can_hold_is_piped_and_never_shortened(content: bytes) -> None:
    command = curl_command(Message("POST", "http://a", (("Content-Type", "a/b"),), content), Slots({}))
    assert command.endswith("| curl -sS -X POST http://a -H 'Content-Type: a/b' --data-binary @-")
    if b"\0" not in content:
        assert pasted(command)[0][-1] == content.decode()
    else:
        shown = command.partition(" | ")[0]
        assert subprocess.run(["sh", "-c", shown], capture_output=True, check=True, timeout=20).stdout == content


@pytest.mark.parametrize(
    ("auth", "words"),
    [
        (valid("TOKEN"), ["-H", f"Authorization: Bearer {SECRET}"]),
        (second("TOKEN"), ["-H", "Authorization: Bearer another-token"]),
        (wrong("TOKEN"), ["-H", "Authorization: Bearer specproof-wrong-credential-0000"]),
        (valid("PAIR"), ["-u", "user:pa$$ word"]),
        (valid("KEY"), ["-H", f"X-Key: {SECRET}"]),
        (valid("COOKIE"), ["-H", f"Cookie: a=1; sid={SECRET}"]),
    ],
)
def test_secrets_stay_in_their_variables(auth: Any, words: list[str]) -> None:
    script = script_of(replied({}).send("GET", "/things", cookies={"a": 1} if "COOKIE" in auth.schemes else {}, auth=auth))
    assert not any(secret in script for secret in SECRETS.values())
    assert pasted(script)[0][-2:] == words


def test_a_secret_in_a_query_or_in_what_a_case_sends_stays_in_its_variable_too() -> None:
    script = script_of(replied({}).send("POST", "/things", query={"a": 1}, json={"copy": SECRET}, auth=valid("QUERY")))
    assert SECRET not in script
    [arguments] = pasted(script)
    assert arguments[4] == f"http://api.test/v1/things?a=1&key={SECRET}"
    assert arguments[-1] == json.dumps({"copy": SECRET})


def test_what_an_answer_gave_is_taken_out_of_the_new_answer() -> None:
    api = replied({"id": 17, "tags": [{"code": "a-b"}], "name": "N"}, {}, {})
    made = api.send("POST", "/authors", json={"name": "x"})
    api.send("PUT", "/authors/{id}", path={"id": made.at("/id")}, json={"name": "y"})
    last = api.send(
        "POST",
        "/books/{id}/{of}",
        path={"id": made.at("/id"), "of": made.find("/tags/0/code")},
        query={"q": [made.at("/id"), 2], "n": made.at("/name")},
        headers={"X-Author": made.at("/tags/0/code")},
        cookies={"c": made.at("/id")},
        json={"author_id": made.at("/id"), "tag": made.at("/tags/0/code"), "same": 17},
    )
    script = script_of(last)
    assert [line.split("=")[0] for line in script.splitlines()[:4]] == [
        "authors1", "authors1_id", "authors1_tags_0_code", "authors1_name",
    ]  # fmt: skip
    assert '--data-raw \'{"author_id": \'"$authors1_id"\', "tag": "\'"$authors1_tags_0_code"\'", "same": 17}\'' in script
    calls = pasted(script, {"id": 99, "tags": [{"code": "c.d"}], "name": "M"})
    assert calls[0][:3] == ["-sS", "-X", "POST"]
    assert calls[1][:6] == ["-sS", "-w", "\\n", "-X", "PUT", "http://api.test/v1/authors/99"]
    assert calls[2][1] == "-i"
    assert calls[2][4] == "http://api.test/v1/books/99/c.d?q=99&q=2&n=M"
    assert after(calls[2], "-H") == ["X-Author: c.d", "Content-Type: application/json", "Cookie: c=99"]
    assert json.loads(calls[2][-1]) == {"author_id": 99, "tag": "c.d", "same": 17}


def test_one_value_needs_one_line() -> None:
    api = replied([{"items": {"0": "k7"}}], {})
    listing = api.send("GET", "/\u4e66")
    script = script_of(api.send("GET", "/x/{id}", path={"id": listing.at("/0/items/0")}))
    assert script == (
        "answer1_0_items_0=$(curl -sS -X GET http://api.test/v1/%E4%B9%A6"
        """ | python3 -c 'import json,sys; print(json.load(sys.stdin)[0]["items"]["0"])')\n"""
        'curl -sS -i -X GET "http://api.test/v1/x/$answer1_0_items_0"'
    )
    assert pasted(script, [{"items": {"0": "k8"}}])[1][-1] == "http://api.test/v1/x/k8"


@pytest.mark.parametrize("name", [*HOSTILE, "\U0001f600'\"", "\ud800", "", "a/b~c", "0"])
def test_hostile_names_of_properties_stay_inert(name: str) -> None:
    body = {name: {name: [5]}}
    api = replied(body, {})
    pointer = "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in (name, name, "0"))
    made = api.send("POST", "/" + re.sub("[?{}\ud800]", "", name), json={})
    script = script_of(api.send("GET", "/x/{id}", path={"id": made.at(pointer)}))
    assert pasted(script, {name: {name: [6]}})[1][-1] == "http://api.test/v1/x/6"


@pytest.mark.parametrize("value", [*HOSTILE, "a b", "ends\n", "\ud800", "nul\0", "", 0, -3, 10**30])
def test_hostile_values_arrive_as_they_are_wherever_they_are_used(value: Any) -> None:
    api = replied({"v": value}, {}, {}, {}, {})
    taken = api.send("POST", "/a", json={}).at("/v")
    sending: list[dict[str, Any]] = [
        {"json": {"a": [taken], "b": taken}},
        {"content": f"{taken}" if isinstance(value, int) else taken, "media_type": "text/plain"},
    ]
    if "\ud800" not in str(value):
        sending += [
            {"form": {"f": taken, "g": [taken]}, "query": [Parameter("j", {"x": taken}, json_content=True)]},
            {"multipart": {"m": taken, "n": {"o": taken}}, "query": {"q": taken}, "cookies": {"c": taken}},
        ]
    for arguments in sending:
        answer = api.send("POST", "/b", **arguments)
        script = script_of(answer)
        if "\0" in str(value) and not arguments.keys() & {"json", "form"}:
            continue  # the fake cannot tell it from its own marks
        given = pasted(script, {"v": value})[-1]
        assert given[-1].encode("utf-8", "surrogateescape") == answer.request.body.content
        sent = laid_out(answer.request)
        assert given[4] == sent.url
        assert after(given, "-H") == [f"{name}: {text}" for name, text in sent.headers]


def test_a_text_that_a_place_spells_differently_is_spelt_by_the_script() -> None:
    api = replied({"name": 'a "b"/c'}, {})
    name = api.send("GET", "/authors").at("/name")
    script = script_of(api.send("POST", "/books/{n}", path={"n": name}, query={"n": name}, headers={"X-N": name}, json=[name]))
    assert "a%20%22b%22%2Fc" not in script
    given = pasted(script, {"name": 'd "e"\\ f'})[1]
    assert given[4] == "http://api.test/v1/books/d%20%22e%22%5C%20f?n=d%20%22e%22%5C%20f"
    assert 'X-N: d "e"\\ f' in given
    assert json.loads(given[-1]) == ['d "e"\\ f']


def test_only_what_was_taken_is_taken_again_not_what_happens_to_be_equal() -> None:
    api = replied({"id": 7, "on": True, "part": {"id": 7}}, {})
    made = api.send("POST", "/a", json={})
    body = {"id": 7, "on": made.at("/on"), "part": made.at("/part"), "kept": removed(changed({"x": 7}, "/y", 7), "/z")}
    script = script_of(api.send("POST", "/b", json=body))
    assert json.dumps(body) in script
    assert "$(" not in script


def test_values_of_another_case_are_written_out() -> None:
    foreign = replied({"id": 7}).send("POST", "/a").at("/id")
    api = replied({}, {})
    api.send("GET", "/first")
    script = script_of(api.send("GET", "/b/{id}", path={"id": foreign}))
    assert script.endswith("http://api.test/v1/b/7")


def test_new_strings_are_made_new_again_in_several_requests() -> None:
    api = replied({"id": 1}, {})
    name, short, letters = fresh("N ", (ALNUM, 8), "@x.test"), fresh((ALNUM, 4)), fresh((LOWER, 9))
    made = api.send("POST", "/a", json={"name": name, "short": short, "letters": letters})
    script = script_of(api.send("POST", "/b", query={"n": made.sent_at("/name")}, form={"n": name}))
    assert script.startswith("new=$(date +%s | tail -c 6)\n")
    first, last = pasted(script.replace("date +%s", "echo 1234567890"))
    renewed = f"{name[:5]}67890@x.test"
    assert json.loads(first[-1]) == {"name": renewed, "short": short, "letters": letters}
    assert last[4].endswith(f"?n=N%20{name[2:5]}67890%40x.test")
    assert last[-1] == f"n={renewed}".replace(" ", "%20").replace("@", "%40")


def test_marks_survive_copies_and_change_nothing() -> None:
    made = replied({"id": 5, "name": "N", "half": 0.5, "none": None}).send("POST", "/a")
    number, text, new = made.at("/id"), made.at("/name"), fresh((ALNUM, 8))
    assert (type(number), type(text), type(new)) == (TakenNumber, TakenText, FreshText)
    assert (number, text) == (5, "N")
    assert json.dumps([number, text, new]) == f'[5, "N", "{new}"]'
    for value in (number, text, new):
        assert copy.deepcopy([value])[0] is value
    assert [type(made.at(pointer)) for pointer in ("/half", "/none", "")] == [float, type(None), dict]


def test_names_of_variables_are_ours() -> None:
    api = replied({"a-b": 1, "a_b": 2, "!": 3}, {}, {"id": 4}, {})
    one = api.send("POST", "/PATH=x;id/2fa-Codes", json={})
    two = api.send("POST", "/{only}", path={"only": one.at("/a-b")})
    assert two.status == 200
    three = api.send("POST", "/http", json=[one.at("/a_b"), one.at("/!")])
    script = script_of(api.send("GET", "/x", query={"q": three.at("/id")}))
    names = [line.partition("=")[0] for line in script.splitlines() if "=$(" in line]
    assert names == ["fa_codes1", "fa_codes1_a_b", "fa_codes1_a_b_2", "fa_codes1_value", "http3_id"]


def test_an_unanswered_request_is_told_with_what_came_before() -> None:
    def respond(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith("/b"):
            raise httpx2.ReadTimeout("slow")
        return response(200, {"id": 5})

    api = api_of(respond)
    identity = api.send("POST", "/a").at("/id")
    with pytest.raises(CheckFailure) as failure:
        api.send("GET", "/b", query={"q": identity})
    assert pasted(failure.value.curl, {"id": 6})[1][-1] == "http://api.test/v1/b?q=6"


def test_pages_that_were_only_turned_are_left_out() -> None:
    pages = {"1": [{"id": n} for n in range(10)], "2": []}
    api = api_of(lambda request: response(200, pages[request.url.params["page"]]))
    listing = api.send("GET", "/things", query={"page": 1})
    assert listing.again(query={"page": 2}).body == []
    assert script_of(listing) == "curl -sS -i -X GET 'http://api.test/v1/things?page=1'"
    following = api.send("GET", "/things", query={"page": 1})
    assert script_of(following).count("curl") == 2


def test_several_lines_begin_at_the_margin_of_the_report() -> None:
    api = replied({}, {})
    api.send("GET", "/a")
    with pytest.raises(CheckFailure) as failure:
        api.send("GET", "/b").fail("rejected", "x")
    assert str(failure.value).endswith(f"\n  reproduce:\n{failure.value.curl}")
