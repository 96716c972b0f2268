"""A case with plan, cause, measure and report goes to the leaders: from then on nothing of it exists for the office it
is about, whoever there owned a part of it (SRV-18)."""

from __future__ import annotations
