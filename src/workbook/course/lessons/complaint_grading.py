"""What the course knows of complaint_grading: what it needs, limits of its parameters, exercises, a quiz."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbook.course.exercises.exercise import CannotAnswer, Exercise, Question, Wrong
from workbook.course.lessons.lesson import Lesson

if TYPE_CHECKING:
    import pandas as pd

    from workbook.analytics.estimate import Estimate

NO_SENIOR = "no complaint of the examination was filed as senior."


def share(value: float, n: int) -> Estimate:
    """A share of so many, that `check` can tell from a count, a percent and the share of the others."""
    from workbook.analytics.estimate import (
        Estimate,
    )  # pandas takes a second that `workbook list` doesn't have

    return Estimate(value, unit="share", n=n)


def grades_on_file(six: pd.DataFrame) -> str:
    """The grades of the six complaints, one after the other."""
    if six.empty:
        raise CannotAnswer("there are no newer complaints to be read.")
    return "".join(str(grade) for grade in six["grade"])


def right_by_heart(letters: pd.DataFrame) -> Estimate:
    """Share of right grades of a memory for texts, if nobody's letters are on both sides."""
    from workbook.analytics.complaints.exam import by_heart

    apart = by_heart(letters, letters["drawn"]).loc["apart"]
    if not apart["learnt"] or not apart["examined"]:
        raise CannotAnswer("there are too few customers to learn from some and be examined on others.")
    return share(float(apart["right"]), int(apart["examined"]))


def missed_by_rule(by_rule: pd.DataFrame) -> Estimate:
    """Share of senior cases that the keyword rule sends to a lower desk."""
    senior = by_rule[by_rule["grade"] == 3]
    if senior.empty:
        raise CannotAnswer(NO_SENIOR)
    return share(float((senior["keyword"] < 3).mean()), len(senior))


def cheapest_way(compared: pd.DataFrame) -> str:
    """Letter of the way that costs least."""
    cost = compared["cost"].astype(float)
    if cost.isna().any():
        raise CannotAnswer("there is no newer complaint to be sorted.")
    letters = {"nothing read": "a", "all to executives": "b", "keyword rule": "c"}
    return letters[str(cost.idxmin())]


def lowest_expected(both: tuple[pd.Series, pd.DataFrame]) -> float:
    """Expected cost of a complaint at the desk where it is lowest."""
    chances, matrix = both
    return float((chances @ matrix).min())


def on_desk_of_grade(hits: pd.Series) -> Estimate:
    """Share of complaints on the desk of their grade on file."""
    if hits.empty:
        raise CannotAnswer("there is no newer complaint to be sorted.")
    return share(float(hits.mean()), len(hits))


def missed_share_of_cost(sent: pd.DataFrame) -> Estimate:
    """Share of all costs that comes from senior cases on too low a desk."""
    if not (sent["grade"] == 3).any():
        raise CannotAnswer(NO_SENIOR)
    if not sent["cost"].sum() > 0:
        raise CannotAnswer("no complaint of the examination was sent to a wrong desk.")
    missed = (sent["grade"] == 3) & (sent["sent"] < 3)
    return share(float(sent.loc[missed, "cost"].sum() / sent["cost"].sum()), len(sent))


def queue_a_day(asks: pd.DataFrame) -> float:
    """Complaints a day that people read, over all days from the first complaint to the last."""
    if not asks["ask"].any():
        raise CannotAnswer("people are asked about none of these complaints.")
    day = asks["complained_at"].dt.normalize()
    if day.isna().all():
        raise CannotAnswer("no complaint has a date.")
    return float(asks["ask"].sum() / ((day.max() - day.min()).days + 1))


def two_costs(of: tuple[pd.DataFrame, str]) -> dict[str, Estimate]:
    """What a complaint costs by the model with least cost and by the rule, of the ways compared and the unit of their costs."""
    from workbook.analytics.estimate import (
        Estimate,  # pandas takes a second that `workbook list` doesn't have
    )

    compared, unit = of
    ways = {"model": "model, least cost", "rule": "keyword rule"}
    return {
        name: Estimate(float(compared["cost"].get(way, float("nan"))), unit=unit)
        for name, way in ways.items()
    }


SHUFFLED = (
    '(of.loc[of["drawn"], "text"].map(of[~of["drawn"]].drop_duplicates("text").set_index("text")["grade"])'
    '.fillna(1) == of.loc[of["drawn"], "grade"]).mean()'
)
BOTH_REMOVED = '(of.loc[of["drawn"] & ~of["customer_id"].isin(of.loc[~of["drawn"], "customer_id"]), "grade"] == 1).mean()'
DAYS = '(of["complained_at"].max().normalize() - of["complained_at"].min().normalize()).days'

LESSON = Lesson(
    needs=("complaints", "complaints.text", "complaints.grade"),
    limits={
        "test_share": (0.1, 0.9),
        "senior_missed_cost": (1, 1e7),
        "needless_alarm_cost": (1, 1e6),
        "reading_cost": (0, 1e5),
        "agreement": (0.5, 1),
    },
    teaches=(
        "基础级投诉",
        "进阶级投诉",
        "高级别投诉",
        "商品问题",
        "物流问题",
        "服务问题",
        "系统问题",
        "自动分类",
        "客户反馈收集渠道",
        "投诉类反馈",
        "反馈处理流程",
        "客服对话记录",
        "48小时内响应",
        "72小时内完成问题解决",
        "客户投诉处理效率",
    ),
    exercises=(
        Exercise(
            id="grading-six",
            kind="predict",
            question="Which grades do these six complaints have?",
            expected=grades_on_file,
            hint="ask of each: is somebody hurt, is law or press in it, are many customers concerned? That is a 3.",
            nearer="what a customer threatens is not yet what happened; look for what happened.",
            solution='"112233"',
        ),
        Exercise(
            id="grading-repair",
            kind="repair",
            question="Repair the split: nobody's letters may be on both sides.",
            expected=right_by_heart,
            hint="`learn` has all letters that were not drawn. Some are of customers who have a letter among `examined`.",
            nearer='keep in `learn` only those whose customer_id is not in letters.loc[drawn, "customer_id"]: & ~letters["customer_id"].isin(…).',
            solution=(
                'learn = letters[~drawn & ~letters["customer_id"].isin(letters.loc[drawn, "customer_id"])]\n'
                "examined = letters[drawn]\n"
                'by_heart = learn.drop_duplicates("text").set_index("text")["grade"]\n'
                'guess = examined["text"].map(by_heart).fillna(1)\n'
                'answer = (guess == examined["grade"]).mean()'
            ),
            wrong=(
                Wrong(
                    SHUFFLED,
                    "Some customers still have letters on both sides: the texts of the examination were learnt by heart.",
                ),
                Wrong(
                    BOTH_REMOVED,
                    "Nobody is on both sides now, but you took them out of the examination. What is left is easier or harder "
                    "than what comes in. Take them out of what is learnt.",
                ),
                Wrong(
                    'of.loc[of["drawn"], "customer_id"].isin(of.loc[~of["drawn"], "customer_id"]).mean()',
                    "This is the share of letters in the examination whose customer is on both sides. Take their letters out of `learn`, and see how many grades are right.",
                ),
            ),
        ),
        Exercise(
            id="grading-missed-by-rule",
            question="Of the senior cases, what share does the keyword rule send to a lower desk?",
            expected=missed_by_rule,
            hint="take the rows whose grade is 3 first; of these, what share has a keyword grade below 3?",
            nearer='by_rule.loc[by_rule["grade"] == 3, "keyword"] are the rule\'s grades of the senior cases; compare them with 3 and take the mean.',
            solution='(by_rule.loc[by_rule["grade"] == 3, "keyword"] < 3).mean()',
            wrong=(
                Wrong(
                    '(of.loc[of["grade"] == 3, "keyword"] == 3).mean()',
                    "This is the share that the rule finds. Asked is what it misses.",
                ),
                Wrong(
                    '(of.loc[of["keyword"] == 3, "grade"] < 3).mean()',
                    "You began with those that the rule calls senior. Their errors are needless alarms; asked is for the senior cases that it does not see.",
                ),
                Wrong(
                    '((of["grade"] == 3) & (of["keyword"] < 3)).mean()',
                    "This is a share of all complaints. Asked is the share of the senior ones.",
                ),
                Wrong(
                    '(of["keyword"] < of["grade"]).mean()',
                    "This counts every complaint on too low a desk, the advanced ones too, and of all complaints.",
                ),
                Wrong(
                    '(of.loc[of["grade"] == 3, "keyword"] == 1).mean()',
                    "Nearly: these stay with front-line staff. The regional manager's desk is too low for a senior case as well.",
                ),
            ),
        ),
        Exercise(
            id="grading-which-way",
            kind="choose",
            question="Which of three ways to sort costs least per complaint?",
            expected=cheapest_way,
            hint="work out roughly what each mistake of a way costs, and how many complaints make it.",
            nearer="everything to the executives never costs more than a needless alarm per complaint. How many missed senior cases does it take to cost as much?",
            solution='"b"',
            options={
                "a": "Then every complaint above the commonest grade is on too low a desk. Look at what that costs in the table.",
                "b": "It costs the time of the executives for each small matter. Look at how many expensive mistakes the others make.",
                "c": "Remember what share of the senior cases it misses, and multiply it by what such a case costs.",
            },
        ),
        Exercise(
            id="grading-expected",
            question="What is the expected cost of this complaint at the desk where it is lowest?",
            expected=lowest_expected,
            hint="for one desk, multiply the chance of each grade by the cost in that desk's column, and add up. Do it for all three.",
            nearer="`one @ matrix` does that for all desks at once; take the lowest of the three.",
            solution="(one @ matrix).min()",
            wrong=(
                Wrong(
                    "(of[0] @ of[1])[1]",
                    "This is the cost at the desk of the likeliest grade, the front-line staff. Another desk is cheaper.",
                ),
                Wrong(
                    "(of[0] @ of[1])[3]",
                    "This is the cost with the executives. Between the two there is one more desk.",
                ),
                Wrong(
                    "(of[0] @ of[1]).idxmin()",
                    "This is the number of the right desk. Asked is what it costs there.",
                ),
                Wrong(
                    "(of[1] @ of[0]).min()", "You went along the rows. A desk is a column: grades are rows."
                ),
                Wrong("of[1].sum().min()", "You added up the costs without the chances."),
                Wrong("of[1].mean().min()", "You took each grade as equally likely. The chances are given."),
            ),
        ),
        Exercise(
            id="grading-right-desk",
            kind="predict",
            question="What share does the model with least cost send to the desk of the grade on file?",
            expected=on_desk_of_grade,
            hint="it sends a complaint up as soon as the chance of something serious is worth it.",
            nearer="how many complaints does it send above their likeliest grade?",
            solution="0.7",
        ),
        Exercise(
            id="grading-cost-share",
            question="What share of all costs comes from senior cases that were sent too low?",
            expected=missed_share_of_cost,
            hint="add up cost over the rows with grade 3 and sent below 3, and divide by the sum over all rows.",
            nearer='too_low = (model_sent["grade"] == 3) & (model_sent["sent"] < 3) marks the rows; model_sent.loc[too_low, "cost"].sum() is the numerator.',
            solution='model_sent.loc[(model_sent["grade"] == 3) & (model_sent["sent"] < 3), "cost"].sum() / model_sent["cost"].sum()',
            wrong=(
                Wrong(
                    '((of["grade"] == 3) & (of["sent"] < 3)).mean()',
                    "This is their share of the complaints. How large is it in money?",
                ),
                Wrong(
                    '((of["grade"] == 3) & (of["sent"] < 3)).sum() / (of["grade"] != of["sent"]).sum()',
                    "This is their share of the mistakes. Mistakes do not cost the same.",
                ),
                Wrong(
                    'of.loc[(of["grade"] == 3) & (of["sent"] < 3), "cost"].sum()',
                    "This is the amount. For a share, divide it by the cost of all.",
                ),
                Wrong(
                    'of.loc[of["sent"] < of["grade"], "cost"].sum() / of["cost"].sum()',
                    "The advanced cases that stayed with staff are in it. Only senior ones are asked for.",
                ),
                Wrong(
                    'of.loc[of["sent"] == 3, "cost"].sum() / of["cost"].sum()',
                    "These are the needless alarms: what was sent to the executives and was not theirs.",
                ),
                Wrong(
                    'of.loc[of["grade"] == 3, "cost"].mean() / of["cost"].mean()',
                    "This says how many times as expensive a senior case is as the average. Asked is a share of the sum.",
                ),
            ),
        ),
        Exercise(
            id="grading-queue",
            question="How many complaints a day do people read?",
            expected=queue_a_day,
            hint="count the rows with ask, and divide by the days: from the first day of complained_at to the last, both included.",
            nearer='days = (asks["complained_at"].max().normalize() - asks["complained_at"].min().normalize()).days + 1; divide asks["ask"].sum() by it.',
            solution='asks["ask"].sum() / ((asks["complained_at"].max().normalize() - asks["complained_at"].min().normalize()).days + 1)',
            wrong=(
                Wrong(
                    'of["ask"].mean()',
                    "This is the share of complaints that people read. Asked is how many a day.",
                ),
                Wrong('of["ask"].sum()', "This is all of them, over all days of the examination."),
                Wrong(
                    f"len(of) / ({DAYS} + 1)",
                    "These are all complaints a day. People read only the doubtful ones.",
                ),
                Wrong(
                    f'of["ask"].sum() / {DAYS}',
                    "Nearly: from the first day to the last is one day more than their difference.",
                ),
                Wrong(
                    'of["ask"].sum() / of.loc[of["ask"], "complained_at"].dt.normalize().nunique()',
                    "You left out the days without a doubtful complaint. People are there on those days too.",
                ),
                Wrong(f'of["ask"].sum() / ({DAYS} + 1) * 7', "This is the number for a week."),
            ),
        ),
        Exercise(
            id="grading-tell",
            kind="write",
            question="Three sentences to your boss: can the machine sort our complaints?",
            expected=two_costs,
            hint="a cost compared with another cost; who reads what; and what the grades on file are worth.",
            nearer='begin with: "Sorted by what a mistake costs, a complaint costs us … instead of …"',
            model=(
                "Sorted by a model, and by what each mistake costs, a complaint costs us {model} in the mean, and {rule} with our rule on words; that was measured on complaints, and customers, that the model had not seen.",
                "It sends many complaints one desk too high on purpose, and people still decide on the doubtful ones.",
                "The costs are our own assumption, and we do not know how often the grades on file are right until a second person has graded some of them.",
            ),
            look_for=(
                "it compares with something: a rule, or no reading at all",
                "it measures in costs, not in right answers",
                "it says on which complaints that was measured",
                "it says who reads the doubtful ones",
                "it says that costs are assumed and grades on file are wrong at times",
            ),
        ),
    ),
    quiz=(
        Question(
            "Customers who wrote twice have one letter on each side of a random split. What happens to the score?",
            ("it is too good", "it is too bad", "nothing", "it becomes more exact"),
            "a",
            "The method has seen nearly the same words with their grade, and only has to remember.",
        ),
        Question(
            "When is the share of right answers the right measure?",
            (
                "always",
                "if grades are equally frequent",
                "if all mistakes cost the same",
                "if the model is calibrated",
            ),
            "c",
            "It counts each mistake as one.",
        ),
        Question(
            "A missed case costs twenty times a needless alarm. From which chance on is the alarm worth it?",
            ("from 50 %", "from about 5 %", "from 95 %", "from 20 %"),
            "b",
            "Alarm / (alarm + missed) = 1 / 21.",
        ),
        Question(
            "The share of complaints that people read is chosen on the test period, and its cost read there too. The cost is",
            ("right", "too high", "different for each method", "too low"),
            "d",
            "The lowest point of a line that scatters is partly luck.",
        ),
        Question(
            "Two equally careful people give the same grade to 80 % of 200 complaints. How often is the file right?",
            ("about 89 %", "80 %", "about 64 %", "nobody can say"),
            "a",
            "They agree if both are right, or both slip to the same neighbour: r² + (1 − r)² = 0.8.",
        ),
    ),
)
