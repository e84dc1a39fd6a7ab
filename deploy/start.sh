#!/bin/sh
# Start one part of one service: start.sh SERVICE serve|worker
# The database address is put together here so that the password stays in its file.
set -eu
service=$1
part=$2
password=$(python -c 'import sys, urllib.parse as u; print(u.quote(sys.stdin.readline().rstrip("\n"), safe=""))' <"$VYZVA_SECRETS_DIR/${service}_password")
export VYZVA_DATABASE_URL="postgresql+psycopg://${service}:${password}@${VYZVA_DATABASE_HOST:-database}/${service}"
if [ "$part" = serve ]; then
  python -m "services.$service" migrate
fi
exec python -m "services.$service" "$part"
