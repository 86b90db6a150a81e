#!/bin/sh
# Whether the Docker Engine keeps a port that is published on 127.0.0.1 from other machines of the network: from 28 on.
set -eu
needed=28
version=$(docker version --format '{{.Server.Version}}')
case ${version%%.*} in
    '' | *[!0-9]*)
        echo "The version of the Docker Engine cannot be read: $version" >&2
        exit 2 ;;
esac
if [ "${version%%.*}" -lt "$needed" ]; then
    echo "The Docker Engine is $version and should be $needed or later: before, machines of the same network reach ports" \
        "that are published on 127.0.0.1." >&2
    exit 1
fi
