"""Communes around Paris with bike stations: their approximate places, and the first digits of their station codes."""

from typing import Final, NamedTuple

from belib_platform.simulator.circle import Circle


class Commune(NamedTuple):
    """A commune, its INSEE code, the thousands of its station codes, a circle inside it, and its weight in stations."""

    name: str
    insee_code: str
    code_prefix: int
    circle: Circle
    weight: int


COMMUNES: Final = (
    Commune("Boulogne-Billancourt", "92012", 21, Circle(2.2410, 48.8365, 0.9), 29),
    Commune("Neuilly-sur-Seine", "92051", 22, Circle(2.2660, 48.8850, 0.6), 13),
    Commune("Levallois-Perret", "92044", 23, Circle(2.2880, 48.8940, 0.5), 11),
    Commune("Clichy", "92024", 21, Circle(2.3060, 48.9040, 0.6), 13),
    Commune("Asnières-sur-Seine", "92004", 26, Circle(2.2850, 48.9140, 0.7), 13),
    Commune("Saint-Ouen-sur-Seine", "93070", 34, Circle(2.3330, 48.9110, 0.6), 9),
    Commune("Saint-Denis", "93066", 32, Circle(2.3570, 48.9350, 0.9), 18),
    Commune("Aubervilliers", "93001", 33, Circle(2.3830, 48.9140, 0.7), 13),
    Commune("Pantin", "93055", 35, Circle(2.4080, 48.8960, 0.6), 19),
    Commune("Montreuil", "93048", 31, Circle(2.4440, 48.8620, 0.9), 22),
    Commune("Vincennes", "94080", 43, Circle(2.4370, 48.8470, 0.5), 10),
    Commune("Ivry-sur-Seine", "94041", 42, Circle(2.3880, 48.8130, 0.8), 18),
    Commune("Vitry-sur-Seine", "94081", 44, Circle(2.3930, 48.7880, 0.9), 17),
    Commune("Montrouge", "92049", 21, Circle(2.3170, 48.8170, 0.5), 13),
    Commune("Issy-les-Moulineaux", "92040", 21, Circle(2.2700, 48.8240, 0.6), 22),
)
