#!/bin/sh
# Draws what is missing of the secrets, in the folder of the argument or beside this script; keeps what is there.
set -eu
folder=${1:-$(dirname "$0")/secrets}
# The folder lets only its owner in. The files are for the users of the containers, which see them, not the folder.
mkdir -p "$folder"
chmod 700 "$folder"

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

keep_or_write() {
    [ -s "$folder/$1" ] || printf '%s' "$2" > "$folder/$1"
    chmod 444 "$folder/$1"
}

for name in postgres_password mongo_password elastic_password reader_password metrics_password kibana_password; do
    keep_or_write "$name" "$(random)"
done
keep_or_write belib_reader_url "postgresql://belib_reader:$(cat "$folder/reader_password")@postgres:5432/belib"
keep_or_write belib_postgres_url "postgresql://belib:$(random)@postgres:5432/belib"
keep_or_write belib_dagster_url "postgresql://dagster:$(random)@postgres:5432/dagster"
keep_or_write belib_mongo_url "mongodb://belib:$(random)@mongo:27017/belib"
keep_or_write belib_elasticsearch_url "http://belib:$(random)@elasticsearch:9200"
# One user reads for metrics, in every store; its password is made known to them from metrics_password.
metrics="belib_metrics:$(cat "$folder/metrics_password")"
keep_or_write metrics_postgres_url "postgresql://$metrics@postgres:5432/belib"
keep_or_write metrics_dagster_url "postgresql://$metrics@postgres:5432/dagster"
keep_or_write metrics_mongo_url "mongodb://$metrics@mongo:27017/belib"
keep_or_write metrics_elasticsearch_url "http://$metrics@elasticsearch:9200"
