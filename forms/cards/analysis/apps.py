from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardAnalysisConfig(AppConfig):
    name = "forms.cards.analysis"
    label = "card_analysis"
    verbose_name = _("Statistics of cards")
