"""Why nobody can log in to ISDS, and when it may be tried again. Pure."""

from datetime import timedelta

from shared.pauses import doubled

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=12)

CERTIFICATE_FILE = "certificate-file"
"""The file with our certificate is missing, or holds none that can be read."""
CERTIFICATE_KEY = "certificate-key"
"""The file holds no key that fits to the certificate and opens without a password."""
CERTIFICATE_ENDED = "certificate-ended"
"""Our certificate has ended; it is not shown any more."""
CERTIFICATE_REFUSED = "certificate-refused"
"""ISDS refused our certificate by an alert of TLS."""
TRUST_FILE = "trust-file"
"""The file by which the server is to be known is missing, or cannot be read."""
SERVER_UNKNOWN = "server-unknown"
"""Whoever answers did not prove to be ISDS."""
LOGIN_FAULTS = frozenset(
    [
        *(CERTIFICATE_FILE, CERTIFICATE_KEY, CERTIFICATE_ENDED, CERTIFICATE_REFUSED),
        *(TRUST_FILE, SERVER_UNKNOWN),
    ]
)
"""What no waiting mends: somebody has to look at our certificate or at the trust store."""
LOGIN_REFUSED = LOGIN_FAULTS | {"401", "403"}
"""Everything after which nobody logs in for a while; the numbers are statuses of HTTP."""
LONGEST_CODE = 20


def pause_after(refusals: int) -> timedelta:
    """Return how long nobody logs in after so many refusals one after another, at least one.

    Source:
        ISDS, HTTP answer 401: refused logins that are repeated lock the account for a time.
    """
    return doubled(FIRST_PAUSE, refusals - 1, LONGEST_PAUSE)
