"""Exercises of chapter 05."""

from workbook.course.exercises import Exercise

EXERCISES: tuple[Exercise, ...] = ()
