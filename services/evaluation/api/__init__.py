"""The JSON API of evaluation: parse, check the access rule, call the use case, answer."""

from .calls import blp as calls
from .cases import blp as cases
from .evaluations import blp as evaluations
from .feed import blp as feed
from .reviews import blp as reviews
from .selection import blp as selection

BLUEPRINTS = [feed, calls, cases, evaluations, selection, reviews]
