"""Create the platform's MongoDB users: one may read and write the platform's database, one may only read it."""

from typing import Any

from pymongo import MongoClient
from pymongo.uri_parser import parse_uri


def ensure_mongo_user(admin: str, user: str, role: str = "readWrite") -> None:
    """Create or update the user of the URL `user` with its password and this role on its database.

    `admin` is the URL of a user who may create users.
    """
    wanted = parse_uri(user)
    name, rights = wanted["username"], [{"role": role, "db": wanted["database"]}]
    client: MongoClient[dict[str, Any]] = MongoClient(admin)
    with client:
        database = client[wanted["database"]]
        verb = "updateUser" if database.command("usersInfo", name)["users"] else "createUser"
        database.command(verb, name, pwd=wanted["password"], roles=rights)
