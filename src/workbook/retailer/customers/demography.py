"""What customers earn, do and have learned; and who says so: the gaps are not at random.

Income rises with age and with the price level that somebody buys, and differs by segment. Those who earn most say it least.
"""

import numpy as np
import pandas as pd

from workbook.retailer.core.streams import Block, draw_rows
from workbook.retailer.customers.needs import named
from workbook.retailer.customers.personas import by_segment

YEAR = 2025  # in which ages are counted
INCOMES = ("under 5k", "5k to 10k", "10k to 20k", "over 20k")  # yuan a month, before tax
INCOME_FROM = np.array([-0.6, 0.35, 1.25])  # log scale on which the bands begin
EARNS = np.array([[-0.25], [0.75], [0.0], [0.15], [-0.15], [0.2]])  # shift of each segment, as in SEGMENTS
WITH_AGE = 0.025  # what each year adds, from 18 to 45
WITH_LEVEL = 1.5  # what a whole unit of price level adds, around 0.45
INCOME_SPREAD = 0.75
INCOME_SAID = np.array([0.72, 0.68, 0.52, 0.30])  # share of each band who say it
JOBS = ("student", "office", "manager", "trade", "service", "home", "retired")
WORKS_AS = np.array(
    [
        [0.28, 0.36, 0.04, 0.06, 0.22, 0.03, 0.01],
        [0.01, 0.34, 0.42, 0.14, 0.07, 0.01, 0.01],
        [0.01, 0.34, 0.08, 0.12, 0.24, 0.20, 0.01],
        [0.01, 0.28, 0.12, 0.10, 0.14, 0.08, 0.27],
        [0.26, 0.34, 0.06, 0.08, 0.24, 0.01, 0.01],
        [0.08, 0.36, 0.18, 0.16, 0.16, 0.04, 0.02],
    ]
)
STUDENT_UNTIL, MANAGER_FROM, RETIRED_FROM = 26, 27, 55  # years of age
JOB_SAID = np.array([0.75, 0.62, 0.45, 0.50, 0.58, 0.35, 0.55])
SCHOOLS = ("school", "college", "bachelor", "master")  # the highest education finished
SCHOOL_FROM = np.array([-0.7, 0.3, 1.6])
WITH_INCOME = 0.6  # what a unit of the income scale adds to that of education
SCHOOL_SAID = np.array([0.35, 0.50, 0.62, 0.68])


def make_work(people: pd.DataFrame, block: Block) -> pd.DataFrame:
    """Draw what is true of each customer: codes of income_band, occupation, education.

    Parameters
    ----------
    people : segment (code), price_level, birth_year
    """
    segment, age = people["segment"].to_numpy(), YEAR - people["birth_year"].to_numpy()
    rng = block.rng("demography.income")
    scale = (
        by_segment(EARNS)[segment, 0]
        + WITH_AGE * (age.clip(18, 45) - 32)
        + WITH_LEVEL * (people["price_level"].to_numpy() - 0.45)
        + rng.normal(0, INCOME_SPREAD, len(people))
    )
    learned = WITH_INCOME * scale + rng.normal(0, 0.9, len(people))
    return pd.DataFrame(
        {
            "income_band": np.searchsorted(INCOME_FROM, scale),
            "occupation": jobs(segment, age, block.rng("demography.occupation")),
            "education": np.searchsorted(SCHOOL_FROM, learned),
        }
    )


def jobs(segment: np.ndarray, age: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw each customer's occupation (code), of those that fit the age."""
    allowed = np.ones((len(age), len(JOBS)), dtype=bool)
    allowed[:, JOBS.index("student")] = age < STUDENT_UNTIL
    allowed[:, JOBS.index("manager")] = age >= MANAGER_FROM
    allowed[:, JOBS.index("retired")] = age >= RETIRED_FROM
    return draw_rows(by_segment(WORKS_AS)[segment] * allowed, rng)


WORK = (
    ("income_band", INCOMES, INCOME_SAID),
    ("occupation", JOBS, JOB_SAID),
    ("education", SCHOOLS, SCHOOL_SAID),
)


def said_of_work(work: pd.DataFrame, block: Block) -> dict[str, pd.Series]:
    """What each customer says of it: column → names, with gaps that depend on what would be said."""
    rng = block.rng("demography.said")
    return {
        column: named(names, work[column].where(rng.random(len(work)) < said[work[column]], -1))
        for column, names, said in WORK
    }


def true_work(work: pd.DataFrame) -> dict[str, pd.Series]:
    """What is true of income and occupation: column → names."""
    return {column: named(names, work[column]) for column, names, _ in WORK[:2]}
