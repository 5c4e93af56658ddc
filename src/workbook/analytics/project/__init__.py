"""A project from its plan to its return: progress, users, benefit, net present value, choice of a platform, sales to firms."""
