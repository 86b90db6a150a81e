#!/bin/sh
# new-secrets.sh [--rotate NAME] [FOLDER]
# Draws what is missing of the secrets in FOLDER, by default `secrets` beside this script, and keeps what is there.
# With --rotate it also draws a new password for the secret NAME, in every file that holds it. Stopped half-way, the
# next call finishes.
set -eu
refuse() {
    echo "$1" >&2
    exit 2
}

usage="Usage: new-secrets.sh [--rotate NAME] [FOLDER]"
rotated=
if [ "${1:-}" = --rotate ]; then
    [ -n "${2:-}" ] || refuse "$usage"
    rotated=$2
    shift 2
fi
case ${1:-} in
    --help) echo "$usage"; exit ;;
    -*) refuse "$usage" ;;
esac
folder=${1:-$(dirname "$0")/secrets}
# The folder lets only its owner in. The files are for the users of the containers, which see them, not the folder.
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

write() {
    printf '%s' "$2" > "$folder/.$1.new"
    chmod 444 "$folder/.$1.new"
    mv -f "$folder/.$1.new" "$folder/$1"
}

keep_or_write() {
    if [ -s "$folder/$1" ]; then chmod 444 "$folder/$1"; else write "$1" "$2"; fi
}

encoded() { # as a URL has it
    case $1 in
        *[!A-Za-z0-9_.~-]*) printf %s "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../%&/g' ;;
        *) printf %s "$1" ;;
    esac
}

with_password() { # the URL $1 with the password $2
    rest=${1#*://}
    authority=${rest%%/*}
    printf '%s://%s:%s@%s%s' "${1%%://*}" "${authority%%:*}" "$(encoded "$2")" "${authority##*@}" "${rest#"$authority"}"
}

case $rotated in
    "") ;;
    postgres_password | mongo_password | elastic_password)
        refuse "$rotated is the password of a superuser, which the store itself has to change first: see docs/deployment.md." ;;
    metrics_*_url) refuse "The password in $rotated is that of metrics_password: rotate that." ;;
    belib_reader_url) refuse "The password in $rotated is that of reader_password: rotate that." ;;
    reader_password | metrics_password | kibana_password | belib_postgres_url | belib_dagster_url | belib_mongo_url | \
        belib_elasticsearch_url | belib_broker_url | belib_kafka_url) ;;
    *) refuse "There is no secret $rotated." ;;
esac

for name in postgres_password mongo_password elastic_password reader_password metrics_password kibana_password; do
    keep_or_write "$name" "$(random)"
done
keep_or_write belib_postgres_url "postgresql://belib:$(random)@postgres:5432/belib"
keep_or_write belib_dagster_url "postgresql://dagster:$(random)@postgres:5432/dagster"
keep_or_write belib_mongo_url "mongodb://belib:$(random)@mongo:27017/belib"
keep_or_write belib_broker_url "redis://:$(random)@redis:6379/0"
keep_or_write belib_kafka_url "kafka://broker:9092"
keep_or_write belib_elasticsearch_url "http://belib:$(random)@elasticsearch:9200"

case $rotated in
    *_password) write "$rotated" "$(random)" ;;
    *_url)
        url=$(cat "$folder/$rotated")
        case $url in *://*:*@*) ;; *) refuse "There is no password in $rotated." ;; esac
        write "$rotated" "$(with_password "$url" "$(random)")" ;;
esac

# Users whose password has a file of its own, and is in URLs, too.
follow() { # the URLs $3 … of the user $1 have the password in the file $2; those of another user are somebody's own
    user=$1 password=$(cat "$folder/$2")
    shift 2
    for name in "$@"; do
        kept=$(cat "$folder/$name")
        case $kept in *://"$user":*@*) ;; *) continue ;; esac
        wanted=$(with_password "$kept" "$password")
        [ "$kept" = "$wanted" ] || write "$name" "$wanted"
    done
}
keep_or_write belib_reader_url "postgresql://belib_reader:@postgres:5432/belib"
keep_or_write metrics_postgres_url "postgresql://belib_metrics:@postgres:5432/belib"
keep_or_write metrics_dagster_url "postgresql://belib_metrics:@postgres:5432/dagster"
keep_or_write metrics_mongo_url "mongodb://belib_metrics:@mongo:27017/belib"
keep_or_write metrics_elasticsearch_url "http://belib_metrics:@elasticsearch:9200"
follow belib_reader reader_password belib_reader_url
follow belib_metrics metrics_password metrics_postgres_url metrics_dagster_url metrics_mongo_url metrics_elasticsearch_url

[ -z "$rotated" ] || echo "The stores know it after \`docker compose -f docker/compose.yaml run --rm roles\`, and the
services after \`docker compose -f docker/compose.yaml up -d --force-recreate\`."
