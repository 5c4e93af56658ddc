"""Exercises check themselves: right is right, each usual mistake is told by its own words, nothing raises."""

import ast
import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from workbook.analytics.complaints import grading, text_grades
from workbook.analytics.experiments import sequential
from workbook.analytics.loyalty import loyalty_programme
from workbook.analytics.privacy import consent, deadlines, exposure, processing_checks
from workbook.analytics.segments import rfm_tiers
from workbook.analytics.service import ticket_outcomes, waiting_times
from workbook.analytics.value import btyd, lifetime_value
from workbook.course.display import MIME
from workbook.course.exercises import checking as exercises
from workbook.course.exercises.checking import check, complaint, evaluate, solve
from workbook.course.exercises.exercise import CannotAnswer, Exercise, Wrong
from workbook.course.lessons import lessons
from workbook.tables.dataset import Dataset
from workbook.tables.errors import DataError
from workbook.tables.summary import customer_summary, split_history

ALL = exercises.exercises()
EACH_WRONG = [(id, i) for id, exercise in ALL.items() for i in range(len(exercise.wrong))]
# What the notebooks call the thing that is asked about.
NAMES = (
    "shop",
    "rfm",
    "trial",
    "summary",
    "backtest",
    "channels",
    "early",
    "late",
    "programme",
    "coupons",
    "test",
    "matrix",
    "funnel",
    "needs",
    "timed",
    "caps",
    "p_values",
    "pair",
    "case",
    "answered",
    "flags",
    "cases",
    "asked",
)


def roi_frames(shop: Dataset) -> dict[str, object]:
    """Work out what the exercises of loyalty_roi are asked of."""
    since = shop.customers.set_index("customer_id")["member_since"]
    late = loyalty_programme.purchase_moments(shop.orders, since, as_of=shop.end, follow_days=90).query(
        "number > 0"
    )
    days = loyalty_programme.purchase_days(shop.orders)
    first = days.groupby("customer_id")["day"].transform("min")
    soon = days[(days["day"] > first) & (days["day"] <= first + pd.Timedelta(days=90))]
    waited = (since - days.groupby("customer_id")["day"].min()).dt.days
    early = pd.DataFrame({"joined_later": since.notna()})[~(waited <= 90)]
    early["purchases"] = soon.groupby("customer_id").size().reindex(early.index).fillna(0)
    programme = loyalty_programme.Programme(5.6e6, 1.2, 0.52, 6.5e6, 0.7, 0.05)
    coupons = shop.experiments.query("experiment == 'coupon test'")
    return {
        "roi-before-joining": early,
        "roi-difference": late,
        "roi-break-even": programme,
        "roi-coupon": coupons,
    }


def grading_frames(shop: Dataset) -> dict[str, object]:
    """Work out what the exercises of complaint_grading are asked of."""
    cases = shop.complaints.dropna(subset=["text", "grade"]).astype({"grade": int})
    late, matrix = grading.newest(cases["complained_at"], 0.35), grading.costs()
    past, test = cases[~late], cases[late].copy()
    chances = text_grades.fit(past["text"], past["grade"], seed=1).chances(test["text"])
    test["keyword"], test["sent"] = grading.keyword_grades(test["text"]), grading.decide(chances, matrix)
    test["cost"] = grading.case_costs(test["grade"], test["sent"], matrix)
    test["ask"] = grading.expected_costs(chances, matrix).min(axis=1) > 60
    asked = {id: test for id in ALL if id.startswith("grading-")}
    return asked | {"grading-break-even": matrix}


def privacy_frames(shop: Dataset) -> dict[str, object]:
    """Work out what the exercises of privacy_compliance are asked of."""
    timed = deadlines.deadlines(shop.privacy_requests, shop.end)
    up = (timed["due"] < shop.end + pd.Timedelta(days=1)) & (timed["state"] != "open")
    return {
        "privacy-consent-holds": consent.funnel(shop.consents, shop.end),
        "privacy-at-the-moment": processing_checks.prepare(shop, shop.end).query("consented"),
        "privacy-late": timed.assign(time_is_up=up),
        "privacy-crossing": exposure.caps(8e6, "CNY", {"CNY": 1.0, "EUR": 7.8}),
    }


def ab_frames(shop: Dataset) -> dict[str, object]:
    """Work out what the exercises of recommender_ab_test are asked of."""
    pair = shop.experiments.query("experiment == 'recommender'").reset_index(drop=True)
    pair["treated"] = pair["arm"] == "recommendations"
    look = sequential.looks(pair["assigned_at"], seed=2026)
    z = sequential.reshuffled(pair["ordered"], pair["treated"], look, draws=300, seed=1)
    buyers = pair.loc[pair["ordered"] == 1, "revenue"]
    case = {"visitors": 31_000.0, "margin": 0.5, "order_value": buyers.mean(), "cost": 100_000.0}
    case["revenue_per_visitor"] = pair["revenue"].mean()
    return {
        "ab-peeking": 2 * stats.norm.sf(z.abs()) + 0 * z,
        "ab-bought-before": pair,
        "ab-cuped": pair,
        "ab-break-even": pd.Series(case),
    }


def service_frames(shop: Dataset) -> dict[str, object]:
    """Work out what the exercises on service KPIs are asked of, as their notebook does."""
    today, midnight = shop.end, shop.end + waiting_times.DAY
    known = waiting_times.as_known(shop.tickets, today)
    recent = known[known["opened_at"] >= today - pd.Timedelta(days=364)]
    watched = known[known["opened_at"] >= today - pd.Timedelta(days=364 + ticket_outcomes.SETTLE_DAYS)]
    hours = ((recent["answered_at"] - recent["opened_at"]) / waiting_times.HOUR).dropna()
    settled = ticket_outcomes.settled(watched, shop.complaints, today).query(
        "not self_served and not abandoned"
    )
    took = (known["resolved_at"] - known["opened_at"]).reindex(settled.index)
    came_back = settled["asked_again"] | settled["complained"]
    fresh = waiting_times.waits(
        known[known["opened_at"] > today - pd.Timedelta(days=13)], "resolution", today
    )
    fresh = fresh[~fresh["abandoned"]]
    due = known["opened_at"].reindex(fresh.index) + waiting_times.DAY < midnight
    asked = waiting_times.waits(known, "answer", today)[["hours"]]
    age = (midnight - known["opened_at"]) / waiting_times.DAY
    return {
        "service-longer-than-mean": hours.to_frame("hours"),
        "service-first-contact": settled.assign(
            within_two_days=took <= 2 * waiting_times.DAY, came_back=came_back
        ),
        "service-overdue": fresh.assign(
            due=due, kept=fresh["seen"] & (fresh["hours"] <= 24), closed=fresh["seen"]
        ),
        "service-waits-on": asked.assign(first=known["first_response_by"], age=age),
    }


def frames(shop: Dataset) -> dict[str, object]:
    """Work out what each exercise is asked of, as the notebooks do."""
    today = shop.end
    summary = customer_summary(shop.orders, today, returns=shop.returns)
    rfm = rfm_tiers.rfm(summary)
    rfm["days_since_first"] = (today - summary["first_order_on"]).dt.days
    gross = customer_summary(shop.orders, today)
    gross["alive"] = btyd.fit_purchases(gross).alive(gross)
    split = shop.start + (today - shop.start) * 2 / 3
    backtest = split_history(shop.orders, split, today)
    model = btyd.fit_purchases(backtest)
    backtest["forecast"] = model.expected_purchases(backtest, backtest["holdout_T"].iloc[0])
    channel = shop.customers.set_index("customer_id")["acquisition_channel"]
    worth = lifetime_value.channel_values(gross, channel, weeks=156.0, margin=0.4, annual_discount=0.1)
    channels = worth.join(lifetime_value.acquisition_costs(shop.marketing_costs, shop.customers), how="inner")
    of = (
        {id: shop for id in ALL if id.startswith("start-")}
        | service_frames(shop)
        | {id: rfm for id in ALL if id.startswith("rfm-")}
    )
    trial = shop.experiments.query("experiment == 'class treatment'")
    start = trial["assigned_at"].min()
    after = shop.orders[
        shop.orders["ordered_at"].between(start, start + pd.Timedelta(days=180), inclusive="left")
    ]
    trial = trial.assign(came_back=trial["unit_id"].isin(after["customer_id"]))
    return of | ab_frames(shop) | privacy_frames(shop) | grading_frames(shop) | roi_frames(shop) | {
        "rfm-lift": trial,
        "ltv-frequency": gross, "ltv-likely-gone": gross, "ltv-forecast-miss": backtest, "ltv-best-channel": channels
    }  # fmt: skip


@pytest.fixture(scope="module")
def bundled(lanyu) -> dict[str, object]:
    """Ask of the bundled data."""
    return frames(lanyu)


@pytest.fixture(scope="module")
def other(small) -> dict[str, object]:
    """Ask of another, small world."""
    return frames(small)


@pytest.fixture(params=["bundled", pytest.param("other", marks=pytest.mark.slow)])
def of(request) -> dict[str, object]:
    """Ask of each in turn."""
    return request.getfixturevalue(request.param)


def solved(exercise: Exercise, of: object) -> object:
    """Give what the solution's expression comes to."""
    return eval(exercise.solution, {**dict.fromkeys(NAMES, of), "pd": pd, "np": np})


def test_ids_are_unique():
    """An id names one exercise in the whole course."""
    given = [exercise.id for lesson in lessons().values() for exercise in lesson.exercises]
    assert sorted(given) == sorted(ALL)


@pytest.mark.slow
def test_every_exercise_is_tried_here(other):
    """A new exercise must come with the frame that it is asked of."""
    assert set(other) == set(ALL)


@pytest.mark.parametrize("id", ALL)
def test_an_exercise_has_all_it_needs(id):
    """A question, a hint, one line of solution, and at least two usual mistakes that are told apart."""
    exercise = ALL[id]
    assert exercise.question.rstrip(".").endswith("?") or "?" in exercise.question
    assert exercise.hint
    assert exercise.solution != "..."
    assert "\n" not in exercise.solution
    ast.parse(exercise.solution, mode="eval")
    assert len(exercise.wrong) >= 2
    assert len({w.says for w in exercise.wrong}) == len(exercise.wrong)


@pytest.mark.parametrize("id", ALL)
def test_dots_are_unanswered(id, of):
    """The cell as it is delivered says that it waits for an answer, and how to get a hint, without giving it away."""
    found = check(id, ..., of=of[id])
    assert found.status == "unanswered"
    assert found.message == (
        f'Not answered yet: put your answer in place of the dots. wb.hint("{id}") gives a hint, '
        f'wb.reveal("{id}") shows the solution.'
    )


@pytest.mark.parametrize("id", ALL)
def test_a_wrong_try_gets_the_hint(id, of):
    """An answer that is no usual mistake is told the hint."""
    answer = "nowhere" if isinstance(ALL[id].expected(of[id]), str) else 123456789.1
    assert check(id, answer, of=of[id]).message == f"Not yet. Hint: {ALL[id].hint}"


@pytest.mark.parametrize("id", ALL)
def test_the_solution_is_right(id, of):
    """What `reveal` shows is what `check` accepts."""
    found = check(id, solved(ALL[id], of[id]), of=of[id])
    assert (found.status, found.id) == ("right", id)
    assert found.message.startswith("Right: ")


@pytest.mark.parametrize(("id", "i"), EACH_WRONG)
def test_a_usual_mistake_gets_its_own_words_on_the_bundled_data(id, i, bundled):
    """On the data that everybody begins with, each mistake differs from the answer and from the other mistakes."""
    mistake = ALL[id].wrong[i]
    found = check(id, evaluate(mistake.expression, bundled[id]), of=bundled[id])
    assert found.status == "wrong"
    assert found.message == f"Not yet. {mistake.says}"


@pytest.mark.parametrize(("id", "i"), EACH_WRONG)
def test_a_usual_mistake_is_wrong_on_another_world(id, i, other):
    """Elsewhere too, unless the mistake gives the right answer there: then it is right."""
    exercise, of = ALL[id], other[id]
    answer = evaluate(exercise.wrong[i].expression, of)
    found = check(id, answer, of=of)
    if exercises.same(answer, exercise.expected(of), exercises.EXACT):
        assert found.status == "right"
    else:
        assert found.status == "wrong"
        assert found.message.removeprefix("Not yet. ") in {w.says for w in exercise.wrong}


@pytest.mark.parametrize("id", ALL)
def test_numbers_may_be_a_little_off_and_no_more(id, bundled):
    """Rounding to half a percent is right, one percent off is not; text is compared without case and spaces."""
    expected = ALL[id].expected(bundled[id])
    if isinstance(expected, str):
        assert check(id, f" {expected.upper()} ", of=bundled[id]).status == "right"
        assert check(id, expected + "x", of=bundled[id]).status == "wrong"
        return
    assert check(id, expected * 1.004, of=bundled[id]).status == "right"
    assert check(id, np.float64(expected), of=bundled[id]).status == "right"
    assert check(id, expected * 1.01, of=bundled[id]).status == "wrong"


@pytest.mark.parametrize("id", ["rfm-one-timers", "rfm-recent-is-not-new", "ltv-likely-gone",
                                "ltv-forecast-miss"])  # fmt: skip
def test_a_percent_in_place_of_a_share_is_recognised(id, of):
    """21 for 0.21 is close, and the trainee learns what a share is; so is −5 for −0.05."""
    found = check(id, ALL[id].expected(of[id]) * 100, of=of[id])
    assert found.status == "wrong"
    assert "looks like percent" in found.message


@pytest.mark.parametrize(
    ("answer", "this"),
    [("0.2", "text"), (None, "nothing (None)"), (True, "True or False"), (pd.Series([1.0]), "a Series"),
     (pd.DataFrame(), "a DataFrame"), (np.array([1.0]), "an array"), ([0.2], "something else (list)")],
)  # fmt: skip
def test_an_answer_of_another_sort_is_told_what_it_is(answer, this, bundled):
    """Whoever hands in a table instead of its sum learns that a number is asked for."""
    found = check("rfm-one-timers", answer, of=bundled["rfm-one-timers"])
    assert found.message == f"Not yet. The answer should be a number; this is {this}."


class Unwilling:
    """An answer that doesn't let itself be compared."""

    __hash__ = None

    def __eq__(self, other):
        raise RuntimeError

    def __bool__(self):
        raise RuntimeError


ODD = [None, float("nan"), float("inf"), -1, 10**400, Fraction(10**400), Decimal("0.3"), 1j, "", "…", b"x", [], {}, (), set(),
       object(), object, print, Unwilling(), np.nan, np.array(0.3), np.array([[1, 2]]), np.datetime64("2025-01-01"), np.bool_(True),
       pd.NA, pd.NaT, pd.Timestamp("2025-11-01"), pd.DataFrame({"a": [1]}), pd.Series(dtype=float), pd.Series([...])]  # fmt: skip


@pytest.mark.parametrize("answer", ODD, ids=lambda a: type(a).__name__)
def test_no_answer_raises(answer, other):
    """`check` never raises, whatever it is handed: the answer is wrong, and the cell goes on."""
    for id in ALL:
        found = check(id, answer, of=other[id])
        assert found.status == "wrong"
        assert found.message.startswith("Not yet. ")


def test_a_mistake_that_the_data_makes_impossible_matches_nothing():
    """Where a mistake can't even be made, nobody is told of having made it, also not who answers nothing."""
    odd = Exercise(
        "x", "?", float, "h", "1.0", (Wrong('of["no such column"]', "never made"), Wrong("1 / 0", "nor this"))
    )
    for answer in (None, 2.0, "text"):
        assert "never made" not in complaint(odd, answer, 1.0, {})


def test_an_unknown_exercise_is_told():
    """A misspelt id is the notebook's mistake, so it is an error, with the nearest id."""
    with pytest.raises(
        DataError, match=r"The exercise must be one of .*; got 'rfm-atrisk'\. Did you mean 'rfm-at-risk'\?"
    ):
        check("rfm-atrisk", 1, of=None)


def no_model() -> pd.DataFrame:
    """Make a summary on which nothing could be fitted."""
    return pd.DataFrame({"alive": [np.nan] * 3, "forecast": np.nan, "holdout_purchases": 1, "frequency": 0})


@pytest.mark.parametrize(
    ("id", "of", "reason"),
    [
        ("rfm-lift", pd.DataFrame({"arm": ["treated"], "came_back": [True]}), "there is no holdout here"),
        ("ltv-likely-gone", no_model(), "no model could be fitted"),
        ("ltv-forecast-miss", no_model(), "no model could be fitted"),
        (
            "ltv-forecast-miss",
            pd.DataFrame({"forecast": [2.0], "holdout_purchases": [0]}),
            "nobody came back",
        ),
        (
            "ltv-best-channel",
            pd.DataFrame({"value": [np.nan], "cac": [1.0]}, index=["ads"]),
            "no marketing costs",
        ),
        ("ltv-best-channel", pd.DataFrame({"value": [], "cac": []}), "no marketing costs"),
    ],
)
@pytest.mark.parametrize("answer", [..., 0.3, None])
def test_data_without_an_answer_says_so(id, of, reason, answer):
    """Where the data can't answer, no answer is wrong, and the reason is told."""
    found = check(id, answer, of=of)
    assert found.status == "not_applicable"
    assert found.message.startswith("This data can't answer the question: ")
    assert reason in found.message


def tiny(**orders) -> Dataset:
    """Make a data set of three orders."""
    times = pd.to_datetime(["2025-03-01", "2025-01-01", "2025-03-02"])
    frame = pd.DataFrame(
        {"order_id": ["1", "2", "3"], "customer_id": ["a", "a", "b"], "ordered_at": times} | orders
    )
    return Dataset("tiny", {"orders": frame}, times.min(), times.max())


def test_orders_without_amounts_have_no_average():
    """The first exercise of the course on data that has customers and dates only."""
    assert check("start-average-order", 5.0, of=tiny()).status == "not_applicable"
    assert check("start-average-order", 4.0, of=tiny(amount=[3.0, 4.0, 5.0])).status == "right"


@pytest.mark.parametrize(
    "days", [("2025-03-01", "2025-01-01", "2025-04-02"), ("2025-01-01", "2025-03-01", "2025-04-02")]
)
def test_of_months_that_tie_the_solutions_choice_is_right(days):
    """Whichever of several busiest months `reveal`'s line finds, `check` takes it, in any order of rows."""
    shop = tiny(ordered_at=pd.to_datetime(list(days)))
    assert check("start-busiest-month", solved(ALL["start-busiest-month"], shop), of=shop).status == "right"


def test_expected_never_raises_but_for_reasons(monkeypatch):
    """CannotAnswer is a message to the reader, and its text is shown."""

    def unable(of):
        raise CannotAnswer("it is raining.")

    odd = Exercise("x", "?", unable, "h", "1", ())
    monkeypatch.setattr(exercises, "find", lambda id: odd)
    assert check("x", 1, of=None).message == "This data can't answer the question: it is raining."


def test_a_check_for_the_reader_and_for_the_run(bundled):
    """The status is carried beside the text, so that a run can count it; the text is escaped in the page."""
    shown = json.loads(
        json.dumps(check("rfm-one-timers", "<b>", of=bundled["rfm-one-timers"])._repr_mimebundle_())
    )
    assert shown[MIME] == {"check": {"id": "rfm-one-timers", "status": "wrong"}}
    assert shown["text/plain"].startswith("✗ Not yet. ")
    page = check("rfm-at-risk", -1, of=bundled["rfm-at-risk"])._repr_mimebundle_()["text/html"]
    assert "two of the eight classes" in page
    page = check("rfm-recent-is-not-new", -1, of=bundled["rfm-recent-is-not-new"])._repr_mimebundle_()[
        "text/html"
    ]
    assert "days_since_first &lt;= 90" in page


@pytest.mark.parametrize(
    ("expected", "text"),
    [(1234, "1,234"), (1234.0, "1,234"), (0.21456, "0.2146"), (1.0, "1"), (1234.5678, "1,235"), (-0.0512, "-0.0512"),
     (np.int64(5), "5"), (np.float64(0.5), "0.5"), ("2025-11", "2025-11")],
)  # fmt: skip
def test_the_right_answer_is_confirmed_in_words(expected, text):
    """A reader sees what was right, without noise in the last digits."""
    assert exercises.in_words(expected) == text


@pytest.mark.parametrize("id", ALL)
def test_reveal_shows_the_line_to_write(id, capsys):
    """The output can be put in the cell as it is."""
    exercises.reveal(id)
    assert capsys.readouterr().out == f"answer = {ALL[id].solution}\n"


@pytest.mark.parametrize("id", ALL)
def test_a_hint_is_given_on_request(id, capsys):
    """Whoever asks gets it before any try."""
    exercises.hint(id)
    assert capsys.readouterr().out == f"Hint: {ALL[id].hint}\n"


# Filling in solutions.

CHECK = '\nwb.check("rfm-one-timers", answer, of=rfm)\n'
SOLUTION = ALL["rfm-one-timers"].solution


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("answer = ...", f"answer = {SOLUTION}"),
        ("answer=...", f"answer={SOLUTION}"),
        ("answer  =  (...)  # put ... here", f"answer  =  ({SOLUTION})  # put ... here"),
        ("# answer = ...\nanswer = ...", f"# answer = ...\nanswer = {SOLUTION}"),
        ('note = "answer = ..."\nanswer = ...', f'note = "answer = ..."\nanswer = {SOLUTION}'),
        (
            'note = """\nanswer = ...\n"""\nanswer = ...',
            f'note = """\nanswer = ...\n"""\nanswer = {SOLUTION}',
        ),
        ("answer = \\\n    ...", f"answer = \\\n    {SOLUTION}"),
        ("x = ...; answer = ...", f"x = ...; answer = {SOLUTION}"),
        ("def f():\n    answer = ...\nanswer = ...", f"def f():\n    answer = ...\nanswer = {SOLUTION}"),
        ("x = f(...)\nanswer = ...", f"x = f(...)\nanswer = {SOLUTION}"),
        ('x = "客户é"; answer = ...  # …', f'x = "客户é"; answer = {SOLUTION}  # …'),
        ("名 = 1; answer = ...", f"名 = 1; answer = {SOLUTION}"),
        ('x = "a\u2028b"\nanswer = ...', f'x = "a\u2028b"\nanswer = {SOLUTION}'),
        ("x = 1  # \x0c page\nanswer = ...", f"x = 1  # \x0c page\nanswer = {SOLUTION}"),
        ("x = 1\r\nanswer = ...", f"x = 1\r\nanswer = {SOLUTION}"),
    ],
)
def test_the_blank_is_found_in_the_syntax_tree(before, after):
    """Only the dots of a top-level `answer = ...` are filled, wherever else dots stand and whatever else is there."""
    found = solve(before + CHECK)
    assert found == after + CHECK
    ast.parse(found)


@pytest.mark.parametrize(
    "source",
    [
        "answer = 3" + CHECK,
        "answer = f(...)" + CHECK,
        "answer = [...]" + CHECK,
        "other = ..." + CHECK,
        "if True:\n    answer = ..." + CHECK,
        "answer = ...\n",
        "x = 1\n",
        "",
    ],
)
def test_a_cell_without_a_blank_is_left_as_it_is(source):
    """An answered cell, dots inside something else, and a cell that checks nothing are not touched."""
    assert solve(source) == source


@pytest.mark.parametrize(
    "call", ['check("rfm-at-risk", answer, of=rfm)', "print(wb.check('rfm-at-risk', answer, of=rfm))"]
)
def test_the_exercise_is_the_one_that_the_cell_checks(call):
    """With or without its module, alone or inside another call: the id is found, and its solution filled in."""
    assert solve(f"answer = ...\n{call}") == f"answer = {ALL['rfm-at-risk'].solution}\n{call}"


@pytest.mark.parametrize("id", ALL)
def test_every_solved_cell_is_right_when_it_runs(id, other):
    """Filled in and executed as a cell, each solution gives a right answer."""
    cell = solve(f'answer = ...\nresult = check("{id}", answer, of=of)\n')
    scope = {**dict.fromkeys(NAMES, other[id]), "of": other[id], "check": check}
    exec(cell, scope)
    assert scope["result"].status == "right"
