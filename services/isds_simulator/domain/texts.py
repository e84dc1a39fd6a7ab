"""What the data box system does to texts before it stores them."""

import re

TO_SPACE = re.compile("[\t\n\r\u2028\u2029\u202f\u00a0]")
REMOVED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\u007f-\u009f\u200b-\u200f\u00ad\u202a-\u202e\u2061-\u206f]"
)


def cleaned(text: str) -> str:
    """Return a text of the envelope, or a file name, as the system keeps it.

    Args:
        text: Text from the request.

    Returns:
        Line breaks, tabs and odd spaces become spaces; control and zero-width
        characters disappear.

    Source:
        ISDS Operating Rules, manual of data messages, section 1.3.4.
    """
    return REMOVED.sub("", TO_SPACE.sub(" ", text))
