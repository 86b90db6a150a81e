"""The servers the other tests stand on are real, empty, and in UTC."""

import psycopg
from pymongo import MongoClient


def test_each_test_has_an_empty_postgres_database_in_utc(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        zone, tables = connection.execute(
            "SELECT current_setting('timezone'), count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone() or (None, None)
    assert (zone, tables) == ("UTC", 0)


def test_each_test_has_an_empty_mongo_database(mongo_url: str) -> None:
    client: MongoClient[dict[str, object]] = MongoClient(mongo_url)
    with client:
        database = client.get_default_database()
        assert database.list_collection_names() == []
        database["page"].insert_one({"_id": "a/1/0"})
        assert database["page"].find_one() == {"_id": "a/1/0"}
