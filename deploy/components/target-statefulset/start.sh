# Makes the cluster when there is none, with its roles, and starts it. Passwords are files; none is on a command line that
# stays, and none in the environment.
set -eu
PATH="$PATH:$(echo /usr/lib/postgresql/*/bin)"
export PATH PGDATA=/data/pg PGHOST=/run/postgresql
secrets=/var/run/postgresql-secrets
if [ ! -e "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.new"
  initdb -D "$PGDATA.new" -U postgres --pwfile="$secrets/postgres-password" \
    --data-checksums --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  echo "host all all all scram-sha-256" >>"$PGDATA.new/pg_hba.conf"
  pg_ctl -D "$PGDATA.new" -w -o "-c listen_addresses='' -c unix_socket_directories=$PGHOST" start >/dev/null
  psql -q -U postgres -c "CREATE DATABASE app"
  {
    printf "\\set stress_password '%s'\n" "$(cat "$secrets/stress-password")"
    printf "\\set exporter_password '%s'\n" "$(cat "$secrets/exporter-password")"
    cat /etc/postgresql-start/roles.sql
  } | psql -q -v ON_ERROR_STOP=1 -U postgres -d app -f -
  pg_ctl -D "$PGDATA.new" -w -m fast stop >/dev/null
  mv "$PGDATA.new" "$PGDATA" # whole, or not at all
fi
exec postgres -c listen_addresses='*' -c unix_socket_directories="$PGHOST" -c max_connections=100 \
  -c log_min_messages=warning
