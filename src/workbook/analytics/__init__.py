"""Methods: plain functions from frames to frames, one module a topic."""
