"""The platform's user of MongoDB: it reads and writes its own database and nothing else."""

from typing import Any

from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def ensure_mongo_user(admin: str, user: str) -> None:
    """Make the user, password and database of the URL `user`; `admin` is the URL of one who may make users."""
    wanted = parse_uri(user)
    name, rights = wanted["username"], [{"role": "readWrite", "db": wanted["database"]}]
    client: MongoClient[dict[str, Any]] = MongoClient(admin)
    with client:
        database = client[wanted["database"]]
        verb = "updateUser" if database.command("usersInfo", name)["users"] else "createUser"
        database.command(verb, name, pwd=wanted["password"], roles=rights)
