"""Observation cards of the demo company. Written further below."""


def build(stage): ...
