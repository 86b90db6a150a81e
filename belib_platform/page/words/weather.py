"""The words of the view Météo / Weather."""

from belib_platform.page.words.word import Word

WORDS = {
    "weather_title": Word("Ce que la météo change", "What the weather changes"),
    "weather_lead": Word(
        "Écart d'occupation avec les autres dates, même jour de semaine et même heure, selon la météo prévue, "
        "en 91 jours au plus. "
        "Un écart qui accompagne une météo n'en est pas forcément l'effet : vacances et saisons changent aussi.",
        "Difference in occupancy from other dates, same weekday and hour, by forecast weather, in at most 91 days. "
        "A difference that comes with some weather is not always its effect: holidays and seasons change, too.",
    ),
    "weather_seen": Word(
        "Un écart net dans {seen} classes sur {bins}, du {first} au {last}.",
        "A clear difference in {seen} of {bins} bins, from {first} to {last}.",
    ),
    "weather_none_seen": Word(
        "Aucun écart net dans {bins} classes, du {first} au {last} : ce n'est pas la preuve qu'il n'y en a pas.",
        "No clear difference in {bins} bins, from {first} to {last}: that is no proof that there is none.",
    ),
    "weather_too_few": Word(
        "Il faut plusieurs semaines d'historique pour comparer ; il n'y en a pas encore assez.",
        "A comparison needs several weeks of history; there are not enough yet.",
    ),
    "by_temperature": Word("Selon la température", "By temperature"),
    "by_precipitation": Word("Selon la pluie", "By rain"),
    "bin_temperature": Word("Température", "Temperature"),
    "bin_precipitation": Word("Pluie", "Rain"),
    "difference": Word("Écart", "Difference"),
    "interval_drawn": Word("moins occupé ← 0 → plus occupé", "less in use ← 0 → more in use"),
    "interval_95": Word("intervalle à 95 %", "95% interval"),
    "effect": Word("Lecture", "Reading"),
    "effect_more": Word("plus occupé", "more in use"),
    "effect_less": Word("moins occupé", "less in use"),
    "effect_none": Word("aucun effet vu", "no effect seen"),
    "effect_unknown": Word("trop peu de dates", "too few dates"),
    "points_of_percent": Word("{n} pt", "{n} pp"),
    "millimetres_an_hour": Word("{n} mm/h", "{n} mm/h"),
    "below": Word("moins de {high}", "below {high}"),
    "from_on": Word("{low} et plus", "{low} and more"),
}
