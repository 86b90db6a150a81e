"""The words of the view Fiabilité / Reliability."""

from belib_platform.page.words.word import Word

WORDS = {
    "reliability_lead": Word(
        "Un point de charge fonctionne quand il est libre, réservé ou en charge. Inconnu ne veut pas dire en panne : "
        "la borne basse compte ce temps comme une panne, la borne haute comme du temps de marche.",
        "A charge point works when it is free, reserved or charging. Unknown does not mean broken: the lower bound "
        "takes that time for an outage, the upper bound for time in which the point worked.",
    ),
    "uptime_says": Word(
        "Du {first} au {last}, les points de charge ont fonctionné entre {low} et {high} du temps observé.",
        "From {first} to {last}, charge points worked between {low} and {high} of the time observed.",
    ),
    "uptime_unknown": Word(
        "Du {first} au {last} : personne ne sait ce qui fonctionnait.",
        "From {first} to {last}: nobody knows what worked.",
    ),
    "reliability_of": Word(
        "C'est le passé, pas une prévision : {points} points de charge de {stations} stations, jours observés : {n}. "
        "Part du temps observée : {observed} ; le reste n'est pas compté.",
        "It is the past, no forecast: {points} charge points of {stations} stations, days observed: {n}. "
        "Share of the time observed: {observed}; the rest is not counted.",
    ),
    "works": Word("fonctionne", "works"),
    "charge_points": Word("points", "points"),
    "charge_point": Word("Point de charge", "Charge point"),
    "stations_least": Word("Les stations les moins fiables", "The least reliable stations"),
    "ranked_by": Word(
        "Dans l'ordre de la borne haute : celle où tout ce qui était inconnu fonctionnait.",
        "In the order of the upper bound, for which everything unknown worked.",
    ),
    "reliability_areas": Word(
        "Par arrondissement, du moins fiable au plus fiable", "By arrondissement, the least reliable first"
    ),
    "outages_longest": Word("Les pannes les plus longues", "The longest outages"),
    "outages_lead": Word(
        "Parmi les points vus hors service dans les 91 derniers jours. « Au moins » : le début ou la fin n'a pas "
        "été observé.",
        "Among the points seen out of order in the last 91 days. “At least”: the beginning or the end was not "
        "observed.",
    ),
    "no_outages": Word("Aucune panne observée.", "No outage was observed."),
    "at_least": Word("au moins {lasted}", "at least {lasted}"),
    "before": Word("avant le {time}", "before {time}"),
    "goes_on": Word("durait encore à la fin du {day} (UTC)", "still going on at the end of {day} (UTC)"),
    "end_unknown": Word("fin inconnue, vue jusqu'au {time}", "end unknown, seen until {time}"),
    "since": Word("Début", "Beginning"),
    "until": Word("Fin", "End"),
    "lasting": Word("Durée", "Duration"),
    "date": Word("Date", "Date"),
    "seven_dates": Word("Sept jours d'un point de charge", "Seven days of a charge point"),
    "seven_dates_lead": Word(
        "Une ligne par jour, à l'heure de Paris. Les zones hachurées : personne n'a observé ce point.",
        "A line for each day, in Paris time. Hatched: nobody observed this point.",
    ),
    "no_point_there": Word("Aucun point de charge à moins de 300 m.", "No charge point within 300 m."),
    "point_asks": Word("Choisissez une adresse ou une station.", "Choose an address or a station."),
    "point_observed": Word(
        "Observé pendant {observed} sur {total} ({share}).", "Observed for {observed} of {total} ({share})."
    ),
    "point_never_observed": Word(
        "Personne n'a observé ce point ces sept jours.", "Nobody observed this point on these seven days."
    ),
    "point_changes": Word("Tous les changements ({n})", "All changes ({n})"),
    "hours_and_minutes": Word("{h} h {m}", "{h} h {m} min"),
    "date_of_hours": Word("{date} ({hours} h)", "{date} ({hours} h)"),
    "point_available": Word("libre", "free"),
    "point_charging": Word("en charge", "charging"),
    "point_reserved": Word("réservé", "reserved"),
    "point_out_of_order": Word("hors service", "out of order"),
    "point_unknown": Word("inconnu de l'opérateur", "unknown to the operator"),
    "point_not_in_service": Word("pas en service", "not in service"),
    "point_unobserved": Word("non observé", "not observed"),
}
