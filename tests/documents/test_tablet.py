"""A signature on the office's tablet: what is taken, and what becomes of it."""

import io
import json
import math
from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from markupsafe import escape
from pypdf import PdfReader

from services.documents.domain import drawn
from services.documents.domain.drawn import HEIGHT, WIDTH, read_drawing, svg_of
from services.documents.domain.records import VerifierBusy
from services.documents.leaving import Gate
from services.documents.rendering.drawings import check_drawing
from shared.auth import COOKIE, FORM_COOKIE, LOCK_COOKIE, SIGN_IN
from shared.errors import DomainError
from shared.keys import KeyRing
from shared.tokens import make_person_token, read_lock
from tests.documents.offices import (
    ASSISTANT,
    AUDITOR,
    DIRECTOR,
    STRANGER,
    Office,
    letter,
)

POINTS = st.tuples(st.integers(0, WIDTH), st.integers(0, HEIGHT))
STROKES = st.lists(st.lists(POINTS, min_size=1, max_size=30), min_size=1, max_size=10)
SIGNATURE = json.dumps(
    [[[60 + 8 * i, int(160 + 90 * math.sin(i / 4))] for i in range(100)], [[300, 240], [700, 230]]]
)


@given(STROKES)
def test_whatever_is_drawn_becomes_plain_shapes_of_the_same_size(strokes: Any) -> None:
    try:
        drawing = read_drawing(json.dumps(strokes))
    except drawn.DrawingEmpty:
        return
    svg = svg_of(drawing).encode()

    check_drawing(svg)
    root = etree.fromstring(svg)
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    assert len(root.findall(".//{*}path")) == len(strokes)


@given(st.text(max_size=200))
def test_any_text_is_a_drawing_or_refused(text: str) -> None:
    try:
        drawing = read_drawing(text)
    except (drawn.DrawingUnreadable, drawn.DrawingEmpty):
        return
    assert drawing.length >= drawn.SHORTEST_LINE


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("", drawn.DrawingEmpty),
        ("[]", drawn.DrawingEmpty),
        ("[[[5,5]]]", drawn.DrawingEmpty),
        ("[[[0,0],[50,0]]]", drawn.DrawingEmpty),
        ("[[[0,0],[500,-1]]]", drawn.DrawingUnreadable),
        (f"[[[0,0],[{WIDTH + 1},5]]]", drawn.DrawingUnreadable),
        ("[[[0,0],[500.5,5]]]", drawn.DrawingUnreadable),
        ("[[[0,0],[true,5]]]", drawn.DrawingUnreadable),
        ('[[["0","0"],["500","5"]]]', drawn.DrawingUnreadable),
        ("[[[0,0,0],[500,5,5]]]", drawn.DrawingUnreadable),
        ('{"a":1}', drawn.DrawingUnreadable),
        ("[NaN]", drawn.DrawingUnreadable),
        ("[" * 50_000, drawn.DrawingUnreadable),
        (json.dumps([[[0, 0], [500, 0]]] * 301), drawn.DrawingUnreadable),
        (json.dumps([[[0, 0]] * 6001]), drawn.DrawingUnreadable),
    ],
)
def test_what_is_no_signature_is_refused(text: str, error: type[DomainError]) -> None:
    with pytest.raises(error):
        read_drawing(text)


@pytest.mark.parametrize("typed", ["", "Jan", "Petr Novák", "Jan  Novák ml."])
def test_a_typed_name_must_be_the_receivers(typed: str) -> None:
    with pytest.raises(drawn.NameNotTyped):
        drawn.check_typed_name(typed, "Jan Novák")
    assert drawn.check_typed_name(" jan  novák ", "Jan Novák") == "jan novák"


def opened(office: Office) -> tuple[dict[str, Any], str, dict[str, str]]:
    made = office.put(letter())
    office.work(2)
    found: dict[str, Any] = office.view(made["id"])["delivery"]
    shown = office.view(made["id"])["sha256"]
    form = {"shown": shown, "received_by": "Jan Novák", "drawing": SIGNATURE, "typed": ""}
    return found, f"/deliveries/{found['id']}/tablet", form


def text_of(pdf: bytes) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    return "".join(page.extract_text() for page in pages).replace("\u00a0", " ")


def test_a_drawn_signature_delivers_and_stands_in_the_sealed_record(office: Office) -> None:
    office.make_key(ASSISTANT)
    found, address, form = opened(office)
    browser = office.browser(ASSISTANT)

    shown = browser.get(address)
    done = office.browser(ASSISTANT).post(address, data=form)
    after = office.view(found["document_id"])["delivery"]
    signed = office.sign(after["receipt_id"], ASSISTANT)
    office.work(2)

    assert form["shown"] in shown.text
    assert done.status_code == 200
    assert f"ids={after['receipt_id']}" in done.text
    assert (after["state"], after["delivery_basis"]) == ("delivered", "hand_over")
    assert (after["delivered_on"], after["received_by"]) == ("2026-04-03", "Jan Novák")
    assert signed.status_code == 201
    record = office.view(after["receipt_id"])
    assert record["state"] == "issued", "sealed and time stamped"
    pdf = office.api("GET", f"/documents/{record['id']}/file.pdf", AUDITOR).data
    facts = json.loads(PdfReader(io.BytesIO(pdf)).attachments["facts.json"][0])["facts"]
    (proof,) = after["proofs"]
    kept = office.api("GET", f"/deliveries/{found['id']}/proofs/{proof['id']}", AUDITOR)
    assert (facts["document_sha256"], facts["signed"]) == (form["shown"], "drawn")
    assert facts["scan_sha256"] == proof["sha256"] == sha256(kept.data).hexdigest()
    assert kept.mimetype == "image/svg+xml"
    assert kept.headers["Content-Disposition"].startswith("attachment")
    text = text_of(pdf)
    for words in ("Podpis příjemce: Jan Novák", form["shown"][:32], "vlastní rukou na zařízení"):
        assert words in text


def test_who_cannot_draw_types_the_name(office: Office) -> None:
    found, address, form = opened(office)
    wrong_name = {**form, "drawing": "[]", "typed": "Petr Novák"}

    wrong = office.browser(ASSISTANT).post(address, data=wrong_name)
    right_name = {**form, "drawing": "", "typed": "Jan Novák"}
    done = office.browser(ASSISTANT).post(address, data=right_name)

    assert wrong.status_code == 422
    assert "stejně jako výše: Jan Novák" in wrong.text
    assert done.status_code == 200
    after = office.view(found["document_id"])["delivery"]
    (proof,) = after["proofs"]
    kept = office.api("GET", f"/deliveries/{found['id']}/proofs/{proof['id']}", AUDITOR)
    assert kept.mimetype == "text/plain"
    for words in ("Jan Novák", form["shown"], "Napsáno příjemcem na zařízení organizace"):
        assert words in kept.text
    pdf = office.api("GET", f"/documents/{after['receipt_id']}/preview.pdf", DIRECTOR).data
    assert "napsáním svého jména" in text_of(pdf)


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"drawing": ""}, 422, "Podepište se do rámečku"),
        ({"drawing": "<svg onload=alert(1)>"}, 422, "nepodařilo přečíst"),
        ({"received_by": " "}, 422, "Vyplňte prosím"),
        ({"shown": "0" * 64}, 409, "mezitím dostal další podpis"),
        ({"shown": ""}, 409, "mezitím dostal další podpis"),
    ],
)
def test_a_bad_signature_delivers_nothing(
    office: Office, changes: dict[str, str], status: int, words: str
) -> None:
    found, address, form = opened(office)
    before = office.stored()

    reply = office.browser(ASSISTANT).post(address, data={**form, **changes})

    assert (reply.status_code, words in reply.text) == (status, True)
    assert office.view(found["document_id"])["delivery"]["state"] == "needs_person"
    changed = {name for name, rows in office.stored().items() if rows != before[name]}
    assert changed <= {"file_pass"}, "the judgement of the letter is kept, nothing else"


def test_after_a_change_the_present_file_is_signed_anew(office: Office) -> None:
    """The page that tells of it shows the new file and no longer the old drawing."""
    _, address, form = opened(office)

    reply = office.browser(ASSISTANT).post(address, data={**form, "shown": "0" * 64})

    assert reply.status_code == 409
    assert form["shown"] in reply.text
    assert "0" * 64 not in reply.text
    assert escape(SIGNATURE) not in reply.text


def on_the_spot(office: Office, found: dict[str, Any], form: dict[str, str], **more: Any) -> Any:
    """Record through the API what a tablet of the office's own program took."""
    given = {"shown": form["shown"], "received_by": "Jan Novák", "version": found["version"]}
    drawn_there = {"drawing": SIGNATURE}
    path = f"/deliveries/{found['id']}/tablet-hand-over"
    return office.api("POST", path, ASSISTANT, {**given, **drawn_there, **more})


@pytest.mark.parametrize(
    ("more", "way"), [({}, "drawn"), ({"drawing": "[]", "typed": "Jan Novák"}, "typed")]
)
def test_a_program_records_what_was_signed_on_the_spot(
    office: Office, more: dict[str, Any], way: str
) -> None:
    found, _, form = opened(office)

    done = on_the_spot(office, found, form, **more)

    assert (done.status_code, done.json["state"]) == (200, "delivered"), done.json
    record = office.api("GET", f"/documents/{done.json['receipt_id']}/preview.pdf", ASSISTANT).data
    facts = json.loads(PdfReader(io.BytesIO(record)).attachments["facts.json"][0])["facts"]
    assert (facts["signed"], facts["document_sha256"]) == (way, form["shown"])


@pytest.mark.parametrize(
    ("more", "status", "slug"),
    [
        ({"version": 99}, 409, "stale"),
        ({"shown": "0" * 64}, 409, "document-changed"),
        ({"drawing": "[[[0,0],[5,5]]]"}, 422, "drawing-empty"),
        ({"drawing": f"[[[0,0],[{WIDTH + 1},5]]]"}, 422, "drawing-unreadable"),
        ({"drawing": "[]", "typed": "Petr Novák"}, 422, "name-not-typed"),
        ({"drawing": '[[["0","0"]]]'}, 422, "drawing-unreadable"),
        ({"drawing": [[[0, 0], [500, 5]]]}, 422, "invalid"),
        ({"drawing": " " * drawn.LONGEST_TEXT + SIGNATURE}, 422, "invalid"),
    ],
)
def test_a_program_records_no_bad_signature(
    office: Office, more: dict[str, Any], status: int, slug: str
) -> None:
    found, _, form = opened(office)
    office.api("GET", f"/deliveries/{found['id']}/letter.pdf", ASSISTANT)  # judged and kept
    before = office.stored()

    reply = on_the_spot(office, found, form, **more)

    assert (reply.status_code, reply.json["type"]) == (status, f"urn:vyzva:problem:{slug}")
    assert office.stored() == before


def test_a_delivery_that_is_done_asks_for_no_signature(office: Office) -> None:
    _found, address, form = opened(office)
    office.browser(ASSISTANT).post(address, data=form)

    again = office.browser(ASSISTANT).post(address, data=form)

    assert again.status_code == 303
    assert again.location.endswith(address.removesuffix("/tablet"))
    assert office.events().count("delivery.delivered") == 1


def test_who_holds_the_tablet_sees_the_document_and_nothing_of_the_office(office: Office) -> None:
    """No link but the clerk's way back; every page behind it asks for the password."""
    found, address, form = opened(office)
    here = address.removesuffix("/tablet")
    browsers = [office.browser(ASSISTANT) for _ in range(3)]

    shown = browsers[0].get(address)
    wrong = browsers[1].post(address, data={**form, "drawing": ""})
    done = browsers[2].post(address, data=form)

    receipt = office.view(found["document_id"])["delivery"]["receipt_id"]
    for reply, way_back in ((shown, here), (wrong, here), (done, f"/sign?ids={receipt}")):
        links = html.fromstring(reply.text).xpath("//a/@href")
        assert [link for link in links if not link.startswith("#")][1:] == []
        assert links[-1].removeprefix("/documents").startswith(way_back)
        assert not html.fromstring(reply.text).xpath("//nav")
    pictures = html.fromstring(shown.text).xpath("//img/@src")
    assert len(pictures) == office.view(found["document_id"])["pages"]
    assert all(b64decode(one.partition(",")[2]).startswith(b"\x89PNG") for one in pictures)
    for browser in browsers:
        for page in (here, "/deliveries", f"/sign?ids={receipt}"):
            assert browser.get(page).location.startswith("/registry/sign-in?next=")


@pytest.mark.parametrize(("trouble", "status"), [("busy verifier", 503), ("old form", 400)])
def test_an_answer_that_failed_leaves_no_page_of_the_office_open(
    office: Office, monkeypatch: pytest.MonkeyPatch, trouble: str, status: int
) -> None:
    """The form was sent with a token that the session had renewed for it."""
    _found, address, form = opened(office)
    browser = office.browser(ASSISTANT)
    if trouble == "old form":
        office.app.config["WTF_CSRF_ENABLED"] = True
    else:
        monkeypatch.setattr(Gate, "check_paper", busy)

    failed = browser.post(address, data=form)

    assert failed.status_code == status
    assert browser.get("/deliveries").location.startswith("/registry/sign-in?next=")


def test_a_token_left_over_by_a_broken_connection_opens_nothing(office: Office) -> None:
    """Registry renewed the form of the locked tablet, which was never sent after all."""
    found, address, form = opened(office)
    keys = KeyRing(office.app.extensions["vyzva-settings"].keys_folder, "registry")
    token = make_person_token(keys, ASSISTANT, form=address)
    browser, here = office.browser(ASSISTANT), address.removesuffix("/tablet")
    browser.delete_cookie(COOKIE)
    browser.set_cookie(FORM_COOKIE, token)

    shown = [browser.get(path) for path in (address, here, "/deliveries", "/")]
    posted = browser.post(f"{here}/end", data={"why": "Někdo jiný to ukončil."})
    asked = office.client.get("/api/v1/deliveries", headers={"Authorization": f"Bearer {token}"})
    before = office.view(found["document_id"])["delivery"]
    done = browser.post(address, data=form)

    for reply in shown:
        assert reply.location.startswith("/registry/sign-in?next=")
    assert posted.location.startswith("/registry/sign-in/renew?next=")
    assert asked.status_code == 401
    assert before == found
    assert done.status_code == 200


def test_the_lock_names_the_page_that_the_recipient_holds(office: Office) -> None:
    """Registry renews the form of no other; see tests/registry/test_signing_in.py."""
    _found, address, form = opened(office)
    keys = KeyRing(office.app.extensions["vyzva-settings"].keys_folder, "registry")
    browser = office.browser(ASSISTANT)

    for reply in (browser.get(address), office.browser(ASSISTANT).post(address, data=form)):
        cookies = reply.headers.getlist("Set-Cookie")
        (given,) = [one for one in cookies if one.startswith(f"{LOCK_COOKIE}=")]
        value, _, rest = given.removeprefix(f"{LOCK_COOKIE}=").partition("; ")
        assert read_lock(keys, value) == address
        assert set(rest.split("; ")) == {"HttpOnly", f"Path={SIGN_IN}", "SameSite=Lax"}


def busy(*_asked: Any) -> None:
    raise VerifierBusy


def test_a_clerk_who_only_looks_is_not_signed_out(office: Office) -> None:
    """What is not open for paper leads back to the delivery, and the clerk works on."""
    _found, address, form = opened(office)
    office.browser(ASSISTANT).post(address, data=form)
    browser = office.browser(ASSISTANT)

    assert browser.get(address).location.endswith(address.removesuffix("/tablet"))
    assert browser.get("/deliveries").status_code == 200


def test_the_tablet_is_the_offices(office: Office) -> None:
    _found, address, form = opened(office)

    assert office.browser(AUDITOR).post(address, data=form).status_code == 403
    assert office.browser(STRANGER).get(address).status_code == 404
