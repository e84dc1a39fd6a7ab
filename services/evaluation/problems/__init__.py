"""How each error of evaluation is told: status, stable slug, Czech sentence."""

from .control import CONTROL
from .evaluation import EVALUATION
from .reviews import REVIEWS
from .selection import ALLOCATION, SELECTION
from .stored import STORED

PROBLEMS = {**STORED, **CONTROL, **EVALUATION, **SELECTION, **ALLOCATION, **REVIEWS}
