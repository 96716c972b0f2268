"""What was put into the outbox reaches its follower, once the change is kept, and again until the follower took it."""

from __future__ import annotations

import pytest
from django.db import transaction

from portal.jobs import outbox
from portal.jobs.models import OutboxRow
from tests.patience import at_once


def keys(rows):
    return [row.key for row in rows]


@pytest.mark.django_db
class TestDrain:
    def test_rows_come_in_order_by_topic_and_go(self):
        outbox.put("mail", "1", subject="x")
        outbox.changed("clause", 7)
        outbox.put("mail", "2")
        met = []
        assert outbox.drain("mail", lambda rows: met.extend(rows)) == 2
        assert keys(met) == ["1", "2"]
        assert met[0].data == {"subject": "x"}
        assert outbox.drain("mail", lambda rows: met.extend(rows)) == 0
        assert keys(OutboxRow.objects.all()) == ["clause:7"]

    def test_a_failing_follower_keeps_every_row(self):
        def broken(rows):
            raise OSError("away")

        outbox.put("mail", "1")
        with pytest.raises(OSError, match="away"):
            outbox.drain("mail", broken)
        met = []
        assert outbox.drain("mail", lambda rows: met.extend(keys(rows))) == 1
        assert met == ["1"]

    def test_a_batch_has_an_end(self):
        for number in range(5):
            outbox.put("mail", str(number))
        met = []
        assert outbox.drain("mail", lambda rows: met.append(keys(rows)), batch=2) == 2
        assert met == [["0", "1"]]

    def test_a_change_that_was_rolled_back_is_never_told(self):
        with transaction.atomic():
            outbox.put("mail", "1")
            transaction.set_rollback(True)
        assert outbox.drain("mail", lambda rows: None) == 0


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_drains_at_once_hand_out_each_row_once():
    for number in range(40):
        outbox.put("mail", str(number))
    met: list[str] = []

    def drain_all():
        while outbox.drain("mail", lambda rows: met.extend(keys(rows)), batch=5):
            pass

    assert at_once(drain_all, drain_all) == [None, None]
    assert sorted(met, key=int) == [str(number) for number in range(40)]
