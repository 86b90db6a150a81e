"""A Vega panel: a map of the arrondissements, coloured by the share of their charge points that are available now."""

from belib_platform.contracts.contract import name
from belib_platform.contracts.search import BelibArrondissements
from belib_platform.search.kibana.data_view import CHARGE_POINTS
from belib_platform.search.kibana.panel import Panel, Place, saved_vis
from belib_platform.search.kibana.saved_object import Json, compact

CURRENT: Json = {"term": {"is_current": True}}
IN_SERVICE: Json = {
    "bool": {"filter": [CURRENT], "must_not": [{"terms": {"status": ["PLANNED", "INOPERATIVE", "REMOVED"]}}]}
}
FREE: Json = {"bool": {"filter": [CURRENT, {"term": {"status": "AVAILABLE"}}]}}

HALF_SPHERE = 6.28
"""Steradians. Vega fills the area to one side of a ring. If a polygon covers more than half of the globe, its ring runs
in the wrong direction and is reversed."""


def choropleth(panel_id: str, title: str, place: Place) -> Panel:
    """The map. The dashboard's controls filter the shares; all borders are always drawn."""
    return Panel(panel_id, "visualization", title, place, saved_vis("vega", title, {"spec": compact(_spec())}))


def _spec() -> Json:
    return {
        "$schema": "https://vega.github.io/schema/vega/v5.json",
        "description": "Part de points libres par arrondissement",
        "autosize": {"type": "fit", "contains": "padding"},
        "padding": 5,
        "data": [_shares(), _borders()],
        "projections": [
            {
                "name": "paris",
                "type": "mercator",
                "fit": {"signal": "borders"},
                "size": {"signal": "[width, height]"},
            }
        ],
        "scales": [
            {"name": "share", "type": "quantize", "domain": [0, 1], "range": {"scheme": "redyellowgreen", "count": 5}}
        ],
        "legends": [{"fill": "share", "title": "Points libres", "orient": "right", "format": ".0%", "type": "symbol"}],
        "marks": [_areas(), _names()],
    }


def _shares() -> Json:
    """Available charge points and those in service per arrondissement, at the newest poll."""
    filters = {"free": {"filter": FREE}, "in_service": {"filter": IN_SERVICE}}
    terms = {"field": "arrondissement_label", "size": 21, "order": {"_key": "asc"}}
    return {
        "name": "shares",
        "url": {
            "%context%": True,
            "index": CHARGE_POINTS.alias,
            "body": {"size": 0, "aggs": {"arrondissements": {"terms": terms, "aggs": filters}}},
        },
        "format": {"property": "aggregations.arrondissements.buckets"},
    }


def _borders() -> Json:
    return {
        "name": "arrondissements",
        "url": {
            "index": name(BelibArrondissements),
            "body": {"size": 20, "_source": ["arrondissement_label", "arrondissement_name", "geometry"]},
        },
        "format": {"property": "hits.hits"},
        "transform": [
            _formula("label", "datum._source.arrondissement_label"),
            _formula("sent", "{type: 'Feature', geometry: datum._source.geometry}"),
            _formula("ring", "datum._source.geometry.coordinates[0]"),
            _formula(
                "feature",
                f"datum._source.geometry.type == 'Polygon' && geoArea(null, datum.sent) > {HALF_SPHERE}"
                " ? {type: 'Feature', geometry: {type: 'Polygon', coordinates: [reverse(datum.ring)]}} : datum.sent",
            ),
            {"type": "geojson", "geojson": "feature", "signal": "borders"},
            {"type": "lookup", "from": "shares", "key": "key", "fields": ["label"], "as": ["found"]},
            _formula("count", "datum.found ? datum.found.in_service.doc_count : 0"),
            _formula("share", "datum.count > 0 ? datum.found.free.doc_count / datum.count : null"),
            _formula("share_label", "datum.count > 0 ? format(datum.share, '.0%') : 'aucun point'"),
        ],
    }


def _areas() -> Json:
    tooltip = (
        "{title: datum._source.arrondissement_name, 'Points libres': datum.found ? datum.found.free.doc_count : 0,"
        " 'Points en service': datum.count, 'Part libre': datum.share_label}"
    )
    grey = {"test": "datum.share === null", "value": "#D9DEE4"}
    return {
        "name": "areas",
        "type": "shape",
        "from": {"data": "arrondissements"},
        "encode": {
            "update": {
                "fill": [grey, {"scale": "share", "field": "share"}],
                "stroke": {"value": "#FFFFFF"},
                "strokeWidth": {"value": 1.5},
                "tooltip": {"signal": tooltip},
            },
            "hover": {"stroke": {"value": "#1F2D3D"}},
        },
        "transform": [{"type": "geoshape", "projection": "paris", "field": "datum.feature"}],
    }


def _names() -> Json:
    centre = "geoCentroid('paris', datum.feature)"
    return {
        "name": "names",
        "type": "text",
        "interactive": False,
        "from": {"data": "arrondissements"},
        "encode": {
            "update": {
                "x": {"signal": f"{centre}[0]"},
                "y": {"signal": f"{centre}[1]"},
                "align": {"value": "center"},
                "baseline": {"value": "middle"},
                "fontSize": {"value": 12},
                "fill": {"value": "#1F2D3D"},
                "text": {"signal": "toNumber(datum.label) + ' : ' + datum.share_label"},
            }
        },
    }


def _formula(target: str, expression: str) -> Json:
    return {"type": "formula", "as": target, "expr": expression}
