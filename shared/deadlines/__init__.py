"""The deadline engine: every date comes with the rule, the event and the days that made it.

Pure values: a `date` is a calendar day in Europe/Prague. `periods` says how long and counts
it, `result` holds what was counted and why, `rules` knows the periods of the process and of
delivery, `json_form` stores a result as it stood, `texts` turns one into a sentence.

Source:
    Act No. 89/2012 Coll. (Civil Code), ss. 605-607, and Act No. 300/2008 Coll., s. 17(4).
    Until 2013 the same three rules of counting stood in Act No. 40/1964 Coll., s. 122.
"""

from shared.deadlines.json_form import deadline_from_json, deadline_to_json
from shared.deadlines.periods import (
    Period,
    PeriodNotAllowed,
    Unit,
    calendar_days,
    months,
    period_end,
    weeks,
    working_days,
)
from shared.deadlines.result import (
    Counted,
    Deadline,
    Direction,
    Due,
    LegalSource,
    NotWorkingDay,
    PeriodRule,
    Shift,
    Shifted,
    SkippedDay,
    SkipReason,
    Started,
    Step,
    TooEarly,
    TooLate,
    days_left,
    deadline_after,
    margin,
)
from shared.deadlines.rules import (
    DEFAULT_RULES,
    DeadlineRules,
    DeadlineRulesNotReadable,
    Event,
    delivery_by_fiction,
    earliest_close,
    earliest_presentation,
    earliest_repair_date,
    latest_safe_dispatch,
    list_due,
    notice_due,
    safe_repair_date,
)
from shared.deadlines.texts import (
    Gettext,
    date_words,
    deadline_label,
    deadline_sentence,
    legal_basis,
    period_words,
)

__all__ = [
    "DEFAULT_RULES",
    "Counted",
    "Deadline",
    "DeadlineRules",
    "DeadlineRulesNotReadable",
    "Direction",
    "Due",
    "Event",
    "Gettext",
    "LegalSource",
    "NotWorkingDay",
    "Period",
    "PeriodNotAllowed",
    "PeriodRule",
    "Shift",
    "Shifted",
    "SkipReason",
    "SkippedDay",
    "Started",
    "Step",
    "TooEarly",
    "TooLate",
    "Unit",
    "calendar_days",
    "date_words",
    "days_left",
    "deadline_after",
    "deadline_from_json",
    "deadline_label",
    "deadline_sentence",
    "deadline_to_json",
    "delivery_by_fiction",
    "earliest_close",
    "earliest_presentation",
    "earliest_repair_date",
    "latest_safe_dispatch",
    "legal_basis",
    "list_due",
    "margin",
    "months",
    "notice_due",
    "period_end",
    "period_words",
    "safe_repair_date",
    "weeks",
    "working_days",
]
