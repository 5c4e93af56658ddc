"""What makes it a course: notebooks, their exercises and figures, runs and reports."""
