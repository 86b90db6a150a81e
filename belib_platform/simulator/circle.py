"""Circles on the map, in which stations are placed."""

import math
from random import Random
from typing import Final, NamedTuple

KM_PER_DEGREE: Final = 111.2
"""Length of one degree of latitude, km."""


class Circle(NamedTuple):
    """Centre (degrees, WGS 84) and radius (km)."""

    longitude: float
    latitude: float
    radius_km: float

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

    def in_plane(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Kilometres east and north of the centre."""
        east = (longitude - self.longitude) * math.cos(math.radians(self.latitude))
        return east * KM_PER_DEGREE, (latitude - self.latitude) * KM_PER_DEGREE
