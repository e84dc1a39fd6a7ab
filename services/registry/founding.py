"""The one-time code with which a person founds the first organisation in the browser.

It is made at start while the database is empty, said on the terminal and kept as a hash in
memory: whoever reads the terminal runs the installation. Without a code nobody founds anything.
"""

import hmac
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

from flask import Flask

from services.registry.domain.accounts import WrongFoundingCode
from services.registry.models import db
from services.registry.service.bootstrap import is_founded
from shared.db import reading

EXTENSION = "vyzva-founding"
GROUP = 4
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody takes for one another when copying from a terminal."""
LENGTH = 16


class FoundingOffer:
    """A code that works once, and for one request at a time."""

    def __init__(self, code: str) -> None:
        self._hash = _hash(code)
        self._lock = threading.Lock()
        self.is_open = True

    @contextmanager
    def taken(self, code: str) -> Iterator[None]:
        """Hold the offer while the organisation is founded; afterwards it is gone.

        Raises:
            WrongFoundingCode: another code, or the offer was taken meanwhile.
        """
        with self._lock:
            if not self.is_open or not hmac.compare_digest(_hash(code), self._hash):
                raise WrongFoundingCode()
            yield
            self.is_open = False


def offer_founding(app: Flask) -> str | None:
    """Make a code while there is no organisation, and return it to be said to the operator."""
    with app.app_context(), reading():
        founded = is_founded(db.session())
        db.session.rollback()
    if founded:
        return None
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    app.extensions[EXTENSION] = FoundingOffer(code)
    return "-".join(code[n : n + GROUP] for n in range(0, LENGTH, GROUP))


def present_offer(app: Flask) -> FoundingOffer | None:
    """Return the offer while it is open."""
    offer: FoundingOffer | None = app.extensions.get(EXTENSION)
    return offer if offer is not None and offer.is_open else None


def _hash(code: str) -> str:
    plain = "".join(code.split()).replace("-", "").lower()
    return sha256(plain.encode()).hexdigest()
