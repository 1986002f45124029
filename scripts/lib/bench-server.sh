# A PostgreSQL server in a temporary folder with an empty, migrated database, for the benchmarks: it syncs what it confirms. Gives
# $jadong, $folder, $port, $url, and the functions sql, as_server and field. Wants a quiet machine.
# shellcheck shell=bash

jadong=${JADONG_BIN:-target/release/jadong}
[[ -x $jadong ]] || cargo build --release --locked --bin jadong
programs=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
folder=$(mktemp -d)
servant=()
if ((EUID == 0)); then
  servant=(setpriv --reuid postgres --regid postgres --clear-groups)
  chown postgres "$folder"
fi
# In a folder that the server's user may be in.
as_server() { (cd "$folder" && "${servant[@]}" "$@"); }
stop() {
  as_server "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
as_server "$programs/initdb" --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 -D "$folder/data" >/dev/null
as_server "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w \
  -o "-p $port -k $folder -c shared_buffers=256MB -c max_connections=200 -c max_wal_size=4GB" start >/dev/null
sql() { psql -h "$folder" -p "$port" -U postgres -qAt "$@"; }
sql -c 'CREATE DATABASE jadong'
url="postgres://postgres@127.0.0.1:$port/jadong"
"$jadong" db migrate --store "$url" >/dev/null

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
