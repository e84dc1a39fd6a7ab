#!/bin/sh
# Start one part of one service: start.sh SERVICE serve|worker|migrate
# The database addresses are put together here so that the passwords stay in their files.
set -eu
service=$1
part=$2
address() { # address ROLE: the database of the service with a role and its password
  password=$(python -c 'import sys, urllib.parse as u; print(u.quote(sys.stdin.readline().rstrip("\n"), safe=""))' <"$VYZVA_SECRETS_DIR/$1_password")
  echo "postgresql+psycopg://$1:${password}@${VYZVA_DATABASE_HOST:-database}/${service}"
}
VYZVA_DATABASE_URL=$(address "$service")
export VYZVA_DATABASE_URL
if [ "$part" = migrate ]; then
  VYZVA_OWNER_DATABASE_URL=$(address "${service}_owner")
  export VYZVA_OWNER_DATABASE_URL
fi
exec python -m "services.$service" "$part"
