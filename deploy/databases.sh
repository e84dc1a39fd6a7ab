#!/bin/sh
# A database and a role per service: no service can read another's tables.
set -eu
for service in registry evaluation documents; do
  psql --username postgres --set=name="$service" \
    --set=password="$(cat "${VYZVA_SECRETS_DIR:-/run/secrets}/${service}_password")" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name" ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
