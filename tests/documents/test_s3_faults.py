"""The bucket fails in every way that a server can; nothing is taken for kept that is not."""

import hashlib
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as StockCredentials
from hypothesis import given
from hypothesis import strategies as st

from services.documents.adapters import s3
from services.documents.adapters.files import (
    FileDamaged,
    FileMissing,
    StoreFull,
    StoreUnavailable,
)
from services.documents.adapters.sigv4 import Asked, Credentials, query_string, signed_headers
from services.documents.config import DocumentsSettings
from services.documents.storage.choosing import open_store
from shared.config import SettingsError, load
from tests.documents.stores import CREDENTIALS, Said, error, scripted

pytestmark = pytest.mark.one_database
CONTENT = b"a document"
NAME = hashlib.sha256(CONTENT).hexdigest()
KEPT = Said(200, CONTENT)
AT = datetime(2026, 4, 3, 7, 12, 5, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "PAUSE_SECONDS", 0)


def test_each_write_is_on_a_condition_and_read_back() -> None:
    with scripted(Said(200), KEPT) as (server, store):
        assert store.put(CONTENT) == NAME

    (verb, path, headers), (second, same, _) = server.asked
    assert (verb, second) == ("PUT", "GET")
    assert path == same == f"/papers/{NAME[:2]}/{NAME}"
    assert headers["If-None-Match"] == "*"
    assert headers["x-amz-content-sha256"] == NAME


def test_a_server_fault_that_passes_is_waited_out() -> None:
    with scripted(error(503, "SlowDown"), Said(500), Said(200), KEPT) as (server, store):
        assert store.put(CONTENT) == NAME

    assert [verb for verb, _, _ in server.asked] == ["PUT", "PUT", "PUT", "GET"]


def test_a_server_fault_that_stays_is_told() -> None:
    with (
        scripted(error(503, "SlowDown")) as (server, store),
        pytest.raises(StoreUnavailable) as told,
    ):
        store.put(CONTENT)

    assert told.value.params == {"reason": "503 SlowDown"}
    assert len(server.asked) == s3.ATTEMPTS


def test_a_refusal_is_not_repeated() -> None:
    with (
        scripted(error(403, "SignatureDoesNotMatch")) as (server, store),
        pytest.raises(StoreUnavailable),
    ):
        store.put(CONTENT)

    assert len(server.asked) == 1


def test_an_answer_that_is_lost_after_writing_makes_one_object() -> None:
    with scripted(Said(500), error(412, "PreconditionFailed"), KEPT) as (_, store):
        assert store.put(CONTENT) == NAME


def test_what_was_there_before_is_compared_and_mended() -> None:
    there = error(412, "PreconditionFailed")
    with scripted(there, Said(200, b"half"), Said(200), KEPT) as (server, store):
        assert store.put(CONTENT) == NAME

    assert "If-None-Match" not in server.asked[2][2]


def test_a_server_that_keeps_other_bytes_is_not_believed() -> None:
    with scripted(Said(200), Said(200, b"other")) as (_, store), pytest.raises(StoreUnavailable):
        store.put(CONTENT)


def test_a_server_that_keeps_nothing_is_not_believed() -> None:
    with (
        scripted(Said(200), error(404, "NoSuchKey")) as (_, store),
        pytest.raises(StoreUnavailable),
    ):
        store.put(CONTENT)


def test_a_server_without_conditions_is_written_to_without() -> None:
    with scripted(error(501, "NotImplemented"), Said(200), KEPT) as (server, store):
        assert store.put(CONTENT) == NAME

    assert "If-None-Match" not in server.asked[1][2]


@pytest.mark.parametrize(
    "said", [error(507, "InsufficientStorage"), error(403, "QuotaExceeded")], ids=["507", "quota"]
)
def test_no_room_is_told_as_no_room(said: Said) -> None:
    with scripted(said) as (_, store), pytest.raises(StoreFull):
        store.put(CONTENT)


def test_a_redirect_is_not_followed() -> None:
    with scripted(Said(200, CONTENT)) as (other, _):
        elsewhere = {"Location": "http://127.0.0.1:1/elsewhere"}
        moved = Said(301, headers=elsewhere)
        with scripted(moved) as (server, store), pytest.raises(StoreUnavailable):
            store.get(NAME)

    assert (len(server.asked), other.asked) == (1, [])


def test_only_a_missing_object_is_missing() -> None:
    with scripted(error(404, "NoSuchKey")) as (_, store), pytest.raises(FileMissing):
        store.get(NAME)
    with scripted(error(404, "NoSuchBucket")) as (_, store), pytest.raises(StoreUnavailable):
        store.get(NAME)
    with scripted(Said(404, b"<html>proxy")) as (_, store), pytest.raises(StoreUnavailable):
        store.get(NAME)


def test_half_an_answer_is_none() -> None:
    with scripted(Said(200, CONTENT, cut=4)) as (_, store), pytest.raises(StoreUnavailable):
        store.get(NAME)


def test_other_bytes_are_damage() -> None:
    with scripted(Said(200, b"a dokument")) as (_, store), pytest.raises(FileDamaged):
        store.get(NAME)


def test_an_endless_answer_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3, "MOST_BYTES", 1000)
    with scripted(Said(200, b"x" * 100_000)) as (_, store), pytest.raises(StoreUnavailable):
        store.get(NAME)


def test_nobody_listening_is_unavailable() -> None:
    with scripted(KEPT) as (_, store):
        pass

    with pytest.raises(StoreUnavailable):
        store.get(NAME)


def test_entities_in_a_list_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY k "00">]><ListBucketResult><Key>&k;</Key></ListBucketResult>'
    with scripted(Said(200, bomb)) as (_, store):
        assert list(store.names()) == []


def test_the_example_of_the_standard_is_signed_as_there() -> None:
    asked = Asked(
        method="GET",
        host="examplebucket.s3.amazonaws.com",
        path="/test.txt",
        query={},
        headers={"Range": "bytes=0-9"},
        payload_sha256=s3.EMPTY,
    )
    key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    whose = Credentials("AKIAIOSFODNN7EXAMPLE", key, "us-east-1")

    headers = signed_headers(asked, whose, datetime(2013, 5, 24, tzinfo=UTC))

    assert headers["Authorization"].endswith(
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    )


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12)


@given(query=st.dictionaries(words.filter(bool), words, max_size=3), key=words)
def test_every_request_is_signed_as_the_usual_client_does(query: dict[str, str], key: str) -> None:
    asked = Asked("GET", "s3.example.org:9000", f"/papers/{key}", query, {}, s3.EMPTY)

    headers = signed_headers(asked, CREDENTIALS, AT)

    assert headers["Authorization"].rpartition("=")[2] == _stock_signature(asked)


def _stock_signature(asked: Asked) -> str:
    """Sign with botocore's own steps at the same moment."""
    stock = S3SigV4Auth(
        StockCredentials(CREDENTIALS.access_key, CREDENTIALS.secret_key),
        "s3",
        CREDENTIALS.region,
    )
    path = quote(asked.path, safe="/-_.~")
    request = AWSRequest("GET", f"https://{asked.host}{path}?{query_string(asked.query)}")
    request.headers["Host"] = asked.host
    request.headers["X-Amz-Content-SHA256"] = asked.payload_sha256
    request.headers["X-Amz-Date"] = AT.strftime("%Y%m%dT%H%M%SZ")
    request.context = {"timestamp": AT.strftime("%Y%m%dT%H%M%SZ"), "payload_signing_enabled": True}
    canonical = stock.canonical_request(request)
    return stock.signature(stock.string_to_sign(request, canonical), request)


GOOD = {
    "store": "s3",
    "s3_endpoint": "http://127.0.0.1:9000",
    "s3_bucket": "papers",
    "s3_access_key": "a",
    "s3_secret_key": "b",
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"s3_endpoint": ""},
        {"s3_endpoint": "http://127.0.0.1:9000/papers"},
        {"s3_endpoint": "http://me:pass@127.0.0.1:9000"},
        {"s3_endpoint": "ftp://127.0.0.1"},
        {"s3_bucket": "../papers"},
        {"s3_prefix": "vyzva"},
        {"s3_prefix": "../"},
        {"s3_secret_key": ""},
    ],
    ids=str,
)
def test_settings_that_cannot_work_stop_the_start(wrong: dict[str, str]) -> None:
    assert isinstance(open_store(load(DocumentsSettings, **GOOD)), s3.S3Store)

    with pytest.raises(SettingsError, match="s3_"):
        load(DocumentsSettings, **{**GOOD, **wrong})


def test_production_speaks_to_its_bucket_over_tls_only() -> None:
    real = {
        "mode": "trial",
        "secret_key": "x" * 32,
        "database_url": "sqlite:///a",
        "keys": "keys",
        "public_url": "https://vyzva.example.org",
    }
    load(DocumentsSettings, **{**GOOD, **real, "s3_endpoint": "https://s3.example.org"})

    with pytest.raises(SettingsError, match="s3_endpoint"):
        load(DocumentsSettings, **{**GOOD, **real})
