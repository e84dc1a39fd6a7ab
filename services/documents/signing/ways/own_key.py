"""A person's own key at work: in memory, on a token, or behind a remote service."""

from services.documents.signing.cms import Identity
from services.documents.signing.pades import append_signature
from services.documents.signing.port import SignatureTask, TimeStamper


class OwnKey:
    """A key that is open for the length of one act."""

    def __init__(self, identity: Identity, stamper: TimeStamper) -> None:
        self._identity, self._stamper = identity, stamper

    def sign(self, task: SignatureTask) -> bytes:
        """Return the file with the signature and its time stamp appended (PAdES B-T).

        Raises:
            BadFile: the file is damaged, or the field is missing or filled.
            KeyAway: the key cannot be reached any more.
            SigningUnavailable: no time stamp can be had.
        """
        return append_signature(task, self._identity, is_last=False, time_stamper=self._stamper)
