"""Sums of cards by unit and day, observers by month, filled from the cards there are."""

import django.db.models.deletion
from django.db import migrations, models

CATEGORIES = ("reactions", "positions", "protection", "tools", "procedures", "ergonomics")
COUNTS = ("safe", "unsafe_acts", "unsafe_conditions")
CELLS = [(category, count) for category in CATEGORIES for count in COUNTS]


def fill(apps, schema_editor):
    sums = ["cards", "seconds", "card_keys", *(f"{category}_{count}" for category, count in CELLS)]
    counts = ", ".join(f"CASE WHEN i.category = '{category}' THEN i.{count} ELSE 0 END" for category, count in CELLS)
    nothing = ", ".join(f"0 AS {category}_{count}" for category, count in CELLS)
    schema_editor.execute(
        f"INSERT INTO cards_cardday (unit_id, day, planned, {', '.join(sums)})"
        f" SELECT unit_id, day, planned, {', '.join(f'SUM({name})' for name in sums)} FROM ("
        f"SELECT c.unit_id AS unit_id, c.observed_on AS day, c.planned AS planned, 1 AS cards, c.seconds AS seconds,"
        f" c.id AS card_keys, {nothing} FROM cards_card c WHERE c.state = 'handed_in' UNION ALL"
        f" SELECT c.unit_id, c.observed_on, c.planned, 0, 0, 0, {counts}"
        " FROM cards_carditem i JOIN cards_card c ON c.id = i.card_id WHERE c.state = 'handed_in'"
        ") AS found GROUP BY unit_id, day, planned"
    )
    month = "DATE_TRUNC('month', c.observed_on)::date"
    if schema_editor.connection.vendor == "sqlite":
        month = "SUBSTR(c.observed_on, 1, 8) || '01'"
    schema_editor.execute(
        "INSERT INTO cards_observermonth (unit_id, month, planned, person_id, cards)"
        f" SELECT c.unit_id, {month}, c.planned, o.person_id, COUNT(*)"
        " FROM cards_card_observers o JOIN cards_card c ON c.id = o.card_id WHERE c.state = 'handed_in'"
        f" GROUP BY c.unit_id, {month}, c.planned, o.person_id"
    )


class Migration(migrations.Migration):

    dependencies = [
        ('cards', '0002_cards_on_the_phone'),
        ('org', '0002_rosters_say_why'),
    ]

    operations = [
        migrations.AddField(
            model_name='card',
            name='kind_by_rule',
            field=models.BooleanField(default=False, verbose_name='counts as planned by the rule about daily cards'),
        ),
        migrations.AddIndex(
            model_name='cardaction',
            index=models.Index(fields=['due_on'], name='card_action_due'),
        ),
        migrations.AddIndex(
            model_name='cardaction',
            index=models.Index(fields=['done_at'], name='card_action_done'),
        ),
        migrations.CreateModel(
            name='CardDay',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField()),
                ('planned', models.BooleanField()),
                ('cards', models.BigIntegerField(default=0)),
                ('seconds', models.BigIntegerField(default=0)),
                ('card_keys', models.BigIntegerField(default=0)),
                ('reactions_safe', models.BigIntegerField(default=0)),
                ('reactions_unsafe_acts', models.BigIntegerField(default=0)),
                ('reactions_unsafe_conditions', models.BigIntegerField(default=0)),
                ('positions_safe', models.BigIntegerField(default=0)),
                ('positions_unsafe_acts', models.BigIntegerField(default=0)),
                ('positions_unsafe_conditions', models.BigIntegerField(default=0)),
                ('protection_safe', models.BigIntegerField(default=0)),
                ('protection_unsafe_acts', models.BigIntegerField(default=0)),
                ('protection_unsafe_conditions', models.BigIntegerField(default=0)),
                ('tools_safe', models.BigIntegerField(default=0)),
                ('tools_unsafe_acts', models.BigIntegerField(default=0)),
                ('tools_unsafe_conditions', models.BigIntegerField(default=0)),
                ('procedures_safe', models.BigIntegerField(default=0)),
                ('procedures_unsafe_acts', models.BigIntegerField(default=0)),
                ('procedures_unsafe_conditions', models.BigIntegerField(default=0)),
                ('ergonomics_safe', models.BigIntegerField(default=0)),
                ('ergonomics_unsafe_acts', models.BigIntegerField(default=0)),
                ('ergonomics_unsafe_conditions', models.BigIntegerField(default=0)),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.unit')),
            ],
            options={
                'verbose_name': 'day of cards',
                'verbose_name_plural': 'days of cards',
                'indexes': [models.Index(fields=['day', 'planned'], name='card_sums_of_day')],
                'constraints': [models.UniqueConstraint(fields=('unit', 'day', 'planned'), name='card_day_once')],
            },
        ),
        migrations.CreateModel(
            name='ObserverMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField()),
                ('planned', models.BooleanField()),
                ('cards', models.BigIntegerField(default=0)),
                ('person', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.person')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='org.unit')),
            ],
            options={
                'verbose_name': 'month of an observer',
                'verbose_name_plural': 'months of observers',
                'constraints': [models.UniqueConstraint(fields=('unit', 'month', 'planned', 'person'), name='observer_month_once')],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
