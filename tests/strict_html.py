"""Pages are read as strictly as the standard of HTML is written."""

import html5lib
from werkzeug.test import TestResponse


def check_html(reply: TestResponse) -> None:
    """Read a page strictly; what a browser would silently mend is an error.

    Raises:
        html5lib.html5parser.ParseError: the page has a fault, such as an unclosed element.
    """
    if reply.mimetype == "text/html" and reply.status_code != 304:
        html5lib.HTMLParser(strict=True).parse(reply.get_data(as_text=True))
