"""Approximate places of Paris's twenty arrondissements, for the coordinates of stations."""

import math
from random import Random
from typing import Final, NamedTuple

KM_PER_DEGREE: Final = 111.2
"""Length of one degree of latitude, km."""


class Arrondissement(NamedTuple):
    """Centre (degrees, WGS 84) and radius (km) of a circle inside an arrondissement, and its weight in stations."""

    number: int
    longitude: float
    latitude: float
    radius_km: float
    weight: int

    @property
    def label(self) -> str:
        """The label in the portal, which is the same for the first four."""
        return "Paris centre" if self.number <= 4 else f"{self.number:02d}e Arrondissement"

    @property
    def insee_code(self) -> str:
        """INSEE code of the municipal arrondissement."""
        return f"751{self.number:02d}"

    def place(self, rng: Random) -> tuple[float, float]:
        """A uniformly distributed longitude and latitude inside the circle."""
        return self.offset(self.radius_km * math.sqrt(rng.random()), rng.uniform(0, math.tau))

    def offset(self, distance_km: float, angle: float) -> tuple[float, float]:
        """Longitude and latitude at this distance from the centre, in the direction of an angle (radians)."""
        latitude = self.latitude + distance_km * math.sin(angle) / KM_PER_DEGREE
        longitude = self.longitude + distance_km * math.cos(angle) / (
            KM_PER_DEGREE * math.cos(math.radians(self.latitude))
        )
        return round(longitude, 6), round(latitude, 6)


ARRONDISSEMENTS: Final = (
    Arrondissement(1, 2.3364, 48.8626, 0.40, 7),
    Arrondissement(2, 2.3428, 48.8683, 0.28, 8),
    Arrondissement(3, 2.3600, 48.8629, 0.35, 6),
    Arrondissement(4, 2.3576, 48.8543, 0.38, 10),
    Arrondissement(5, 2.3507, 48.8444, 0.50, 15),
    Arrondissement(6, 2.3329, 48.8491, 0.45, 14),
    Arrondissement(7, 2.3122, 48.8562, 0.60, 22),
    Arrondissement(8, 2.3126, 48.8727, 0.60, 23),
    Arrondissement(9, 2.3375, 48.8772, 0.45, 12),
    Arrondissement(10, 2.3607, 48.8761, 0.50, 15),
    Arrondissement(11, 2.3801, 48.8591, 0.55, 19),
    Arrondissement(12, 2.3960, 48.8400, 0.70, 22),
    Arrondissement(13, 2.3623, 48.8284, 0.80, 24),
    Arrondissement(14, 2.3265, 48.8292, 0.70, 18),
    Arrondissement(15, 2.2928, 48.8401, 0.90, 42),
    Arrondissement(16, 2.2700, 48.8560, 0.90, 41),
    Arrondissement(17, 2.3068, 48.8873, 0.50, 27),
    Arrondissement(18, 2.3482, 48.8926, 0.60, 21),
    Arrondissement(19, 2.3848, 48.8871, 0.70, 22),
    Arrondissement(20, 2.4012, 48.8635, 0.65, 24),
)
