"""The words around every view, and those that several views share."""

from belib_platform.page.words.word import Word

WORDS = {
    "title": Word("Belib' à Paris", "Belib' in Paris"),
    "lead": Word(
        "Les bornes de recharge publiques de Paris, maintenant.", "The public charging points of Paris, right now."
    ),
    "simulated": Word("Données simulées, pas celles de Paris", "Simulated data, not those of Paris"),
    "skip": Word("Aller au contenu", "Skip to content"),
    "other_language": Word("English", "Français"),
    "read_on": Word("Relevé du {time}.", "Reading of {time}."),
    "read_at": Word("Relevé du {time}, il y a {age}", "Reading of {time}, {age} ago"),
    "of_points": Word("{points} points de charge, {stations} stations", "{points} charge points, {stations} stations"),
    "no_data": Word(
        "L'historique n'a pas encore de relevé. La page se remplit après le premier.",
        "The history has no reading yet. The page fills after the first one.",
    ),
    "away": Word(
        "Les chiffres manquent : {reason} Nouvel essai dans une minute.",
        "The figures are missing: {reason} Trying again in a minute.",
    ),
    "missing_figures": Word("Des chiffres manquent : {reason}", "Figures are missing: {reason}"),
    "store_away": Word("la base de données ne répond pas.", "the database does not answer."),
    "arrondissement": Word("Arrondissement", "Arrondissement"),
    "place": Word("Près de", "Near"),
    "place_hint": Word("adresse ou station", "address or station"),
    "unknown_place": Word("Aucune station ni adresse de ce nom.", "No station or address of that name."),
    "sources": Word("Sources et licences", "Sources and licences"),
    "other_pages": Word("Autres pages", "Other pages"),
    "dagster": Word("Dagster", "Dagster"),
    "api_away": Word("l'API ne répond pas.", "the API does not answer."),
    "api_refuses": Word("l'API n'a pas répondu à la question.", "the API did not answer the question."),
    "not_there": Word("l'historique ne connaît pas ce qui est demandé.", "the history has nothing of that name."),
    "too_many": Word("trop de questions en une minute.", "too many questions in a minute."),
    "nothing_known": Word(
        "la base de données ne répond pas, ou n'a pas encore de relevé.",
        "the database does not answer, or has no reading yet.",
    ),
    "file_missing": Word("un fichier de la page n'est pas arrivé.", "a file of the page did not arrive."),
    "page_fails": Word("cette page a une erreur.", "this page has an error."),
    "not_in_files": Word(
        "la page en fichiers n'a pas cette réponse ; la page en ligne l'a.",
        "the page in files does not have this answer; the page that is served has it.",
    ),
    "no_api": Word(
        "Ces fichiers n'ont pas d'API ; la page en ligne en a une.",
        "These files have no API; the page that is served has one.",
    ),
    "written_at": Word(
        "Fichiers écrits le {time} : les chiffres sont ceux de cet instant.",
        "Files written on {time}: the figures are those of that instant.",
    ),
    "told_of": Word("{what} : {told}", "{what}: {told}"),
    "days_back": Word("Période", "Period"),
    "last_days": Word("{days} derniers jours", "last {days} days"),
    "between": Word("{low} à {high}", "{low} to {high}"),
    "degrees": Word("{n} °C", "{n} °C"),
    "millimetres": Word("{n} mm", "{n} mm"),
    "kilowatts": Word("{n} kW", "{n} kW"),
    "nth_arrondissement": Word("{nth} arrondissement", "{nth} arrondissement"),
    "dates": Word("dates", "dates"),
    "observed": Word("Observé", "Observed"),
    "days_observed": Word("jours", "days"),
    "station": Word("Station", "Station"),
    "api": Word("Interroger les données (API)", "Query the data (API)"),
    "download": Word("Toutes les stations en CSV", "All stations as CSV"),
    "views": Word("Vues", "Views"),
    "view_now": Word("Maintenant", "Now"),
    "view_when": Word("Quand ?", "When?"),
    "view_trends": Word("Tendances", "Trends"),
    "view_weather": Word("Météo", "Weather"),
    "view_reliability": Word("Fiabilité", "Reliability"),
    "view_audiences": Word("Pour qui", "For whom"),
    "view_data": Word("Données", "Data"),
    "no_statistics": Word(
        "Les statistiques se font la nuit ; il n'y en a pas encore.",
        "Statistics are made at night; there are none yet.",
    ),
    "no_statistics_there": Word(
        "Il n'y a pas encore de statistiques de ce lieu.", "There are no statistics of this place yet."
    ),
    "minutes": Word("{n} min", "{n} min"),
    "hours": Word("{n} h", "{n} h"),
    "days": Word("{n} j", "{n} d"),
}
