"""Exercises of chapter 01."""

from workbook.course.exercises import Exercise

EXERCISES: tuple[Exercise, ...] = ()
