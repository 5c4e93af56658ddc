"""Exercises that check themselves on whatever data is at hand; those of a notebook stand in its lesson.

An exercise knows the answer as a function of the data it is asked of, so it stays right on another seed, with
other parameters and on a user's own data. It also knows the usual mistakes, and what to say about each.
"""
