"""The words of Vélib', in every view, and those that name either network. `bike_NAME` takes the place of NAME."""

from belib_platform.page.words.word import Word

WORDS = {
    "networks": Word("Réseau", "Network"),
    "network_belib": Word("Bornes", "Chargers"),
    "network_velib": Word("Vélib'", "Vélib'"),
    "thing_point": Word("un point libre", "a free point"),
    "thing_bike": Word("un vélo", "a bike"),
    "thing_ebike": Word("un vélo électrique", "an electric bike"),
    "thing_dock": Word("une place libre", "a free dock"),
    "wanted": Word("Je cherche", "I look for"),
    "bike_title": Word("Vélib' à Paris", "Vélib' in Paris"),
    "bike_of_points": Word("{stations} stations, dont {points} ouvertes", "{stations} stations, {points} of them open"),
    "bike_old": Word(
        "Le dernier relevé date de {age} : personne ne sait où il y a un vélo maintenant.",
        "The last reading is {age} old: nobody knows where there is a bike now.",
    ),
    # Maintenant / Now
    "bikes": Word("vélos disponibles", "bikes available"),
    "ebikes": Word("dont électriques", "electric ones among them"),
    "docks": Word("places libres", "free docks"),
    "not_open": Word("stations pas ouvertes", "stations not open"),
    "not_open_hint": Word(
        "Fermées, muettes depuis plus de 24 heures, ou sans relevé récent",
        "Closed, without a report for more than 24 hours, or without a recent reading",
    ),
    "state": Word("État", "State"),
    "any_state": Word("tous", "any"),
    "bikes_open": Word("ouverte", "open"),
    "bikes_empty": Word("ouverte, vide : aucun vélo", "open, empty: no bike"),
    "bikes_full": Word("ouverte, pleine : aucune place", "open, full: no dock"),
    "bikes_closed": Word("fermée", "closed"),
    "bikes_not_reporting": Word("muette depuis plus de 24 h", "no report for more than 24 h"),
    "bikes_unobserved": Word("inconnue : aucun relevé récent", "unknown: no recent reading"),
    "bikes_unknown_area": Word("commune inconnue", "commune unknown"),
    "count_mechanical": Word("mécaniques : {n}", "mechanical: {n}"),
    "count_ebike": Word("électriques : {n}", "electric: {n}"),
    "count_dock": Word("places libres : {n}", "free docks: {n}"),
    "kind_mechanical": Word("vélos mécaniques", "mechanical bikes"),
    "kind_ebike": Word("vélos électriques", "electric bikes"),
    "kind_dock": Word("places libres", "free docks"),
    "bike_legend": Word("Ce que je cherche, par station", "What I look for, per station"),
    "bike_signs": Word("Stations Vélib'", "Vélib' stations"),
    "bike_none_free": Word("aucun, ou fermée", "none, or closed"),
    "bike_nobody_knows": Word("muette ou inconnue", "no report, or unknown"),
    "bike_areas": Word("Par arrondissement et commune", "By arrondissement and commune"),
    "bike_areas_lead": Word(
        "Vélos comptés là où l'on peut en prendre un, places là où l'on peut en rendre un. Une station fermée, muette "
        "ou inconnue n'est ni vide ni pleine.",
        "Bikes are counted where one can be taken, docks where one can be returned. A station that is closed, does not "
        "report or is unknown is neither empty nor full.",
    ),
    "paris_nth": Word("Paris {nth}", "Paris {nth}"),
    "area": Word("Lieu", "Area"),
    "bikes_here": Word("vélos", "bikes"),
    "ebikes_here": Word("électriques", "electric"),
    "docks_here": Word("places libres", "free docks"),
    "stations_open": Word("stations ouvertes", "stations open"),
    "stations_empty": Word("vides", "empty"),
    "stations_full": Word("pleines", "full"),
    "part_of": Word("{part} sur {all}", "{part} of {all}"),
    "bike_list": Word("Les stations en liste", "The stations as a list"),
    "bike_list_of": Word(
        "{shown} stations sur {all}, par nom, selon les filtres.", "{shown} of {all} stations, by name, as filtered."
    ),
    "no_bike_station": Word("Aucune station de ce choix.", "There is no such station."),
    # Quand ? / When?
    "bike_when_lead": Word(
        "Part du temps où une station ouverte avait ce que vous cherchez, en 13 semaines au plus. C'est le passé, pas "
        "une prévision.",
        "Share of the time in which an open station had what you look for, in at most 13 weeks. It is the past, no "
        "forecast.",
    ),
    "bike_free_share": Word("part du temps", "share of the time"),
    "bike_free_week_lead": Word(
        "Part du temps, en %, où une station ouverte avait ce que vous cherchez ; plus la couleur est vive, plus c'est "
        "facile.",
        "Share of the time, in %, in which an open station had what you look for; the stronger the colour, the "
        "easier it is.",
    ),
    # Tendances / Trends
    "bike_trends_week": Word("Vélos, jour par jour", "Bikes, day by day"),
    "bike_trends_lead": Word(
        "Vélos pris et rendus : au moins ce que l'on voit entre deux relevés ; ce qui change de 8 ou plus d'un coup "
        "est compté comme un transport. Un jour peu observé montre moins de vélos pris. Météo : la prévision connue au "
        "début de chaque heure. Un jour sans relevé reste vide.",
        "Bikes taken and returned: at least what is seen between two readings; what changes by 8 or more at once is "
        "counted as carried by truck. A day that was hardly observed shows fewer bikes taken. Weather: the forecast "
        "known when each hour began. A day without a reading stays empty.",
    ),
    "bike_trends_chart": Word(
        "Vélos pris et rendus par jour, température et pluie", "Bikes taken and returned by day, temperature and rain"
    ),
    "bike_trends_none": Word("Aucun jour observé.", "No day was observed."),
    "bike_trends_says": Word(
        "{date} : au moins {taken} vélos pris et {returned} rendus, {mean} vélos par station ouverte "
        "(observé : {observed} du temps).",
        "{date}: at least {taken} bikes taken and {returned} returned, {mean} bikes at an open station "
        "(observed: {observed} of the time).",
    ),
    "taken": Word("pris, au moins", "taken, at least"),
    "returned": Word("rendus, au moins", "returned, at least"),
    "carried": Word("transportés", "carried by truck"),
    "bikes_per_station": Word("vélos par station", "bikes per station"),
    "docks_per_station": Word("places par station", "docks per station"),
    "empty_share": Word("vide", "empty"),
    "full_share": Word("pleine", "full"),
    "bike_trends_rhythm": Word("Vélos par station, par jour et heure", "Bikes per station, by day and hour"),
    "bike_trends_rhythm_lead": Word(
        "Nombre moyen de vélos à une station ouverte, sur les 91 derniers jours au plus ; plus la couleur est vive, "
        "plus il y en a.",
        "Mean number of bikes at an open station, over the last 91 days at most; the stronger the colour, the more "
        "there are.",
    ),
    "mean_title": Word("{mean} vélos par station, {n} dates", "{mean} bikes per station, {n} dates"),
    "bike_hours": Word("Heure par heure dans l'arrondissement", "Hour by hour in the arrondissement"),
    "bike_hours_lead": Word(
        "Les 48 heures avant le dernier relevé, la plus récente d'abord. Les heures sans relevé manquent.",
        "The 48 hours before the newest reading, newest first. Hours without a reading are missing.",
    ),
    "bike_hours_ask": Word(
        "Choisissez un arrondissement pour voir ses stations heure par heure.",
        "Choose an arrondissement to see its stations hour by hour.",
    ),
    "no_bike_hours": Word(
        "Aucune heure observée en 48 heures dans cet arrondissement.",
        "No hour was observed in 48 hours in this arrondissement.",
    ),
    "lacking": Word("Stations vides et pleines, par lieu", "Empty and full stations, by area"),
    "lacking_lead": Word(
        "Part du temps ouvert d'une station où elle n'avait aucun vélo, ou aucune place libre, sur la période choisie.",
        "Share of a station's open time in which it had no bike, or no free dock, in the chosen period.",
    ),
    # Météo / Weather
    "bike_weather_none": Word(
        "L'effet de la météo n'est calculé que pour les bornes de recharge. Pour les vélos, les vélos pris chaque jour "
        "sont montrés à côté de la température et de la pluie.",
        "The effect of the weather is worked out for charge points only. For bikes, the bikes taken on each day are "
        "shown beside temperature and rain.",
    ),
    "to_bike_trends": Word("Les vélos pris et la météo, jour par jour", "Bikes taken and the weather, day by day"),
    # Fiabilité / Reliability
    "bikes_silent": Word("Stations pas ouvertes maintenant", "Stations not open now"),
    "bike_reliability_lead": Word(
        "Une station muette n'a rien transmis depuis plus de 24 heures : ses derniers chiffres ne comptent pas, elle "
        "n'est ni vide ni pleine. Inconnue ne veut pas dire fermée.",
        "A station without a report has sent nothing for more than 24 hours: its last figures do not count, and it is "
        "neither empty nor full. Unknown does not mean closed.",
    ),
    "bikes_silent_says": Word(
        "Maintenant, sur {all} stations, fermées : {closed}, muettes : {not_reporting}, inconnues : {unobserved}.",
        "Now, of {all} stations, closed: {closed}, without a report: {not_reporting}, unknown: {unobserved}.",
    ),
    "bikes_all_open": Word("Toutes les stations sont ouvertes.", "All stations are open."),
    "at_least_since": Word("au moins depuis {time}", "at least since {time}"),
    "bikes_worst": Word("Les stations d'un arrondissement", "The stations of an arrondissement"),
    "bikes_worst_lead": Word(
        "Les 48 heures avant le dernier relevé. Vide et pleine : part du temps ouvert. Fermée, muette, non observée : "
        "part de tout le temps.",
        "The 48 hours before the newest reading. Empty and full: share of the open time. Closed, without a report, not "
        "observed: share of all time.",
    ),
    "bikes_worst_ask": Word(
        "Choisissez un arrondissement pour classer ses stations.", "Choose an arrondissement to rank its stations."
    ),
    "ranked_most": Word("Le plus souvent", "Most often"),
    "rank_empty": Word("vide", "empty"),
    "rank_full": Word("pleine", "full"),
    "rank_closed": Word("fermée", "closed"),
    "rank_not_reporting": Word("muette", "without a report"),
    "rank_unobserved": Word("non observée", "not observed"),
    "bikes_times": Word("Par lieu, sur la période", "By area, in the period"),
    "bikes_times_lead": Word(
        "Part du temps de toutes les stations. Le temps non observé n'est ni ouvert ni fermé : personne ne sait.",
        "Share of the time of all stations. Time that was not observed is neither open nor closed: nobody knows.",
    ),
    "rank_open": Word("ouverte", "open"),
    "hours_known": Word("heures", "hours"),
    # Pour qui / For whom
    "bikes_free": Word("vélos disponibles", "bikes available"),
    "at_stations": Word("à {open} stations ouvertes ; relevé il y a {age}", "at {open} open stations; read {age} ago"),
    "of_open_stations": Word(
        "sur {open} stations ouvertes ; relevé il y a {age}", "of {open} open stations; read {age} ago"
    ),
    "best_hour": Word(
        "{weekday}, l'heure où une station avait le plus souvent un vélo",
        "{weekday}: the hour at which a station most often had a bike",
    ),
    "worst_hour": Word(
        "{weekday}, l'heure de la semaine où une station était le plus souvent vide",
        "{weekday}: the hour of the week at which a station was most often empty",
    ),
    "with_a_bike": Word(
        "{share} du temps ; dates observées : {n} ; intervalle à 90 % : {range}",
        "{share} of the time; dates observed: {n}; 90% interval: {range}",
    ),
    "stations_now_empty": Word("stations sans aucun vélo", "stations without any bike"),
    "stations_now_full": Word("stations sans aucune place libre", "stations without any free dock"),
    "bike_operators": Word("Exploitants de vélos", "Bike operators"),
    "bike_operators_ask": Word(
        "Quelles stations sont vides, lesquelles pleines ?", "Which stations are empty, and which full?"
    ),
    "bike_operators_note": Word(
        "Stations fermées : {closed}, muettes : {not_reporting}, inconnues : {unobserved}. Elles ne comptent ni comme "
        "vides ni comme pleines.",
        "Stations closed: {closed}, without a report: {not_reporting}, unknown: {unobserved}. They count neither as "
        "empty nor as full.",
    ),
    "empty_tomorrow": Word(
        "stations qui devraient être vides plus de la moitié du temps, {date}, {part}",
        "stations expected to be empty for more than half of the time, {date}, {part}",
    ),
    "forecast_of": Word("sur {n} ; prévision du {issued}", "of {n}; forecast of {issued}"),
    "to_tomorrow": Word("Demain : où il en manquera", "Tomorrow: where they will lack"),
    "to_empty_map": Word("La carte des stations vides", "The map of empty stations"),
    "to_bike_reliability": Word("Les stations à surveiller", "The stations to watch"),
    "bike_tourists": Word("Touristes à vélo", "Tourists by bike"),
    "bike_tourists_ask": Word(
        "Où prendre deux vélos, et où les rendre ?", "Where can we take two bikes, and return them?"
    ),
    "stations_for_two": Word("stations avec deux vélos ou plus", "stations with two bikes or more"),
    "docks_for_two": Word("stations avec deux places libres ou plus", "stations with two free docks or more"),
    "bike_tourists_note": Word(
        "Vérifiez avant de partir qu'il reste des places libres là où vous allez.",
        "Before you leave, check that there are free docks where you go.",
    ),
    "to_bike_map": Word("La carte des vélos", "The map of bikes"),
    "to_dock_map": Word("La carte des places libres", "The map of free docks"),
    "to_bike_hours": Word("Les meilleures heures pour un vélo", "The best hours for a bike"),
}
