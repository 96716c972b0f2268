"""Property tests of the pure code: no deadline for one example, because other work shares the machine."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("portal", deadline=None)
settings.load_profile("portal")
