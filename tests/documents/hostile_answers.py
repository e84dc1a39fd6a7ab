"""Answers that no honest ISDS gives: what HTTP, XML and SOAP allow somebody to write.

Each makes raw bytes of a good body. ``BROKEN`` ones say nothing that may be believed; ``WHOLE``
ones are odd and yet complete.
"""

import gzip
from collections.abc import Callable, Iterator
from functools import partial

from tests.documents.answering import V20
from tests.documents.raw_answering import Raw, http

Spoil = Callable[[bytes], Raw]
XML = "Content-Type: text/xml; charset=utf-8"
CLOSES = "Connection: close"
FAULT = b"<s:Fault><faultcode>s:Server</faultcode></s:Fault>"
DOCTYPE = '<!DOCTYPE x [<!ENTITY e "{}">]>'
BOMB = "<!DOCTYPE x [" + '<!ENTITY a "' + "a" * 1000 + '">'
BOMB += "".join(f'<!ENTITY b{n} "{"&a;" * 1000}">' for n in range(20)) + "]>"


def _cut(body: bytes, at: bytes, *, is_told: bool, keeps: int = 0) -> bytes:
    """End the answer before (and some bytes behind) the last place of a text."""
    short = body[: body.rindex(at) + keeps]
    return (
        http(body).partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + short
        if is_told
        else http(short, XML, CLOSES)
    )


def _changed(body: bytes, old: bytes, new: bytes, count: int = 1) -> bytes:
    assert old in body, old
    return http(body.replace(old, new, count))


def _before_root(text: str | bytes) -> Spoil:
    start = text.encode() if isinstance(text, str) else text
    return lambda body: http(start + body)


def _encoded(name: str, declared: str = "") -> Spoil:
    said = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    return lambda body: http((said + body.decode()).encode(name, "replace"))


def _chunked(body: bytes, size: str, end: bytes) -> bytes:
    return http(f"{size}\r\n".encode() + body + end, XML, "Transfer-Encoding: chunked")


def _package(body: bytes, *, boundary: str = "b", told: str = "b") -> bytes:
    parts = f"--{boundary}\r\nContent-Type: application/xop+xml\r\n\r\n".encode() + body
    parts += f"\r\n--{boundary}--\r\n".encode()
    kind = f'Content-Type: multipart/related; type="application/xop+xml"; boundary="{told}"'
    return http(parts, kind, f"Content-Length: {len(parts)}")


def _response_of(body: bytes) -> tuple[bytes, bytes]:
    """Return the answer's element and its status."""
    start, end = body.index(b"<s:Body>") + 8, body.index(b"</s:Body>")
    response = body[start:end]
    kind = b"dmStatus>" if b"<dmStatusCode>" in response else b"dbStatus>"
    first = response.rindex(b"<" + kind)
    return response, response[first : response.rindex(b"</" + kind) + len(kind) + 2]


def _status(old_code: bytes, new: bytes) -> Spoil:
    def spoil(body: bytes) -> bytes:
        response, status = _response_of(body)
        assert old_code in status
        changed = status.replace(old_code, new, 1)
        return http(body.replace(response, response.replace(status, changed)))

    return spoil


def _statuses(make: Callable[[bytes], bytes]) -> Spoil:
    """Put something else where the status stands."""

    def spoil(body: bytes) -> bytes:
        response, status = _response_of(body)
        at = response.rindex(status)
        made = response[:at] + make(status) + response[at + len(status) :]
        return http(body.replace(response, made))

    return spoil


def _double(body: bytes) -> bytes:
    response, _ = _response_of(body)
    return _changed(body, response, response * 2)


def _in_fault(body: bytes) -> bytes:
    response, _ = _response_of(body)
    return _changed(body, response, FAULT)


def _beside_fault(body: bytes) -> bytes:
    response, _ = _response_of(body)
    return _changed(
        body, response, b"<s:Fault><faultcode>s:Server</faultcode></s:Fault>" + response
    )


def _wrapped(body: bytes) -> bytes:
    response, _ = _response_of(body)
    return _changed(body, response, b"<x>" + response + b"</x>")


def _of_headers(*headers: str) -> Spoil:
    return lambda body: http(body, *headers)


def _length(told: Callable[[int], str]) -> Spoil:
    return lambda body: http(body, XML, f"Content-Length: {told(len(body))}")


def _inside(text: bytes) -> Spoil:
    """Put something into the body before the answer's element ends."""
    return lambda body: _changed(body, b"</s:Body>", text + b"</s:Body>")


CUTS = {
    "in the envelope": (b"<s:Body>", 0),
    "in the body": (b"<s:Body>", 8),
    "before the status": (b"StatusCode>", -9),
    "in the code": (b"StatusCode>", -16),
    "behind the code": (b"StatusMessage>", -2),
    "before the last mark": (b"</s:Envelope>", 0),
    "in the last mark": (b"</s:Envelope>", 12),
}
BROKEN: dict[str, Spoil] = {
    # HTTP
    "nothing": lambda _body: b"",
    "no status line": lambda body: body,
    "half a status line": lambda _body: b"HTTP/1.1 2",
    "no status": lambda _body: b"HTTP/1.1\r\n\r\n",
    "a status of letters": lambda body: http(body, status="OK OK"),
    "a status beyond all": lambda body: http(body, status="99999 OK"),
    "a status of two digits": lambda body: http(body, status="20 OK"),
    "headers without end": lambda _body: b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nX: ",
    "very many headers": lambda body: http(body, *[f"X-{n}: 1" for n in range(2_000)]),
    "a very long header": lambda body: http(body, "X: " + "x" * 100_000),
    "an endless header": lambda _body: b"HTTP/1.1 200 OK\r\nX: " + b"x" * 3_000_000,
    "two lengths": lambda body: http(
        body, XML, f"Content-Length: {len(body)}", "Content-Length: 3"
    ),
    "a length too short": _length(lambda n: str(n - 3)),
    "a length too long": _length(lambda n: str(n + 3)),
    "a length beyond all": _length(lambda _n: "9" * 30),
    "no body": lambda _body: http(b""),
    "a chunk that ends early": lambda body: _chunked(body, "FFFFFF", b""),
    "a chunk of letters": lambda body: _chunked(body, "wide", b"\r\n0\r\n\r\n"),
    "a chunk below nothing": lambda body: _chunked(body, "-5", b"\r\n0\r\n\r\n"),
    "chunks without end": lambda body: _chunked(body, f"{len(body):x}", b"\r\n"),
    "chunks that are none": _of_headers(XML, "Transfer-Encoding: chunked"),
    "gzip": lambda body: http(gzip.compress(body), XML, "Content-Encoding: gzip", CLOSES),
    **{
        f"HTTP {status}": partial(lambda body, status: http(body, status=status), status=status)
        for status in (
            "201 Created",
            "202 Accepted",
            "204 No",
            "206 Part",
            "300 Many",
            "301 Moved",
            "302 Found",
            "303 See",
            "304 Same",
            "305 Proxy",
            "307 Other",
            "308 For ever",
            "400 Bad",
            "404 Nowhere",
            "407 Proxy",
            "408 Late",
            "413 Large",
            "418 Tea",
            "429 Many",
            "500 Broken",
            "502 Gate",
            "503 Rest",
            "504 Late",
            "599 Package",
            "600 More",
        )
    },
    **{
        f"cut {where}, {'told' if is_told else 'untold'}": partial(
            _cut, at=at, keeps=keeps, is_told=is_told
        )
        for where, (at, keeps) in CUTS.items()
        for is_told in (True, False)
    },
    # Encodings
    "UTF-16": _encoded("utf-16", "utf-16"),
    "UTF-16 without a mark": _encoded("utf-16-be"),
    "UTF-32": _encoded("utf-32"),
    "UTF-7 of a bomb": lambda body: http((BOMB.encode("utf-7")) + body),
    "EBCDIC": _encoded("cp500", "cp500"),
    "nulls": lambda body: http(body.replace(b"Response", b"Res\x00ponse")),
    "broken UTF-8": lambda body: http(body.replace(b"text", b"\xc3\x28\xff", 1)),
    # XML
    "an outer entity": _before_root('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'),
    "an outer entity over HTTP": _before_root('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'),
    "a parameter entity": _before_root('<!DOCTYPE x [<!ENTITY % e SYSTEM "file:///x">%e;]>'),
    "a bomb of entities": _before_root(BOMB),
    "an unknown entity": _inside(b"&e;"),
    "a harmless document type": _before_root(DOCTYPE.format("e")),
    "a document type behind": lambda body: http(body + b"<!DOCTYPE x>"),
    "very deep": _before_root("<a>" * 100_000),
    "deep and closed": _inside(b"<a>" * 50_000 + b"</a>" * 50_000),
    "very many elements": _inside(b"<a/>" * 1_000_001),
    "very many attributes": _inside(
        b"<a " + b" ".join(b"a%d=''" % n for n in range(1_000_001)) + b"/>"
    ),
    "two roots": lambda body: http(body + body),
    "text behind": lambda body: http(body + b"0000"),
    "an include": _inside(
        b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    ),
    "HTML": lambda _body: http(b"<html><body><h1>It works!</h1></body></html>"),
    "HTML around it": lambda body: http(b"<html>" + body + b"</html>"),
    "JSON": lambda _body: http(b'{"dmStatus": {"dmStatusCode": "0000"}, "dmID": "71"}'),
    # Packages: the client asks for none, so it reads none
    "a package": _package,
    "a package with another boundary": partial(_package, told="c"),
    # SOAP
    "a fault": _in_fault,
    "a fault beside": _beside_fault,
    "two answers": _double,
    "two bodies": lambda body: _changed(body, b"</s:Body>", b"</s:Body><s:Body></s:Body>"),
    "no SOAP": lambda body: http(_response_of(body)[0]),
    "wrapped once more": _wrapped,
    "another version of SOAP": lambda body: http(
        body.replace(b"schemas.xmlsoap.org/soap/envelope/", b"x.org/").replace(
            b"www.w3.org/2003/05/soap-envelope", b"schemas.xmlsoap.org/soap/envelope/"
        )
    ),
    "another version of the interface": lambda body: http(
        body.replace(V20.encode(), b"http://isds.czechpoint.cz/v30")
    ),
    "another operation": lambda body: http(body.replace(b"Response", b"OtherResponse")),
    # The status
    "no status at all": _statuses(lambda _status: b""),
    "two statuses": _statuses(lambda status: status * 2),
    "two that differ": _statuses(lambda status: status + status.replace(b"0000", b"5001")),
    "a status inside": _statuses(lambda status: b"<x>" + status + b"</x>"),
    "an empty code": _status(b"0000", b""),
    "a long code": _status(b"0000", b"00000"),
    "a short code": _status(b"0000", b"00"),
    "a code of letters": _status(b"0000", b"00OK"),
    "Arabic digits": _status(b"0000", "٠٠٠٠".encode()),
    "a hidden character": _status(b"0000", "0000\u200b".encode()),
    "an endless code": _status(b"0000", b"0" * 1_000_000),
    "an endless message": _status(b"text", b"x" * 1_000_000),
    "a code in pieces": _status(b"0000", b"00<x/>00"),
}

WHOLE: dict[str, Spoil] = {
    "as usual": http,
    "a mark of the encoding": lambda body: http(b"\xef\xbb\xbf" + body),
    "another encoding said": _before_root('<?xml version="1.0" encoding="windows-1250"?>'),
    "a comment in the code": _status(b"0000", b"00<!-- x -->00"),
    "a stylesheet": _before_root('<?xml-stylesheet href="file:///etc/passwd"?>'),
    "called HTML": _of_headers("Content-Type: text/html", CLOSES),
    "called JSON": _of_headers("Content-Type: application/json", CLOSES),
    "called a package": _of_headers("Content-Type: multipart/related; boundary=b", CLOSES),
    "called two things": _of_headers(XML, "Content-Type: application/json", CLOSES),
    "not called anything": _of_headers(CLOSES),
    "the same length twice": lambda body: http(
        body, XML, f"Content-Length: {len(body)}", f"Content-Length: {len(body)}"
    ),
    "another answer behind": lambda body: http(body) + http(b"<x/>"),
    "a cookie and a place": _of_headers(XML, "Set-Cookie: a=b", "Location: /x", CLOSES),
    "in chunks": lambda body: _chunked(body, f"{len(body):x}", b"\r\n0\r\n\r\n"),
    "after some patience": lambda body: b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + http(body),
}
REFUSED: dict[str, Spoil] = {
    "401": lambda _body: http(b"<h1>Error 401</h1>", status="401 Who"),
    "403": lambda _body: http(b"<h1>Error 403</h1>", status="403 No"),
}


def gigabyte(piece: bytes = b" " * 1_000_000) -> Iterator[bytes]:
    """Give a thousand pieces of a million bytes."""
    for _ in range(1_000):
        yield piece
