"""What the database needs to find words: a full-text table on SQLite, a tsvector column with its index on PostgreSQL."""

from django.db import migrations


def ensure(apps, schema_editor):
    from search.engines import engine

    engine().ensure()


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(ensure, migrations.RunPython.noop)]
