"""Exercises of chapter 06."""

from workbook.course.exercises import Exercise

EXERCISES: tuple[Exercise, ...] = ()
