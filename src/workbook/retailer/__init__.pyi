from .world import generate

__all__ = ["generate"]
