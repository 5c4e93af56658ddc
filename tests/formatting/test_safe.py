"""Texts of the data: read, and without any effect."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hostile import ATTACKS, active, rendered, tags
from workbook.formatting.safe import OURS, markdown, markup, visible

each_attack = pytest.mark.parametrize("attack", ATTACKS)


def test_unseen_characters_are_written_out():
    """An escape sequence, a turned direction or half a character can be seen; joiners and letters stay."""
    assert visible("a\x1b[31m\x00\r\n\t\u202eb\ud800") == r"a\x1b[31m\x00\r\n\t\u202eb\ud800"
    kept = "岚屿 Ünï שלום 👩\u200d👩\u200d👧"
    assert visible(kept) == kept
    assert visible(3) == "3"


@each_attack
def test_a_sentence_with_texts_in_it_already_is_harmless(attack):
    """Bold, emphasis and code is all that such a sentence can have."""
    page = rendered(markdown(f"**{attack}**: `{attack}` {attack}", ours=OURS))
    assert active(page) == []
    assert tags(page) <= {"p", "strong", "em", "code", "span"}


@each_attack
def test_markup_of_a_page_is_ours_alone(attack):
    """In HTML a text is text; MathJax finds no beginning of a formula beside its end."""
    page = markup(attack)
    assert active(page) == []
    assert tags(page) <= {"span", "wbr"}
    assert "$" not in page


@given(st.text(alphabet="a*_`[](){}<>!&#$\\|~@:/.-+=0 \n\u202ew\x1b", max_size=30))
@example("`\n```\n<img src=x onerror=y>")
@example("\\`<b>`")
def test_no_mixture_of_marks_gets_through(text):
    """Marks that are harmless alone stay so together."""
    for marked in (markdown(text), markdown(f"**x** `{text}` {text}", ours=OURS)):
        page = rendered(marked)
        assert active(page) == []
        assert tags(page) <= {"p", "strong", "em", "code", "span", "ul", "li", "hr", "blockquote"}


def test_our_own_marks_stay():
    """A sentence without anything odd is left as it is written."""
    ours = '**Lanyu**, 1 January 2024: *retain*, `-p split="a=0.4"` (12,345 to +3 %), 2.5 : 1; it\'s 4 - 3.'
    assert markdown(ours, ours=OURS) == ours


def test_a_word_without_end_can_be_broken():
    """A place to break every 40 characters, never within a character's number; nothing else is changed."""
    page = markup("&" * 50 + " short")
    assert page == "&amp;" * 40 + "<wbr>" + "&amp;" * 10 + " short"
