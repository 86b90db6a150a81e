"""The words of the view Données / Data."""

from belib_platform.page.words.word import Word

WORDS = {
    "freshness": Word("Fraîcheur, bornes de recharge", "Freshness, charge points"),
    "freshness_lead": Word(
        "Le chemin du relevé le plus récent des bornes, de l'opérateur jusqu'à cette page. Heures de Paris.",
        "The way of the newest reading of charge points, from the operator to this page. Times of Paris.",
    ),
    "hop": Word("Étape", "Step"),
    "hop_at": Word("Heure", "Time"),
    "hop_age": Word("Il y a", "Ago"),
    "hop_operator": Word("Horodaté par l'opérateur", "Stamped by the operator"),
    "hop_response": Word("Demandé au portail de la Ville", "Requested from the City's portal"),
    "hop_warehouse": Word("Écrit dans la base de données", "Written to the database"),
    "polls_title": Word("Relevés et trous, par jour", "Readings and gaps, by day"),
    "polls_lead": Word(
        "Le nombre de réponses utilisées par jour UTC, et le plus long temps entre deux d'entre elles. Un trou dure "
        "plus de trois intervalles de relevé et compte le jour où il finit ; pendant un trou, personne ne sait.",
        "The number of responses used on each UTC day, and the longest time from one to the next. A gap is longer than "
        "three polling intervals and counts on the day on which it ends; during a gap, nobody knows.",
    ),
    "data_source": Word("Source", "Source"),
    "source_belib": Word("Statuts Belib'", "Belib' statuses"),
    "source_velib": Word("Stations Vélib'", "Vélib' stations"),
    "source_belib_static": Word("Description des points Belib'", "Belib' descriptions of points"),
    "source_arrondissements": Word("Limites des arrondissements", "Borders of arrondissements"),
    "source_open_meteo": Word("Météo Open-Meteo", "Weather by Open-Meteo"),
    "source_infoclimat": Word("Météo Infoclimat", "Weather by Infoclimat"),
    "source_openweathermap": Word("Météo OpenWeatherMap", "Weather by OpenWeatherMap"),
    "no_polls": Word("Aucun relevé en sept jours.", "No reading in seven days."),
    "no_polls_that_day": Word("aucun relevé ce jour", "no reading on this day"),
    "polls_refused": Word("refusées : {n}", "refused: {n}"),
    "polls_failed": Word("échecs : {n}", "failed: {n}"),
    "polls_gaps": Word("trous : {n}", "gaps: {n}"),
    "polls_longest": Word("écart max. {lasted}", "at most {lasted} apart"),
    "rejected_title": Word("Enregistrements rejetés", "Rejected records"),
    "rejected_lead": Word(
        "En sept jours UTC : ce qui n'a pas respecté une règle est gardé à part, et n'entre dans aucun chiffre.",
        "In seven UTC days: what broke a rule is kept apart, and is part of no figure.",
    ),
    "rule": Word("Règle", "Rule"),
    "rejected_count": Word("Enregistrements", "Records"),
    "nothing_rejected": Word("Aucun enregistrement rejeté en sept jours.", "No record was rejected in seven days."),
    "coverage": Word("Couverture, bornes de recharge", "Coverage, charge points"),
    "coverage_lead": Word(
        "La part du temps des points de charge qui a été observée.",
        "The share of charge points' time that was observed.",
    ),
    "coverage_says": Word("Du {first} au {last} (jours UTC).", "From {first} to {last} (UTC days)."),
    "bike_coverage": Word("Couverture, Vélib'", "Coverage, Vélib'"),
    "bike_coverage_lead": Word(
        "La part du temps des stations Vélib' qui a été observée, dates de Paris.",
        "The share of Vélib' stations' time that was observed, dates in Paris.",
    ),
    "stations": Word("stations", "stations"),
    "archive": Word("Archive", "Archive"),
    "archive_lead": Word(
        "Toutes les réponses sont archivées octet pour octet. Qui note cette empreinte (SHA-256) peut vérifier plus "
        "tard que rien de ce qui précède n'a changé.",
        "All responses are archived byte for byte. Whoever notes this hash (SHA-256) can check later that nothing "
        "before it was changed.",
    ),
    "archive_head": Word("Dernier jour archivé (UTC) : {day}", "Newest archived day (UTC): {day}"),
    "no_archive_head": Word(
        "Ici, personne ne connaît l'empreinte : rien n'est archivé, ou l'archive est sur une autre machine ou abîmée.",
        "The hash is not known here: nothing is archived, or the archive is on another machine or damaged.",
    ),
    "downloads": Word("Télécharger", "Download"),
    "downloads_lead": Word(
        "Une liste a au plus 1 000 lignes par page ; l'en-tête Next-Cursor mène à la page suivante.",
        "A list has at most 1,000 rows a page; the header Next-Cursor leads to the next page.",
    ),
    "download_stations": Word("Stations, maintenant", "Stations, now"),
    "download_points": Word("Points de charge, maintenant", "Charge points, now"),
    "download_hours": Word("Disponibilité heure par heure, sept jours", "Availability hour by hour, seven days"),
    "download_reliability": Word("Fiabilité des stations, 28 jours", "Reliability of stations, 28 days"),
    "download_outages": Word("Pannes, 91 jours", "Outages, 91 days"),
    "download_bikes": Word("Stations Vélib', maintenant", "Vélib' stations, now"),
    "download_bike_hours": Word(
        "Vélos et places heure par heure, sept jours", "Bikes and docks hour by hour, seven days"
    ),
    "download_bike_dates": Word(
        "Vélos et places par jour et commune, sept jours", "Bikes and docks by day and commune, seven days"
    ),
    "download_borders": Word("Limites des arrondissements", "Borders of arrondissements"),
    "standards": Word("Dans les formats standard", "In standard formats"),
}
