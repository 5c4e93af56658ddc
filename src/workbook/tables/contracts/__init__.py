"""The contracts, a module for each part of the business."""
