"""The way in which the data box system says no: a status code, sometimes with a detail."""

BAD_BOX_ID = "1007"
BAD_DATE = "1058"
CREDENTIALS_RULE = "1080"
DATE_TOO_OLD = "1093"
INTERVAL_TOO_LONG = "1137"
NO_RIGHT = "1004"
TOO_FEW_CRITERIA = "1101"
AMBIGUOUS_CRITERIA = "1109"
SEARCH_EMPTY = "1152"
SEARCH_BAD_BOX_ID = "1153"
SEARCH_BAD_IC = "1154"
SEARCH_BAD_PARAMETER = "1155"
SEARCH_PAGE_SIZE = "1156"
SEARCH_TOO_SHORT = "1180"
SEARCH_PAGE_TOO_HIGH = "1189"
SENDER_INACCESSIBLE = "1201"
# The public sources name the next two codes without a meaning; this one is our guess.
RECIPIENT_INACCESSIBLE = "1205"
OWN_BOX = "1210"
FOREIGN_MESSAGE = "1211"
BAD_ATTACHMENT = "1214"
NO_RIGHT_TO_MESSAGE = "1218"
NO_SUCH_MESSAGE = "1219"
NOT_YET_OPENED = "1222"
NOT_YET_DELIVERED = "1229"
PDZ_NOT_ACCEPTED = "1232"
PDZ_NOT_ALLOWED = "1233"
WRONG_SERVICE = "1281"
UNKNOWN_OPERATION = "2006"
BAD_DOCUMENT = "2010"
BAD_DATE_SYNTAX = "2017"
NO_DOCUMENT = "2032"
DOWNLOAD_TOO_OFTEN = "3005"
TOO_MANY_REQUESTS = "3008"
THROTTLED = "3009"
NO_SUCH_BOX = "5001"
INVALID_MESSAGE = "9005"


class Refused(Exception):
    """The system answers with a status code instead of doing what was asked.

    Not an HTTP error: the answer is an ordinary SOAP response with this status.
    """

    def __init__(self, code: str, detail: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
