#!/bin/sh
# A database and two roles per service: NAME_owner owns the tables and migrates, NAME serves and
# owns nothing. No service can read another's tables.
set -eu
for service in registry evaluation documents; do
  folder="${VYZVA_SECRETS_DIR:-/run/secrets}"
  psql --username postgres --set=ON_ERROR_STOP=1 --set=name="$service" --set=owner="${service}_owner" \
    --set=password="$(cat "$folder/${service}_password")" \
    --set=owner_password="$(cat "$folder/${service}_owner_password")" <<'SQL'
CREATE ROLE :"owner" LOGIN PASSWORD :'owner_password';
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"owner" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"name" TO :"name";
\connect :"name"
ALTER SCHEMA public OWNER TO :"owner";
SQL
done
