"""`python -m tests.templates`: builds what the tests on SQLite copy, the migrated database and the demo company.

`make test` begins with it in the background: one process builds, while the checks and the tests on PostgreSQL go on.
"""

from __future__ import annotations

import os


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.test")
    import django

    django.setup()
    from tests.journeys import demo_database

    demo_database.template()


if __name__ == "__main__":
    main()
