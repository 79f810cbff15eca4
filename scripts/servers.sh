#!/usr/bin/env bash
# Throw-away database servers for tests. Source it, call start_postgres and start_mariadb, and stop_servers in a trap.
# Servers run under their own user where the caller is root, because PostgreSQL refuses root; otherwise as the caller.
# Their data live in a fresh folder under /tmp, since a clone under /root is not readable to the servers' users.

SERVERS_DIR=""
POSTGRES_PID=""
MARIADB_PID=""

# The folder of PostgreSQL's own programs, newest version first: Debian keeps them off the PATH.
postgres_bin() {
  local found
  found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
  if [ -n "$found" ] && [ -x "$found/initdb" ]; then
    echo "$found"
  elif command -v initdb >/dev/null; then
    dirname "$(command -v initdb)"
  fi
}

mariadb_server() {
  command -v mariadbd || { [ -x /usr/sbin/mariadbd ] && echo /usr/sbin/mariadbd; } || true
}

# as USER COMMAND…: run as that user when root, as oneself otherwise.
as() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else "$@"; fi
}

free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# folder_for USER NAME: an empty folder that the user owns.
folder_for() {
  if [ -z "$SERVERS_DIR" ]; then
    SERVERS_DIR=$(mktemp -d /tmp/reval-test.XXXXXX)
    chmod 755 "$SERVERS_DIR"
  fi
  mkdir "$SERVERS_DIR/$2"
  if [ "$(id -u)" = 0 ]; then chown "$1" "$SERVERS_DIR/$2"; fi
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
  local left=$1
  shift
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then return 1; fi
    sleep 1
  done
}

start_postgres() {
  local bin port dir user
  bin=$(postgres_bin)
  user=postgres
  folder_for "$user" pg
  dir=$SERVERS_DIR/pg
  port=$(free_port)
  # fsync off: these data need not outlive the test. C collation: the order of bytes, as on SQLite.
  (cd "$dir" && as "$user" "$bin/initdb" -D "$dir/data" -U reval -A trust -E UTF8 --locale=C --no-sync >"$dir/../initdb.log" 2>&1) \
    || { cat "$SERVERS_DIR/initdb.log" >&2; return 1; }
  (cd "$dir" && as "$user" "$bin/postgres" -D "$dir/data" -h 127.0.0.1 -p "$port" -k "$dir" \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 -c shared_buffers=64MB \
    >"$dir/../postgres.log" 2>&1) &
  POSTGRES_PID=$!
  wait_for 30 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" \
    || { cat "$SERVERS_DIR/postgres.log" >&2; return 1; }
  export REVAL_TEST_POSTGRES="postgres://reval@127.0.0.1:$port/postgres"
  export REVAL_REQUIRE_POSTGRES=1
  echo "PostgreSQL $("$bin/postgres" --version | awk '{print $3}') listens on 127.0.0.1:$port"
}

start_mariadb() {
  local server port dir user run_as
  server=$(mariadb_server)
  user=mysql
  folder_for "$user" mariadb
  dir=$SERVERS_DIR/mariadb
  port=$(free_port)
  run_as=$(if [ "$(id -u)" = 0 ]; then echo "$user"; else id -un; fi)
  as "$user" mariadb-install-db --no-defaults --datadir="$dir/data" --user="$run_as" --skip-test-db \
    --auth-root-authentication-method=normal >"$SERVERS_DIR/mariadb-install.log" 2>&1 \
    || { cat "$SERVERS_DIR/mariadb-install.log" >&2; return 1; }
  as "$user" "$server" --no-defaults --datadir="$dir/data" --user="$run_as" --bind-address=127.0.0.1 --port="$port" \
    --socket="$dir/s" --pid-file="$dir/pid" --innodb-flush-log-at-trx-commit=0 --skip-log-bin \
    >"$SERVERS_DIR/mariadb.log" 2>&1 &
  MARIADB_PID=$!
  wait_for 60 mariadb --no-defaults -uroot -S "$dir/s" -e 'select 1' \
    || { cat "$SERVERS_DIR/mariadb.log" >&2; return 1; }
  mariadb --no-defaults -uroot -S "$dir/s" -e "create user reval@127.0.0.1 identified by 'reval'; grant all on *.* to reval@127.0.0.1 with grant option; create database tis"
  export REVAL_TEST_MARIADB="mysql://reval:reval@127.0.0.1:$port/tis"
  export REVAL_REQUIRE_MARIADB=1
  echo "MariaDB $("$server" --version | sed -E 's/.*Ver ([^ ]+).*/\1/') listens on 127.0.0.1:$port"
}

# Ends what was started here, by id, and removes its data.
stop_servers() {
  if [ -n "$SERVERS_DIR" ]; then
    if [ -f "$SERVERS_DIR/pg/data/postmaster.pid" ]; then
      kill -INT "$(head -n 1 "$SERVERS_DIR/pg/data/postmaster.pid")" 2>/dev/null || true
    fi
    if [ -f "$SERVERS_DIR/mariadb/pid" ]; then kill "$(cat "$SERVERS_DIR/mariadb/pid")" 2>/dev/null || true; fi
  fi
  for pid in $POSTGRES_PID $MARIADB_PID; do wait "$pid" 2>/dev/null || true; done
  if [ -n "$SERVERS_DIR" ]; then rm -rf "$SERVERS_DIR"; fi
  SERVERS_DIR=""
}
