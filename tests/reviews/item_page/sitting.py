"""Somebody in front of an item, as the tests of its page need it."""

from django.urls import reverse
from django.utils import timezone

from queues import claims
from tests.reviews import builders
from tests.reviews.builders import SINGLE


def waiting(amount=SINGLE, **said):
    return builders.open_items(builders.question(amount, now=timezone.now(), **said))[-1]


class Sitting:
    """Somebody in front of an item that they hold."""

    def __init__(self, client, by, item, *, claimed=True):
        self.client, self.by, self.item = client, by, item
        client.force_login(by)
        if claimed:
            claims.claim(item_id=item.pk, by=by, now=timezone.now())
        self.seen = self.form()

    def form(self):
        builders.refresh(self.item)
        review = self.item.seat.review
        builders.refresh(review)
        return {
            "epoch": self.item.epoch,
            "version": review.version,
            "content_hash": review.content_hash,
        }

    def page(self):
        return self.client.get(reverse("reviews:item", args=[self.item.pk]))

    def post(self, action, *, swap=False, **said):
        headers = {"HX-Request": "true", "HX-Target": "desk"} if swap else {}
        address = reverse(f"reviews:{action}", args=[self.item.pk])
        return self.client.post(address, {**self.seen, **said}, headers=headers)


def text(response):
    return response.content.decode()
