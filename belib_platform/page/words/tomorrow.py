"""The words of the view Demain / Tomorrow."""

from belib_platform.page.words.word import Word

WORDS = {
    "tomorrow_title": Word("Vélib' : où il manquera des vélos ou des places", "Vélib': where bikes or docks will lack"),
    "tomorrow_lead": Word(
        "Part attendue du temps sans aucun vélo, ou sans aucune place libre, station par station. Faite chaque soir "
        "avec les 13 dernières dates du même jour de semaine et la météo prévue, et jamais changée ensuite. Il n'y en "
        "a pas pour les bornes de recharge.",
        "Expected share of the time without any bike, or without any free dock, station by station. Made every evening "
        "of the last 13 dates of the same weekday and the weather forecast, and never changed later. There is none for "
        "charge points.",
    ),
    "lacking_what": Word("Ce qui manque", "What is lacking"),
    "lacking_bike": Word("aucun vélo", "no bike"),
    "lacking_dock": Word("aucune place libre", "no free dock"),
    "part": Word("Moment", "Part of the day"),
    "part_hours": Word("{from} à {to} h", "{from}:00 to {to}:00"),
    "tomorrow_says": Word(
        "{date}, {part} : {worst} stations sur {known} devraient n'avoir {lacking} plus de la moitié du temps.",
        "{date}, {part}: {worst} of {known} stations are expected to have {lacking} for more than half of the time.",
    ),
    "tomorrow_of": Word(
        "Prévision faite le {issued}. Météo prévue : {temperature}, {rain} par heure au plus ; {used}. "
        "Stations sans prévision : {unknown}.",
        "Made on {issued}. Weather forecast: {temperature}, at most {rain} per hour; {used}. "
        "Stations without a forecast: {unknown}.",
    ),
    "weather_used": Word("elle est prise en compte", "it is used"),
    "weather_not_used": Word(
        "elle ne l'est pas, faute de dates semblables", "it is not used, for want of similar dates"
    ),
    "no_tomorrow": Word(
        "Il n'y a pas de prévision récente : elle se fait chaque soir, à partir de quelques semaines d'historique.",
        "There is no recent forecast: it is made every evening, from some weeks of history.",
    ),
    "tomorrow_map": Word("Carte de demain", "Map of tomorrow"),
    "tomorrow_legend": Word("Part du temps attendue", "Expected share of the time"),
    "share_below": Word("moins de {n} %", "below {n}%"),
    "share_from": Word("{n} % et plus", "{n}% and more"),
    "share_within": Word("{low} à {high} %", "{low} to {high}%"),
    "tomorrow_worst": Word("Les stations les plus touchées", "The stations that lack most"),
    "tomorrow_worst_lead": Word(
        "Dans l'ordre du moment choisi ; les 30 premières. Dates : celles du même jour de semaine où la station était "
        "observée ouverte.",
        "In the order of the chosen part of the day; the first 30. Dates: those of the same weekday on which the "
        "station was observed open.",
    ),
    "skill_title": Word("La prévision était-elle juste ?", "Was the forecast right?"),
    "skill_lead": Word(
        "Erreur moyenne sur les 28 dernières dates jugées au plus, en points de pourcentage : celle de la prévision, "
        "celle de la moyenne du même jour de semaine, et celle de la semaine d'avant prise telle quelle. Une prévision "
        "qui ne bat pas la moyenne n'apporte rien de plus qu'elle.",
        "Mean error over at most 28 past dates, in percentage points: that of the forecast, that of the mean of the "
        "weekday, and that of the week before taken as it was. A forecast that does not beat the mean adds nothing to "
        "it.",
    ),
    "no_skill": Word("Aucune prévision n'a encore pu être jugée.", "No forecast could be judged yet."),
    "error_forecast": Word("prévision", "forecast"),
    "error_weekday": Word("moyenne du jour", "weekday's mean"),
    "error_last_week": Word("semaine d'avant", "week before"),
    "better_weekday": Word("meilleure que la moyenne", "better than the mean"),
    "better_last_week": Word("meilleure que la semaine d'avant", "better than the week before"),
    "dates_of": Word("{n} dates sur {all}", "{n} of {all} dates"),
}
