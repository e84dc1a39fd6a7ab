"""Where nobody issues certificates: in production people bring their own keys."""

from uuid import UUID

from services.documents.domain.secrets import KeysNotMadeHere
from services.documents.signing.cms import RawKey
from services.documents.signing.port import Holder, OpenKey, PersonKey


class NoAuthority:
    """Makes no keys, and opens none that a development PKI has made."""

    def enrol(self, _holder: Holder, _secret: str) -> PersonKey:
        """Refuse to make a key.

        Raises:
            KeysNotMadeHere: always.
        """
        raise KeysNotMadeHere()

    def around(self, _certificate: bytes, _key: RawKey) -> OpenKey:
        """Refuse a key that was made elsewhere; see ``open``.

        Raises:
            KeysNotMadeHere: always.
        """
        raise KeysNotMadeHere()

    def open(self, _key: PersonKey, _secret: str, _person_id: UUID) -> OpenKey:
        """Refuse a key that was made elsewhere, in development, and came with its database.

        Raises:
            KeysNotMadeHere: always.
        """
        raise KeysNotMadeHere()
