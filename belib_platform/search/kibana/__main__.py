"""`python -m belib_platform.search.kibana` writes `dashboards.ndjson` from the code."""

from belib_platform.search.kibana.export import FILE, export

if __name__ == "__main__":
    FILE.write_text(export(), encoding="utf-8")
