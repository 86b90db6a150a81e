"""The words of the view Quand ? / When?."""

from belib_platform.page.words.word import Word

WORDS = {
    "when_lead": Word(
        "Part du temps où une station avait un point libre, quand l'état de tous ses points était connu, en 13 "
        "semaines au plus. C'est le passé, pas une prévision.",
        "Share of the time in which a station had a free point, while the state of each of its points was known, in "
        "at most 13 weeks. It is the past, no forecast.",
    ),
    "when_asks": Word(
        "Choisissez un arrondissement, une adresse ou une station.",
        "Choose an arrondissement, an address or a station.",
    ),
    "weekday": Word("Jour", "Day"),
    "around": Word("Heure", "Hour"),
    "when_says": Word(
        "{weekday} vers {hour} : une station avait {thing} {times} fois sur 10 "
        "(de {low} à {high} % ; dates observées : {n}).",
        "{weekday} around {hour}: a station had {thing} {times} times out of 10 "
        "({low} to {high}%; dates observed: {n}).",
    ),
    "when_unknown": Word("{weekday} vers {hour} : personne ne sait.", "{weekday} around {hour}: nobody knows."),
    "best_hours": Word("Meilleures heures : {hours}.", "Best hours: {hours}."),
    "free_share": Word("point libre", "free point"),
    "dry": Word("temps sec (dates)", "dry (dates)"),
    "wet": Word("pluie (dates)", "rain (dates)"),
    "share_of_dates": Word("{share} ({n})", "{share} ({n})"),
    "free_week": Word("Toute la semaine", "The whole week"),
    "free_week_lead": Word(
        "Part du temps, en %, où une station avait un point libre ; plus la couleur est vive, plus c'est facile.",
        "Share of the time, in %, in which a station had a free point; the stronger the colour, the easier it is.",
    ),
    "free_title": Word("{share} avec {thing}, {n} dates", "{share} with {thing}, {n} dates"),
    "interval": Word("intervalle à 90 %", "90% interval"),
}
