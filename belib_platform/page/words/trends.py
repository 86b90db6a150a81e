"""The words of the view Tendances / Trends."""

from belib_platform.page.words.word import Word

WORDS = {
    "trends_week": Word("Occupation, sept jours", "Occupancy, seven days"),
    "trends_lead": Word(
        "Part des points en charge parmi ceux qui sont libres ou en charge. Tirets : la semaine d'avant. "
        "Météo : la prévision connue au début de chaque heure. Une heure sans relevé reste vide.",
        "Share of the points that charge among those that are free or charging. Dashes: the week before. "
        "Weather: the forecast known when each hour began. An hour without a reading stays empty.",
    ),
    "trends_chart": Word(
        "Occupation heure par heure, semaine d'avant, température et pluie",
        "Occupancy hour by hour, week before, temperature and rain",
    ),
    "trends_none": Word("Aucune heure observée en sept jours.", "No hour was observed in seven days."),
    "trends_newest": Word("{hour} : {share} des points en charge.", "{hour}: {share} of the points were charging."),
    "trends_newest_before": Word(
        "{hour} : {share} des points en charge, {before} une semaine plus tôt.",
        "{hour}: {share} of the points were charging, {before} a week earlier.",
    ),
    "trends_holes": Word("Heures sans relevé : {holes} sur {hours}.", "Hours without a reading: {holes} of {hours}."),
    "trends_complete": Word("Aucune heure ne manque.", "No hour is missing."),
    "as_table": Word("Les chiffres en tableau", "The figures as a table"),
    "occupancy": Word("Occupation", "Occupancy"),
    "week_before": Word("Semaine d'avant", "Week before"),
    "trends_rhythm": Word("Occupation par jour et heure", "Occupancy by day and hour"),
    "trends_rhythm_lead": Word(
        "En %, moyenne des 91 derniers jours au plus ; plus la couleur est vive, plus c'est occupé.",
        "In %, mean of the last 91 days at most; the stronger the colour, the more points are in use.",
    ),
    "of_dates": Word("Du {first} au {last}.", "From {first} to {last}."),
    "occupancy_title": Word("{share} d'occupation, {n} dates", "{share} in use, {n} dates"),
    "trends_arrondissements": Word("Occupation par arrondissement et heure", "Occupancy by arrondissement and hour"),
    "saturation": Word("Saturation : aucun point libre", "Saturation: no free point"),
    "saturation_lead": Word(
        "Part du temps sans aucun point libre, quand l'état de tous les points de la station était connu.",
        "Share of the time without any free point, while the state of every point of the station was known.",
    ),
    "saturation_says": Word(
        "Du {first} au {last}, une station n'avait aucun point libre pendant {share} du temps "
        "(état connu : {known} du temps).",
        "From {first} to {last}, a station had no free point for {share} of the time "
        "(state known: {known} of the time).",
    ),
    "none_free_share": Word("aucun libre", "none free"),
    "longest_spell": Word("plus longue durée", "longest spell"),
    "state_known": Word("état connu", "state known"),
}
