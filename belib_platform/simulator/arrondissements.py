"""Approximate places of Paris's twenty arrondissements, for the coordinates of stations."""

from typing import Final, NamedTuple

from belib_platform.simulator.circle import Circle

CITY: Final = Circle(2.335, 48.861, 5.0)
"""Centre, and half the height (km), of an ellipse around the circles of all arrondissements."""


class Arrondissement(NamedTuple):
    """A circle inside an arrondissement, and its weight in stations."""

    number: int
    circle: Circle
    weight: int

    @property
    def label(self) -> str:
        """The label in the portal, which is the same for the first four."""
        return "Paris centre" if self.number <= 4 else f"{self.number:02d}e Arrondissement"

    @property
    def insee_code(self) -> str:
        """INSEE code of the municipal arrondissement."""
        return f"751{self.number:02d}"


ARRONDISSEMENTS: Final = (
    Arrondissement(1, Circle(2.3364, 48.8626, 0.40), 7),
    Arrondissement(2, Circle(2.3428, 48.8683, 0.28), 8),
    Arrondissement(3, Circle(2.3600, 48.8629, 0.35), 6),
    Arrondissement(4, Circle(2.3576, 48.8543, 0.38), 10),
    Arrondissement(5, Circle(2.3507, 48.8444, 0.50), 15),
    Arrondissement(6, Circle(2.3329, 48.8491, 0.45), 14),
    Arrondissement(7, Circle(2.3122, 48.8562, 0.60), 22),
    Arrondissement(8, Circle(2.3126, 48.8727, 0.60), 23),
    Arrondissement(9, Circle(2.3375, 48.8772, 0.45), 12),
    Arrondissement(10, Circle(2.3607, 48.8761, 0.50), 15),
    Arrondissement(11, Circle(2.3801, 48.8591, 0.55), 19),
    Arrondissement(12, Circle(2.3960, 48.8400, 0.70), 22),
    Arrondissement(13, Circle(2.3623, 48.8284, 0.80), 24),
    Arrondissement(14, Circle(2.3265, 48.8292, 0.70), 18),
    Arrondissement(15, Circle(2.2928, 48.8401, 0.90), 42),
    Arrondissement(16, Circle(2.2700, 48.8560, 0.90), 41),
    Arrondissement(17, Circle(2.3068, 48.8873, 0.50), 27),
    Arrondissement(18, Circle(2.3482, 48.8926, 0.60), 21),
    Arrondissement(19, Circle(2.3848, 48.8871, 0.70), 22),
    Arrondissement(20, Circle(2.4012, 48.8635, 0.65), 24),
)
