"""Links to the dashboards: right for each, and without what one logs in with."""

from pydantic import SecretStr

from belib_platform.search.kibana.export import DASHBOARDS
from belib_platform.search.kibana.links import DASHBOARDS as LINKED
from belib_platform.search.kibana.links import dashboard_links


def test_every_dashboard_has_a_link_and_no_other() -> None:
    titles = {one.id: one.title.removeprefix("Belib' – ") for one in DASHBOARDS}
    assert {LINKED[title]: title for title in LINKED} == titles


def test_a_link_keeps_host_port_and_space_and_drops_user_and_password() -> None:
    links = dashboard_links(SecretStr("https://user:canary@kibana.example:5601/s/paris/?x=1"))
    assert links["Maintenant"] == "https://kibana.example:5601/s/paris/app/dashboards#/view/belib-maintenant"
    assert dashboard_links(None) == {}
