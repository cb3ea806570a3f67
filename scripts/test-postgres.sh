#!/bin/sh
# A real PostgreSQL 17 with pgvector for tests, without Docker and without installing anything: Debian's packages are
# downloaded from the mirror that this machine's apt already uses, checked by apt, and unpacked into a private folder.
#
#   test-postgres.sh start     download if needed, start, print the URL
#   test-postgres.sh stop      stop the server, keep its data
#   test-postgres.sh destroy   stop the server, delete its data (the unpacked packages stay)
#
# PGTEST_PACKAGES  folder of the unpacked packages   (default .cache/test-postgres beside this folder)
# PGTEST_DATA      folder of the data                (default PGTEST_PACKAGES/data)
# PGTEST_PORT      port on 127.0.0.1                 (default 54317)
# PGTEST_UID       who runs the server when root calls, since PostgreSQL refuses root (default 65534, nobody)
set -eu

VERSION=17 SUITE=trixie
HERE=$(cd "$(dirname "$0")/.." && pwd)
PACKAGES=${PGTEST_PACKAGES:-$HERE/.cache/test-postgres}
DATA=${PGTEST_DATA:-$PACKAGES/data}
PORT=${PGTEST_PORT:-54317}
SERVER_UID=${PGTEST_UID:-65534}
ROOT=$PACKAGES/root
BIN=$ROOT/usr/lib/postgresql/$VERSION/bin
URL=postgresql://postgres@127.0.0.1:$PORT/postgres

fail() {
  echo "test-postgres: $1" >&2
  echo "test-postgres: instead, start any Postgres 17 or newer with pgvector (docker compose up -d) and set TEST_DATABASE_URL" >&2
  exit "${2:-1}"
}

as_server() {
  if [ "$(id -u)" = 0 ]; then setpriv --reuid="$SERVER_UID" --regid="$SERVER_UID" --clear-groups "$@"; else "$@"; fi
}

download() {
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || fail "this machine has no $tool, so Debian's packages cannot be fetched"
  done
  keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -e "$keyring" ] || fail "this machine is no Debian ($keyring is missing), so its packages cannot be verified"
  # shellcheck disable=SC2016  # $(REPO_URI) is apt's own notation
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v -e security -e backports | head -n 1)
  [ -n "$mirror" ] || fail "apt knows no Debian mirror (run apt-get update once)"

  mkdir -p "$1/apt/lists/partial" "$1/apt/cache/archives/partial" "$1/root"
  : >"$1/apt/status"
  echo "deb [signed-by=$keyring] ${mirror%/} $SUITE main" >"$1/apt/sources.list"
  cat >"$1/apt/conf" <<CONF
Dir::Etc::sourcelist "$1/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$1/apt";
Dir::State::lists "$1/apt/lists";
Dir::State::status "$1/apt/status";
Dir::Cache "$1/apt/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "";
APT::Update::Post-Invoke-Success {};
Acquire::Languages "none";
Acquire::Retries "3";
CONF
  export APT_CONFIG="$1/apt/conf"
  apt-get -qq update || fail "apt could not read the package lists of Debian $SUITE"
  apt-get -qq -y --download-only install "postgresql-$VERSION-pgvector" >/dev/null ||
    fail "apt could not download postgresql-$VERSION-pgvector of Debian $SUITE"
  for package in "$1"/apt/cache/archives/*.deb; do
    case ${package##*/} in
      libllvm* | libz3* | libperl*) ;; # just-in-time compiler and perl: large, and not needed here
      lib* | zlib1g_* | "postgresql-$VERSION"* | "postgresql-client-${VERSION}_"*)
        dpkg-deb --fsys-tarfile "$package" | tar -x -C "$1/root" --no-same-owner --exclude='./usr/share/doc' \
          --exclude='./usr/share/man' --exclude='./usr/share/locale' --exclude='*/bitcode' --exclude='*llvmjit*' ;;
    esac
  done
}

# The programs may need a newer C library than this machine has: each is started by the loader that came with it.
wrap_programs() {
  bin=$1/root/usr/lib/postgresql/$VERSION/bin
  mkdir "$bin/.real"
  for program in "$bin"/*; do
    mv "$program" "$bin/.real/"
    cat >"$program" <<'WRAP'
#!/bin/sh
bin=$(cd "$(dirname "$0")" && pwd); name=${0##*/}; root=${bin%/usr/lib/postgresql/*}
for loader in "$root"/usr/lib/*-linux-gnu*/ld-linux*.so.*; do break; done
exec "$loader" --argv0 "$bin/$name" --library-path "${loader%/*}" "$bin/.real/$name" "$@"
WRAP
    chmod 755 "$program"
  done
}

# Unpacked beside its place and renamed, so that an interrupted download leaves nothing that looks complete.
install_packages() {
  [ -e "$BIN/postgres" ] && return
  mkdir -p "$PACKAGES"
  new=$PACKAGES/new.$$
  trap 'rm -rf "$new"' EXIT
  trap 'exit 130' INT TERM
  download "$new"
  wrap_programs "$new"
  chmod 755 "$PACKAGES" "$new/root"
  mv -T "$new/root" "$ROOT" 2>/dev/null || [ -e "$BIN/postgres" ] || fail "could not write to $PACKAGES"
  rm -rf "$new"
  trap - EXIT INT TERM
}

initialise() {
  rm -rf "$DATA"
  mkdir -p "$DATA"
  [ "$(id -u)" != 0 ] || chown "$SERVER_UID:$SERVER_UID" "$DATA"
  as_server "$BIN/initdb" -D "$DATA" -U postgres -A trust -E UTF8 --locale=C --locale-provider=builtin \
    --builtin-locale=C.UTF-8 --no-sync >/dev/null || fail "initdb failed in $DATA"
  # The data of a test need not survive a power cut; there is no just-in-time compiler in the unpacked packages.
  cat >>"$DATA/postgresql.auto.conf" <<CONF
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
jit = off
shared_buffers = '128MB'
fsync = off
synchronous_commit = off
full_page_writes = off
CONF
}

start() {
  install_packages
  as_server test -x "$BIN/postgres" || fail "user $SERVER_UID may not enter $PACKAGES; set PGTEST_PACKAGES to an open folder"
  [ -e "$DATA/PG_VERSION" ] || initialise
  attempt=0 # after a kill -9 the dead server stays a zombie, and its lock file valid, for a second or two
  until as_server "$BIN/pg_ctl" -D "$DATA" -l "$DATA/log" -o "-p $PORT" -w -t 60 start >/dev/null 2>&1; do
    attempt=$((attempt + 1))
    if [ "$attempt" -ge 3 ]; then
      tail -n 20 "$DATA/log" >&2 || :
      fail "the server did not start on port $PORT" 3
    fi
    sleep 1
  done
  echo "$URL"
}

stop() {
  [ ! -e "$DATA/postmaster.pid" ] || as_server "$BIN/pg_ctl" -D "$DATA" -m fast -w -t 20 stop >/dev/null
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  destroy) stop || :; rm -rf "$DATA" ;;
  *) sed -n '5,7s/^# *//p' "$0" >&2; exit 2 ;;
esac
