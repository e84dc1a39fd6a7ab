"""A person's own key at work: in memory, on a token, or behind a remote service."""

from services.documents.signing.cms import Identity
from services.documents.signing.pades import append_signature
from services.documents.signing.port import SignatureTask


class OwnKey:
    """A key that is open for the length of one act."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity

    def sign(self, task: SignatureTask) -> bytes:
        """Return the file with the signature appended.

        Raises:
            BadFile: the file is damaged, or the field is missing or filled.
            SigningUnavailable: the key cannot be reached any more.
        """
        return append_signature(task, self._identity, is_last=False)
