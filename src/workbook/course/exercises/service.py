"""Exercises of chapter 04."""

from workbook.course.exercises import Exercise

EXERCISES: tuple[Exercise, ...] = ()
