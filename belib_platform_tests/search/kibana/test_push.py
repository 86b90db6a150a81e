"""Loading the dashboards over real HTTP, and what is said when Kibana does not take them."""

from base64 import b64encode

import pytest
from pydantic import SecretStr
from starlette.responses import HTMLResponse, JSONResponse, Response

from belib_platform.local.ports import any_free
from belib_platform.search.kibana.data_view import DATA_VIEWS
from belib_platform.search.kibana.export import FILE
from belib_platform.search.kibana.exported import Export, read_export
from belib_platform.search.kibana.push import KibanaError, push
from belib_platform_tests.search.kibana.stand_in import Kibana, serving

BASIC = "Basic " + b64encode(b"belib:can@ry").decode()
SENT = {(one["type"], one["id"]): one for one in read_export(FILE.read_text(encoding="utf-8")).objects}


def with_credentials(url: str) -> SecretStr:
    return SecretStr(url.replace("://", "://belib:can%40ry@"))


def test_kibana_takes_all_twice() -> None:
    with serving(Kibana()) as kibana:
        assert push(SecretStr(kibana.url)) == len(SENT)
        assert push(SecretStr(kibana.url + "/")) == len(SENT)
        assert kibana.objects == SENT


def test_user_password_and_space_are_those_of_the_url() -> None:
    with serving(Kibana(path="/s/belib", authorization=BASIC)) as kibana:
        assert push(with_credentials(kibana.url)) == len(SENT)
        assert kibana.objects == SENT


def test_who_may_not_is_told_so_without_the_password() -> None:
    with serving(Kibana(authorization="Basic other")) as kibana, pytest.raises(KibanaError) as refused:
        push(with_credentials(kibana.url))
    assert "refused with 401" in str(refused.value)
    assert "unable to authenticate" in str(refused.value)
    assert "can" not in str(refused.value).replace("may not", "")


def test_each_object_that_is_not_taken_is_named_with_the_reason() -> None:
    with serving(Kibana(types=frozenset({"dashboard"}))) as kibana, pytest.raises(KibanaError) as refused:
        push(SecretStr(kibana.url))
    assert f"imported 0 of {len(SENT)} objects" in str(refused.value)
    for kind, name in SENT:
        assert f"{kind} {name} (" in str(refused.value)
    assert "(unsupported_type)" in str(refused.value)
    assert "(missing_references: index-pattern belib-availability" in str(refused.value)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (HTMLResponse("<html>Hello</html>"), "is not Kibana: it answered with status 200, text/html"),
        (JSONResponse({"statusCode": 503, "message": "Kibana server is not ready yet"}, 503), "503: Kibana server is"),
        (JSONResponse({"success": True, "successCount": 3}), f"imported 3 of {len(SENT)} objects: no reason given"),
        (JSONResponse({"statusCode": 403, "message": "Forbidden"}, 403), "may not import saved objects"),
    ],
    ids=["no Kibana", "not ready", "fewer", "forbidden"],
)
def test_any_other_answer_is_a_sentence(answer: Response, told: str) -> None:
    with serving(Kibana(always=answer)) as kibana, pytest.raises(KibanaError, match=told):
        push(SecretStr(kibana.url))


def test_dashboards_ask_the_indices_of_the_prefix() -> None:
    with serving(Kibana()) as kibana:
        push(SecretStr(kibana.url), "staging_")
        titles = {one["attributes"]["title"] for (kind, _), one in kibana.objects.items() if kind == "index-pattern"}
        [spec] = [panel.vega for panel in Export(list(kibana.objects.values())).panels() if panel.vega]
    assert titles == {f"staging_{view.alias}" for view in DATA_VIEWS}
    assert {data["url"]["index"] for data in spec["data"]} == {
        "staging_belib_charge_points",
        "staging_belib_arrondissements",
    }


def test_a_kibana_that_is_not_there() -> None:
    with pytest.raises(KibanaError, match=r"^Kibana at 127\.0\.0\.1:\d+ could not be reached: .*refused"):
        push(with_credentials(f"http://127.0.0.1:{any_free()}"))


def test_without_a_url_the_variable_is_named() -> None:
    with pytest.raises(KibanaError, match="set BELIB_KIBANA_URL"):
        push(None)
