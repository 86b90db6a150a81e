"""The platform's users of MongoDB: one reads and writes its own database and nothing else, one only reads it."""

from typing import Any

from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def ensure_mongo_user(admin: str, user: str, role: str = "readWrite") -> None:
    """Make the user and password of the URL `user`, with this role on its database.

    `admin` is the URL of one who may make users.
    """
    wanted = parse_uri(user)
    name, rights = wanted["username"], [{"role": role, "db": wanted["database"]}]
    client: MongoClient[dict[str, Any]] = MongoClient(admin)
    with client:
        database = client[wanted["database"]]
        verb = "updateUser" if database.command("usersInfo", name)["users"] else "createUser"
        database.command(verb, name, pwd=wanted["password"], roles=rights)
