from belib_platform.simulator.bike_city import draw_bike_city
from belib_platform.simulator.bike_closures import INSTALLED, OPEN
from belib_platform.simulator.bike_stock import Cargo, Change, Stock

FIRST = 1_750_000_000


def _stock() -> Stock:
    return Stock.draw(1, draw_bike_city(1, 60), FIRST)


def test_bikes_free_docks_and_broken_ones_fill_a_station() -> None:
    stock = _stock()
    for station, capacity in enumerate(stock.capacity):
        assert stock.bikes(station) + stock.docks[station] + stock.broken[station] == capacity
    assert min(stock.docks) >= 0
    assert 0 < sum(broken > 0 for broken in stock.broken) < 60


def test_a_closed_station_has_nothing_to_use_and_reopens_with_what_it_had() -> None:
    stock, same = _stock(), _stock()
    for station in range(60):
        stock.close(station, FIRST + 1, INSTALLED)
        assert stock.bikes(station) == stock.docks[station] == 0
        stock.reopen(station, FIRST + 2, INSTALLED)
    assert (stock.mechanical, stock.ebike, stock.docks) == (same.mechanical, same.ebike, same.docks)
    assert not stock.held
    assert sum(change.flags for change in stock.changes) == 60 * OPEN


def test_docks_that_break_while_it_is_open_are_missing_after_it_reopens() -> None:
    stock = _stock()
    station = stock.docks.index(max(stock.docks))
    free = stock.docks[station]
    stock.damage(station, FIRST + 1, 2)
    stock.close(station, FIRST + 2, 0)
    stock.reopen(station, FIRST + 3, 0)
    assert stock.docks[station] == free - 2


def test_what_is_brought_is_in_the_log() -> None:
    stock = _stock()
    station = stock.docks.index(max(stock.docks))
    bikes, free = stock.bikes(station), stock.docks[station]
    stock.add(station, FIRST + 5, Cargo(2, 1))
    assert (stock.bikes(station), stock.docks[station]) == (bikes + 3, free - 3)
    assert stock.changes[-1] == Change(station, FIRST + 5, mechanical=2, ebike=1)
