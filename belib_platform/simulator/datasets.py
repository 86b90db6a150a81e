"""Names and path of the portal's data sets."""

from typing import Final

BELIB: Final = "belib-points-de-recharge-pour-vehicules-electriques-disponibilite-temps-reel"
BELIB_STATIC: Final = "belib-points-de-recharge-pour-vehicules-electriques-donnees-statiques"
VELIB: Final = "velib-disponibilite-en-temps-reel"
ARRONDISSEMENTS: Final = "arrondissements"

DATASETS_PATH: Final = "/api/explore/v2.1/catalog/datasets"
