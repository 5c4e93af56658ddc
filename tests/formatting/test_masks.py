"""Masks: phone numbers, addresses and names are cut, dates and amounts are not."""

import pytest

from workbook.formatting.masks import masked, masked_person, short_id


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800001278", "138…78"),
        ("call +49 171 1234567 or (010) 8888-7777", "call +49…67 or 010…77"),
        ("anna.schmidt@shop.example.com, soon", "a…@…com, soon"),
        ("C00012", "C00012"),
        ("1234567", "1234567"),
        ("2024-01-01 11:47:09", "2024-01-01 11:47:09"),
        ("31/12/2024", "31/12/2024"),
        ("20241231", "20241231"),
        ("CNY 12,345,678", "CNY 12,345,678"),
        ("12345678.50", "12345678.50"),
        ("0.12 (0.10 to 0.15)", "0.12 (0.10 to 0.15)"),
        ("O-20240102", "O-20240102"),
    ],
)
def test_phones_and_addresses_are_cut_and_nothing_else(text, shown):
    """Eight to fifteen digits are a phone number unless they are a date, part of a name, or an amount."""
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("id", "shown"),
    [
        ("Anna Schmidt", "A…"),
        ("王小明", "王…"),
        ("C12", "C12"),
        ("13800001278", "138…78"),
        ("a", "a"),
        ("", ""),
    ],
)
def test_a_customers_id_without_a_digit_may_be_a_name(id, shown):
    """Whoever gave names as ids doesn't find them on the pages."""
    assert masked_person(id) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("005a21e44c67617b2e2b142e3df375ae4e1c3866c08701d385df96c3f96fed34", "005a21e4…ed34"),
        ("550e8400-e29b-41d4-a716-446655440000", "550e8400…0000"),
        ("INV-2025-000123", "INV-2025-000123"),
        ("一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五", "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五"),
        ("a sentence of more than thirty-three characters", "a sentence of more than thirty-three characters"),
    ],
)  # fmt: skip
def test_a_long_id_is_cut_in_its_middle(text, shown):
    """A table with ids of 64 characters would leave the page; sentences stay, Chinese ones too."""
    assert short_id(text) == shown
