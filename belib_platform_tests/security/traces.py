"""Where a word has been written: every row of a database, every document, every file."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import zstandard
from bson import BSON
from psycopg import sql
from pymongo import MongoClient

TABLES = """
    SELECT table_schema, table_name FROM information_schema.tables
    WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'
"""


def in_postgres(url: str, word: str) -> Iterator[str]:
    """Rows that have the word in any column, whatever its type."""
    with psycopg.connect(url) as connection:
        for schema, table in connection.execute(TABLES).fetchall():
            select = sql.SQL("SELECT t::text FROM {} AS t WHERE t::text ILIKE {}")
            wanted = sql.Literal(f"%{word}%")
            for (row,) in connection.execute(select.format(sql.Identifier(schema, table), wanted)):
                yield f"{schema}.{table}: {row}"


def in_mongo(url: str, word: str) -> Iterator[str]:
    """Documents that have the word, in the bytes of their compressed bodies, too."""
    client: MongoClient[dict[str, object]] = MongoClient(url)
    with client:
        database = client.get_default_database()
        for collection in database.list_collection_names():
            for document in database[collection].find():
                body = document.get("body")
                told = zstandard.decompress(body) if isinstance(body, bytes) else b""
                if word.encode() in (BSON.encode(document) + told).lower():
                    yield f"{collection}: {document['_id']}"


def in_files(folder: Path, word: str) -> Iterator[str]:
    """Files below the folder that have the word in their name or their bytes."""
    for file in folder.rglob("*"):
        if word in file.name.lower() or (file.is_file() and word.encode() in file.read_bytes().lower()):
            yield str(file)
