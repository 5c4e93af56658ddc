from .course.claimed import claim
from .course.display import decide, record, say, show, with_truth
from .course.exercises import check, hint, reveal
from .course.panels import panel
from .course.settings import as_of
from .course.words import change, interval, miss, money, number, percent, plural, times
from .tables.dataset import Dataset
from .tables.errors import DataError
from .tables.home import load
from .tables.summary import customer_summary, split_history

__all__ = [
    "DataError",
    "Dataset",
    "as_of",
    "change",
    "check",
    "claim",
    "customer_summary",
    "decide",
    "hint",
    "interval",
    "load",
    "miss",
    "money",
    "number",
    "panel",
    "percent",
    "plural",
    "record",
    "reveal",
    "say",
    "show",
    "split_history",
    "times",
    "with_truth",
]
