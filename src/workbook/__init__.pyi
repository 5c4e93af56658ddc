from .analytics.estimate import Estimate
from .course.claimed import claim
from .course.contact_simulation import contact_simulator
from .course.display import decide, orders_of_own_accord, record, say, show, verdict, with_truth
from .course.exercises.checking import check, hint, reveal
from .course.exercises.quiz import quiz
from .course.membership_truth import membership_truth
from .course.panels import panel
from .course.settings import as_of, load, time_limit
from .formatting.durations import duration, in_time_unit, rows_in_time_units
from .formatting.words import change, interval, miss, money, number, percent, plural, times
from .tables.dataset import Dataset
from .tables.errors import DataError
from .tables.returned import came_back_whole
from .tables.summary import customer_summary, split_history

__all__ = [
    "DataError",
    "Dataset",
    "Estimate",
    "as_of",
    "came_back_whole",
    "change",
    "check",
    "claim",
    "contact_simulator",
    "customer_summary",
    "decide",
    "duration",
    "hint",
    "in_time_unit",
    "interval",
    "load",
    "membership_truth",
    "miss",
    "money",
    "number",
    "orders_of_own_accord",
    "panel",
    "percent",
    "plural",
    "quiz",
    "record",
    "reveal",
    "rows_in_time_units",
    "say",
    "show",
    "split_history",
    "time_limit",
    "times",
    "verdict",
    "with_truth",
]
