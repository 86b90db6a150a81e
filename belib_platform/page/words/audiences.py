"""The words of the view Pour qui / For whom."""

from belib_platform.page.words.word import Word

WORDS = {
    "audiences_lead": Word(
        "À chacun sa question, les chiffres qui y répondent, et où en savoir plus.",
        "For each, a question, the figures that answer it, and where to find more.",
    ),
    "audiences_note": Word(
        "Chaque chiffre dit de quoi il est : de combien de points ou de jours, et quelle part du temps est observée. "
        "Les parts de temps décrivent le passé et ne prévoient rien.",
        "Each figure says what it is of: how many points or days, and how much of the time is observed. "
        "Shares of time describe the past and forecast nothing.",
    ),
    "drivers": Word("Automobilistes", "Drivers"),
    "drivers_ask": Word("Où trouver un point libre ?", "Where is a free point?"),
    "points_free": Word("points libres", "free points"),
    "of_points_read": Word("sur {points} ; relevé il y a {age}", "of {points}; read {age} ago"),
    "usually_free": Word(
        "du temps avec un point libre à une station, {weekday} vers {hour}",
        "of the time with a free point at a station, {weekday} around {hour}",
    ),
    "of_observed_dates": Word(
        "dates observées : {n} ; intervalle à 90 % : {range}", "dates observed: {n}; 90% interval: {range}"
    ),
    "points_unknown": Word("points inconnus", "unknown points"),
    "to_nearest": Word("Les plus proches", "The nearest"),
    "to_hours": Word("Les meilleures heures", "The best hours"),
    "cyclists": Word("Cyclistes", "Cyclists"),
    "cyclists_ask": Word("Y a-t-il un vélo, et va-t-il pleuvoir ?", "Is there a bike, and will it rain?"),
    "rain_from": Word("de pluie, de {from} à {to}", "of rain, from {from} to {to}"),
    "cyclists_weather": Word("{rain} ; {temperature}, rafales : {gusts}.", "{rain}; {temperature}, gusts: {gusts}."),
    "kmh": Word("{n} km/h", "{n} km/h"),
    "forecast_by": Word("{source}, prévision connue depuis {time}", "{source}, forecast known since {time}"),
    "no_bikes": Word("Les Vélib' ne sont pas encore relevés ici.", "Bikes (Vélib') are not recorded here yet."),
    "to_forecast": Word("Les six prochaines heures", "The next six hours"),
    "operators": Word("Exploitants de bornes", "Charge point operators"),
    "operators_ask": Word("Qu'est-ce qui est hors service, et depuis quand ?", "What is out of order, and since when?"),
    "points_out_of_order": Word("points hors service", "points out of order"),
    "longest_going_on": Word("la plus longue panne en cours : {station}", "the longest outage going on: {station}"),
    "none_going_on": Word(
        "panne en cours à la fin du dernier jour (UTC)", "outages going on at the end of the last day (UTC)"
    ),
    "seen_from": Word("observée du {from} au {to}", "observed from {from} to {to}"),
    "points_without_contact": Word(
        "points sans contact avec l'opérateur : ce n'est pas une panne",
        "points without contact with the operator: that is no outage",
    ),
    "to_broken": Word("La carte de ce qui est hors service", "The map of what is out of order"),
    "to_reliability": Word("Toutes les pannes", "All outages"),
    "outages_csv": Word("Pannes en cours (CSV)", "Outages going on (CSV)"),
    "planners": Word("Ville et aménageurs", "City planners"),
    "planners_ask": Word("Où manque-t-il des points de charge ?", "Where are charge points lacking?"),
    "most_saturated": Word(
        "du temps sans point libre à une station du {nth}, l'arrondissement le plus saturé",
        "of the time without a free point at a station of the {nth}, the most saturated arrondissement",
    ),
    "saturated_in_paris": Word("la même part dans tout Paris", "the same share in all of Paris"),
    "longest_none_free": Word(
        "d'affilée sans point libre, au plus, à une station du {nth}",
        "on end without a free point, at most, at a station of the {nth}",
    ),
    "of_days_known": Word("jours : {n} ; état connu : {known} du temps", "days: {n}; state known: {known} of the time"),
    "of_days": Word("jours : {n} ; observé : {observed} du temps", "days: {n}; observed: {observed} of the time"),
    "of_days_between": Word(
        "jours : {n} ; intervalle à 90 % : {range} ; état connu : {known} du temps",
        "days: {n}; 90% interval: {range}; state known: {known} of the time",
    ),
    "to_its_hours": Word("Les heures de cet arrondissement", "The hours of this arrondissement"),
    "to_trends": Word("Tous les arrondissements", "All arrondissements"),
    "saturation_csv": Word("Par station (CSV)", "By station (CSV)"),
    "insurers": Word("Assureurs", "Insurers"),
    "insurers_ask": Word("Les points marchent-ils, et qu'en sait-on ?", "Do the points work, and how sure is that?"),
    "up_if_unknown_is_down": Word(
        "du temps en état de marche, si un point inconnu est en panne",
        "of the time in working order, if an unknown point is down",
    ),
    "up_if_unknown_is_up": Word("si un point inconnu marche", "if an unknown point works"),
    "longest_outage": Word("la plus longue panne : {station}", "the longest outage: {station}"),
    "no_outage": Word("panne", "outages"),
    "unknown_is_not_down": Word(
        "La vérité est entre les deux premiers chiffres : un point inconnu n'est pas un point en panne.",
        "The truth lies between the first two figures: an unknown point is not one that is down.",
    ),
    "reliability_csv": Word("Par station, 13 semaines (CSV)", "By station, 13 weeks (CSV)"),
    "researchers": Word("Chercheurs", "Researchers"),
    "researchers_ask": Word(
        "Que vaut cet historique, et où le prendre ?", "How good is this history, and where is it?"
    ),
    "time_observed": Word("du temps de tous les points est observé", "of the time of all points is observed"),
    "of_dates_from": Word(
        "jours : {n}, du {first} au {last} ; points : {points}", "days: {n}, {first} to {last}; points: {points}"
    ),
    "polls_used": Word("relevés gardés et utilisés, {day} (UTC)", "readings kept and used, {day} (UTC)"),
    "polls_lost": Word("refusés : {refused} ; sans réponse : {failed}", "refused: {refused}; without answer: {failed}"),
    "longest_gap": Word("le plus long entre deux relevés, {day}", "the longest between two readings, {day}"),
    "gaps": Word("trous de plus de trois intervalles : {n}", "gaps of more than three intervals: {n}"),
    "no_full_day": Word("Il n'y a pas encore de jour complet.", "There is no whole day yet."),
    "to_data": Word("Qualité et sources", "Quality and sources"),
    "hours_parquet": Word("Sept jours, heure par heure (Parquet)", "Seven days, hour by hour (Parquet)"),
    "developers": Word("Développeurs d'applications", "App makers"),
    "developers_ask": Word("Puis-je brancher mon application ?", "Can I connect my app?"),
    "reading_age": Word("âge du dernier relevé", "age of the newest reading"),
    "stations_told": Word("stations décrites", "stations described"),
    "with_points": Word("avec {points} points de charge", "with {points} charge points"),
    "points_unobserved": Word("points sans relevé récent", "points without a recent reading"),
    "null_of": Word("sur {points} ; leur statut est alors null", "of {points}; their status is then null"),
    "no_key": Word("Sans clé ni inscription.", "No key, no sign-up."),
    "api_docs": Word("L'API", "The API"),
    "free_near_bastille": Word("Libre près de Bastille (JSON)", "Free near Bastille (JSON)"),
    "tourists": Word("Touristes en voiture", "Tourists by car"),
    "tourists_ask": Word("Où charger vite, maintenant ?", "Where can I charge fast, now?"),
    "free_from_kw": Word("points libres de {kw} kW et plus", "free points of {kw} kW and more"),
    "free_single": Word("points libres payables sans abonnement", "free points to pay without a contract"),
    "map_from_kw": Word("La carte, {kw} kW et plus", "The map, {kw} kW and more"),
}
