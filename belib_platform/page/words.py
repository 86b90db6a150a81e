"""The words of the page, French first."""

from typing import Literal, NamedTuple

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


class Word(NamedTuple):
    """A text in each language."""

    fr: str
    en: str


WORDS: dict[str, Word] = {
    "title": Word("Belib' à Paris", "Belib' in Paris"),
    "lead": Word(
        "Les bornes de recharge publiques de Paris, maintenant.", "The public charging points of Paris, right now."
    ),
    "simulated": Word("Données simulées, pas celles de Paris", "Simulated data, not those of Paris"),
    "skip": Word("Aller au contenu", "Skip to content"),
    "other_language": Word("English", "Français"),
    "available": Word("libres", "free"),
    "charging": Word("en charge", "charging"),
    "out_of_order": Word("hors service", "out of order"),
    "unknown": Word("inconnus", "unknown"),
    "unknown_hint": Word(
        "Sans contact avec l'opérateur, ou sans relevé récent", "No contact with the operator, or no recent reading"
    ),
    "reserved": Word("réservés", "reserved"),
    "not_in_service": Word("pas en service", "not in service"),
    "read_at": Word("Relevé de {time}, il y a {age}", "Reading of {time}, {age} ago"),
    "of_points": Word("{points} points de charge, {stations} stations", "{points} charge points, {stations} stations"),
    "no_data": Word(
        "L'historique n'a pas encore de relevé. La page se remplit après le premier.",
        "The history has no reading yet. The page fills after the first one.",
    ),
    "away": Word(
        "Les chiffres manquent : {reason} Nouvel essai dans une minute.",
        "The figures are missing: {reason} Trying again in a minute.",
    ),
    "store_away": Word("la base de données ne répond pas.", "the database does not answer."),
    "old": Word(
        "Le dernier relevé date de {age} : personne ne sait ce qui est libre maintenant.",
        "The last reading is {age} old: nobody knows what is free now.",
    ),
    "no_script": Word(
        "La carte et les filtres ont besoin de JavaScript. Les chiffres ci-dessus sont ceux du dernier relevé.",
        "The map and the filters need JavaScript. The figures above are those of the last reading.",
    ),
    "map": Word("Carte des stations", "Map of stations"),
    "legend": Word("Points libres par station", "Free points per station"),
    "none_free": Word("aucun", "none"),
    "one": Word("1", "1"),
    "two_or_three": Word("2 ou 3", "2 or 3"),
    "four_or_more": Word("4 et plus", "4 and more"),
    "nobody_knows": Word("inconnu", "unknown"),
    "filters": Word("Filtres", "Filters"),
    "power": Word("Puissance", "Power"),
    "any_power": Word("toutes", "any"),
    "from_kw": Word("{kw} kW et plus", "{kw} kW and more"),
    "arrondissement": Word("Arrondissement", "Arrondissement"),
    "all_of_paris": Word("tout Paris", "all of Paris"),
    "only_free": Word("seulement avec un point libre", "only with a free point"),
    "place": Word("Près de", "Near"),
    "place_hint": Word("adresse ou station", "address or station"),
    "near_me": Word("Près de moi", "Near me"),
    "near_me_hint": Word(
        "Le navigateur demande votre accord. Votre position n'est ni gardée ni mise dans l'adresse de la page.",
        "Your browser asks you first. Your position is neither kept nor put into the page's address.",
    ),
    "no_position": Word("Le navigateur n'a pas donné de position.", "The browser gave no position."),
    "unknown_place": Word("Aucune station ni adresse de ce nom.", "No station or address of that name."),
    "nearest": Word("Les plus proches avec un point libre", "The nearest with a free point"),
    "nothing_near": Word("Aucun point libre connu à moins de 3 km.", "No point is known to be free within 3 km."),
    "nearest_asks": Word("Choisissez un lieu ou « Près de moi ».", "Choose a place, or “Near me”."),
    "free_of": Word("{free} sur {points} libres", "{free} of {points} free"),
    "metres": Word("{m} m", "{m} m"),
    "weather": Word("Météo prévue", "Weather forecast"),
    "no_weather": Word("Aucune prévision connue.", "No forecast is known."),
    "dry_until": Word("pas de pluie prévue d'ici {time}", "no rain forecast until {time}"),
    "rain_at": Word("pluie prévue vers {time}", "rain forecast around {time}"),
    "rain_now": Word("pluie prévue maintenant", "rain forecast now"),
    "sources": Word("Sources et licences", "Sources and licences"),
    "api": Word("Interroger les données (API)", "Query the data (API)"),
    "download": Word("Toutes les stations en CSV", "All stations as CSV"),
    "views": Word("Vues", "Views"),
    "now": Word("Maintenant", "Now"),
    "when": Word("Quand ?", "When?"),
    "when_lead": Word(
        "Part du temps où une station avait un point libre, en 13 semaines. C'est le passé, pas une prévision.",
        "Share of the time in which a station had a free point, in 13 weeks. It is the past, no forecast.",
    ),
    "when_asks": Word(
        "Choisissez un arrondissement, une adresse ou une station.",
        "Choose an arrondissement, an address or a station.",
    ),
    "weekday": Word("Jour", "Day"),
    "around": Word("Heure", "Hour"),
    "when_says": Word(
        "{weekday} vers {hour} : une station avait un point libre {times} fois sur 10 "
        "(de {low} à {high} % ; dates observées : {n}).",
        "{weekday} around {hour}: a station had a free point {times} times out of 10 "
        "({low} to {high}%; dates observed: {n}).",
    ),
    "when_unknown": Word("{weekday} vers {hour} : personne ne sait.", "{weekday} around {hour}: nobody knows."),
    "best_hours": Word("Meilleures heures : {hours}.", "Best hours: {hours}."),
    "no_statistics": Word(
        "Les statistiques se font la nuit ; il n'y en a pas encore.",
        "Statistics are made at night; there are none yet.",
    ),
    "free_share": Word("point libre", "free point"),
    "dry": Word("temps sec", "dry"),
    "wet": Word("pluie", "rain"),
    "dates": Word("dates", "dates"),
    "interval": Word("intervalle à 90 %", "90% interval"),
    "minutes": Word("{n} min", "{n} min"),
    "hours": Word("{n} h", "{n} h"),
    "days": Word("{n} j", "{n} d"),
}


def words_of(language: Language) -> dict[str, str]:
    """All words in a language, by their names."""
    return {name: getattr(word, language) for name, word in WORDS.items()}
