"""Why an authority gave no time stamp that can be believed. Pure."""

from enum import StrEnum


class OutsideFault(StrEnum):
    """What is wrong with the answer of a service outside, before anybody has read it.

    Source:
        RFC 3161, 3.4: a time stamp comes in one HTTP reply of one media type.
    """

    NOT_ON_LIST = "not_on_list"
    NO_ANSWER = "no_answer"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    BAD_STATUS = "bad_status"
    OTHER_KIND = "other_kind"


class StampFault(StrEnum):
    """What is wrong with an authority that answered, or was not asked.

    Source:
        RFC 3161, 2.2: whoever asks checks the status, the imprint, the nonce, the policy, the time
        and the certificate of what comes back, and refuses it when one of them is not right.
    """

    REFUSED = "refused"
    UNREADABLE = "unreadable"
    OTHER_REQUEST = "other_request"
    OTHER_POLICY = "other_policy"
    BROKEN = "broken"
    CLOCK_APART = "clock_apart"
    WRONG_CERTIFICATE = "wrong_certificate"
    NOT_TRUSTED = "not_trusted"
    LEFT_ALONE = "left_alone"
    QUOTA_USED = "quota_used"
    HASH_REFUSED = "hash_refused"


Fault = OutsideFault | StampFault
FAULTS: tuple[Fault, ...] = (*OutsideFault, *StampFault)
