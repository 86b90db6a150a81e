"""The words of the view Maintenant / Now."""

from belib_platform.page.words.word import Word

WORDS = {
    "available": Word("libres", "free"),
    "charging": Word("en charge", "charging"),
    "out_of_order": Word("hors service", "out of order"),
    "unknown": Word("inconnus", "unknown"),
    "unknown_hint": Word(
        "Sans contact avec l'opérateur, ou sans relevé récent", "No contact with the operator, or no recent reading"
    ),
    "reserved": Word("réservés", "reserved"),
    "not_in_service": Word("pas en service", "not in service"),
    "no_script": Word(
        "La carte et les filtres ont besoin de JavaScript. Les chiffres ci-dessus sont ceux du dernier relevé.",
        "The map and the filters need JavaScript. The figures above are those of the last reading.",
    ),
    "map": Word("Carte des stations", "Map of stations"),
    "legend": Word("Points libres par station", "Free points per station"),
    "signs": Word("Points de charge", "Charge points"),
    "none_free": Word("aucun", "none"),
    "one": Word("1", "1"),
    "two_or_three": Word("2 ou 3", "2 or 3"),
    "four_or_more": Word("4 et plus", "4 and more"),
    "nobody_knows": Word("inconnu", "unknown"),
    "filters": Word("Filtres", "Filters"),
    "power": Word("Puissance", "Power"),
    "any_power": Word("toutes", "any"),
    "from_kw": Word("{kw} kW et plus", "{kw} kW and more"),
    "all_of_paris": Word("tout Paris", "all of Paris"),
    "status": Word("Statut", "Status"),
    "any_status": Word("tous", "any"),
    "with_available": Word("avec un point libre", "with a free point"),
    "with_charging": Word("avec un point en charge", "with a charging point"),
    "with_out_of_order": Word("avec un point hors service", "with a point out of order"),
    "with_unknown": Word("avec un point inconnu", "with an unknown point"),
    "from_hour": Word("À partir de", "From"),
    "temperature": Word("Température", "Temperature"),
    "rain": Word("Pluie", "Rain"),
    "near_me": Word("Près de moi", "Near me"),
    "near_me_hint": Word(
        "Le navigateur demande votre accord. Votre position n'est ni gardée ni mise dans l'adresse de la page.",
        "Your browser asks you first. Your position is neither kept nor put into the page's address.",
    ),
    "no_position": Word("Le navigateur n'a pas donné de position.", "The browser gave no position."),
    "nearest": Word("Les plus proches avec {thing}", "The nearest with {thing}"),
    "nothing_near": Word(
        "Aucune station avec {thing} n'est connue à moins de 3 km.", "No station with {thing} is known within 3 km."
    ),
    "nearest_asks": Word("Choisissez un lieu ou « Près de moi ».", "Choose a place, or “Near me”."),
    "free_of": Word("{free} sur {points} libres", "{free} of {points} free"),
    "metres": Word("{m} m", "{m} m"),
    "weather": Word("Météo prévue", "Weather forecast"),
    "no_weather": Word("Aucune prévision connue.", "No forecast is known."),
    "dry_until": Word("pas de pluie prévue d'ici {time}", "no rain forecast until {time}"),
    "rain_at": Word("pluie prévue vers {time}", "rain forecast around {time}"),
    "rain_now": Word("pluie prévue maintenant", "rain forecast now"),
    "old": Word(
        "Le dernier relevé date de {age} : personne ne sait ce qui est libre maintenant.",
        "The last reading is {age} old: nobody knows what is free now.",
    ),
}
