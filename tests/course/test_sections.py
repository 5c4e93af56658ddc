"""A notebook's cells under their headings."""

from workbook.course import sections
from workbook.course.sections import Heading, parts


def md(source, needs=(), **metadata):
    """Make a Markdown cell."""
    own = {"workbook": {"needs": list(needs)}} if needs else {}
    return {"cell_type": "markdown", "metadata": own | metadata, "source": source}


def code(source="pass", *tags):
    """Make a code cell."""
    return {"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source}


def under(cells):
    """Texts of the headings that each part stands under."""
    return [[heading.text for heading in part.under] for part in parts(cells)]


def test_a_heading_holds_to_the_next_of_its_level_or_above():
    """A deeper heading is inside of it, one of the same level ends it, and so does one above."""
    cells = [md("# A"), code(), md("## B"), md("### C"), code(), md("## D"), code(), md("# E")]
    assert under(cells) == [
        ["A"], ["A"], ["A", "B"], ["A", "B", "C"], ["A", "B", "C"], ["A", "D"], ["A", "D"], ["E"]
    ]  # fmt: skip


def test_a_cell_is_cut_before_its_headings():
    """What stands above a heading in the same cell belongs to the section before it; nothing gets lost."""
    source = "text\n\n## B\nmore\n### C\n"
    assert under([md("## A"), md(source)]) == [["A"], ["A"], ["B"], ["B", "C"]]
    assert "".join(sections.pieces(source)) == source
    assert [part.heading.text if part.heading else None for part in parts([md(source)])] == [None, "B", "C"]
    assert sections.pieces("") == [""]


def test_a_sign_in_code_is_no_heading():
    """A comment in a block of code, or in a code cell, begins no section; a tag is none either."""
    assert sections.pieces("a\n```\n# b\n~~~\n# c\n```\n# d\n") == ["a\n```\n# b\n~~~\n# c\n```\n", "# d\n"]
    assert under([md("# A"), code("# B\nx = 1"), md("#tag")]) == [["A"], ["A"], ["A"]]


def test_needs_are_of_the_first_heading_of_their_cell():
    """They hold for what is under it, deeper headings included."""
    cells = [md("## A\n### B", ["surveys", "tickets.channel"]), code(), md("## C"), code()]
    found = [{need for heading in part.under for need in heading.needs} for part in parts(cells)]
    assert found == [{"surveys", "tickets.channel"}] * 3 + [set()] * 2
    assert sections.section_needs(cells) == ("surveys", "tickets.channel")


def test_what_is_for_the_curious_is_known_by_its_heading():
    """It is told by the heading's first words, for everything under it."""
    cells = [md("## A"), md("### For the curious: why"), code(), md("#### more"), md("## B")]
    assert [part.curious for part in parts(cells)] == [False, True, True, True, False]
    assert Heading(2, "For the curious").curious


def test_minutes_by_hand():
    """650 words are 5 minutes and 10 visible cells with what they show 10; cells that only speak, and what is for the curious, don't count."""
    cells = [md("word " * 650), *[code()] * 10]
    assert sections.minutes(cells) == (15, 0)
    more = [*[code("x", "narration")] * 20, *[code("answer = ...", "exercise")] * 3]
    curious = [md("## For the curious\n" + "word " * 2000), *[code()] * 20, code("answer = ...", "exercise")]
    assert sections.minutes([*cells, *more, *curious]) == (15, 12)
    assert sections.minutes([md("word " * 974)]) == (5, 0)
    assert sections.minutes([md("word " * 975)]) == (10, 0)
    assert sections.minutes([]) == (5, 0)
