"""The driver: capture, pipeline, verification, report, and everything a user touches."""
