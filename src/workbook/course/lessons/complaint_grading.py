"""What the course knows of complaint_grading: what it needs, limits of its parameters, exercises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd


def missed_by_rule(test: pd.DataFrame) -> float:
    """Share of senior cases that the keyword rule sends to a lower desk."""
    senior = test["grade"] == 3
    if not senior.any():
        raise CannotAnswer("no complaint of the test period was filed as senior.")
    return float((test.loc[senior, "keyword"] < 3).mean())


def break_even(matrix: pd.DataFrame) -> float:
    """Chance of senior from which on the executives' desk is the cheaper one, if a case is basic or senior."""
    alarm, missed = matrix.loc[1, 3], matrix.loc[3, 1]
    return float(alarm / (alarm + missed))


def missed_share_of_cost(test: pd.DataFrame) -> float:
    """Share of all costs that comes from senior cases on too low a desk."""
    if not test["cost"].sum() > 0:
        raise CannotAnswer("no complaint of the test period was sent to a wrong desk.")
    if not (test["grade"] == 3).any():
        raise CannotAnswer("no complaint of the test period was filed as senior.")
    missed = (test["grade"] == 3) & (test["sent"] < 3)
    return float(test.loc[missed, "cost"].sum() / test["cost"].sum())


def queue_a_day(test: pd.DataFrame) -> float:
    """Doubtful complaints a day, over all days from the first complaint to the last."""
    if not test["ask"].any():
        raise CannotAnswer("no complaint of the test period is doubtful.")
    day = test["complained_at"].dt.normalize()
    return float(test["ask"].sum() / ((day.max() - day.min()).days + 1))


LESSON = Lesson(
    needs=("complaints", "complaints.text", "complaints.grade"),
    limits={
        "test_share": (0.1, 0.9),
        "senior_missed_cost": (1, 1e7),
        "needless_alarm_cost": (1, 1e6),
        "reading_cost": (0, 1e5),
    },
    teaches=("基础级投诉", "进阶级投诉", "高级别投诉", "48小时内响应", "72小时内完成问题解决", "自动分类", "客户投诉处理效率"),
    exercises=(
        Exercise(
            id="grading-missed-by-rule",
            question="Of the senior cases, what share does the keyword rule send to a lower desk?",
            expected=missed_by_rule,
            hint="take the rows whose grade is 3 first; of these, what share has a keyword grade below 3?",
            solution='(test.loc[test["grade"] == 3, "keyword"] < 3).mean()',
            wrong=(
                Wrong('(of.loc[of["grade"] == 3, "keyword"] == 3).mean()', "This is the share that the rule finds. Asked is what it misses."),
                Wrong('(of.loc[of["keyword"] == 3, "grade"] < 3).mean()', "You began with those that the rule calls senior. Their errors are needless alarms; asked is for the senior cases that it doesn't see."),
                Wrong('((of["grade"] == 3) & (of["keyword"] < 3)).mean()', "This is a share of all complaints. Asked is the share of the senior ones."),
                Wrong('((of["grade"] == 3) & (of["keyword"] < 3)).sum()', "This is a number of complaints. A share is asked for."),
                Wrong('(of["keyword"] < of["grade"]).mean()', "This counts every complaint on too low a desk, the advanced ones too, and of all complaints."),
            ),
        ),
        Exercise(
            id="grading-break-even",
            question="From which chance of being senior on is the executives' desk cheaper than front-line staff?",
            expected=break_even,
            hint="with a chance p of being senior, staff cost p × matrix.loc[3, 1] on average, executives (1 − p) × matrix.loc[1, 3].",
            solution="matrix.loc[1, 3] / (matrix.loc[1, 3] + matrix.loc[3, 1])",
            wrong=(
                Wrong("of.loc[1, 3] / of.loc[3, 1]", "Nearly: this forgets that the alarm is needless only with the chance that is left, 1 − p."),
                Wrong("of.loc[3, 1] / (of.loc[1, 3] + of.loc[3, 1])", "Turned round: the dearer a missed case, the smaller a chance should do for an alarm."),
                Wrong("of.loc[1, 3] / (of.loc[1, 3] + of.loc[3, 2])", "matrix.loc[3, 2] is a senior case with the regional manager. Here the other desk is front-line staff."),
                Wrong("0.5", "One half is right only if both mistakes cost the same."),
                Wrong("of.loc[3, 1] / of.loc[1, 3]", "This is how many alarms a missed case is worth. The chance comes from it: 1 of so many and one."),
            ),
        ),
        Exercise(
            id="grading-cost-share",
            question="What share of all costs comes from senior cases that were sent too low?",
            expected=missed_share_of_cost,
            hint="add up cost over the rows with grade 3 and sent below 3, and divide by the sum over all rows.",
            solution='test.loc[(test["grade"] == 3) & (test["sent"] < 3), "cost"].sum() / test["cost"].sum()',
            wrong=(
                Wrong('((of["grade"] == 3) & (of["sent"] < 3)).mean()', "This is their share of the complaints. How large is it in money?"),
                Wrong('((of["grade"] == 3) & (of["sent"] < 3)).sum() / (of["grade"] != of["sent"]).sum()', "This is their share of the mistakes. Mistakes don't cost the same."),
                Wrong('of.loc[(of["grade"] == 3) & (of["sent"] < 3), "cost"].sum()', "This is the amount. For a share, divide it by the cost of all."),
                Wrong('of.loc[of["sent"] < of["grade"], "cost"].sum() / of["cost"].sum()', "This has the advanced cases that stayed with staff in it. Only senior ones are asked for."),
                Wrong('of.loc[of["sent"] == 3, "cost"].sum() / of["cost"].sum()', "These are the needless alarms: what was sent to the executives and wasn't theirs."),
            ),
        ),
        Exercise(
            id="grading-queue",
            question="How many doubtful complaints a day would people have to read?",
            expected=queue_a_day,
            hint='count the rows with ask, and divide by the days of the test period: from the first day of complained_at to the last, both included.',
            solution='test["ask"].sum() / ((test["complained_at"].max().normalize() - test["complained_at"].min().normalize()).days + 1)',
            wrong=(
                Wrong('of["ask"].mean()', "This is the share of complaints that are doubtful. Asked is how many a day."),
                Wrong('of["ask"].sum()', "This is all of them, over the whole test period."),
                Wrong('len(of) / ((of["complained_at"].max().normalize() - of["complained_at"].min().normalize()).days + 1)', "These are all complaints a day. Only the doubtful ones are read by a person."),
                Wrong('of["ask"].sum() / (of["complained_at"].max().normalize() - of["complained_at"].min().normalize()).days', "Nearly: from the first day to the last is one day more than their difference."),
                Wrong('of["ask"].sum() / of.loc[of["ask"], "complained_at"].dt.normalize().nunique()', "You left out the days without a doubtful complaint. People are there on those days too."),
                Wrong('of["ask"].sum() / ((of["complained_at"].max().normalize() - of["complained_at"].min().normalize()).days + 1) * 7', "This is the queue of a week."),
            ),
        ),
    ),
)  # fmt: skip
