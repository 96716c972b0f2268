"""The entrance, drafts and cards of the tests of cards."""

from tests.forms.cards.conftest import draft, entrance, hand_in

__all__ = ["draft", "entrance", "hand_in"]
