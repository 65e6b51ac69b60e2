# shellcheck shell=bash disable=SC2154
# The private PostgreSQL and Redis of a development environment. Needs say.sh.
#
# The caller sets dev, password, and pg_port and redis_port where they are known. Everything lies
# under the directory $dev. Its path is short, because a socket path may have 107 bytes at most,
# and searchable by the users that the servers run as:
#
#   $dev/.matchd-dev     the mark: this directory was made by scripts/dev-up, and for which run dir
#   $dev/pg/data pg/log  the cluster          $dev/pg/sock     its socket
#   $dev/redis/          configuration, pid, log, data
#   $dev/ipc/            sockets of matchd, 0750
#
# Root starts the servers as the users postgres and redis, anybody else as themselves.

readonly MARK=.matchd-dev

# The user a server runs as, and a command run as that user.
pg_user() { if [ "$(id -u)" = 0 ]; then echo postgres; else id -un; fi; }
redis_user() {
    if [ "$(id -u)" != 0 ]; then id -un
    elif id -u redis >/dev/null 2>&1; then echo redis
    else echo postgres; fi
}
as() {
    local user=$1
    shift
    if [ "$(id -un)" = "$user" ]; then (cd / && "$@"); else (cd / && runuser -u "$user" -- "$@"); fi
}

# Where the server programs are. Debian keeps them out of PATH.
find_servers() {
    pgbin=
    local candidate in_path
    in_path=$(command -v initdb || true)
    for candidate in /usr/lib/postgresql/15/bin "${in_path%/*}"; do
        [ -x "$candidate/initdb" ] && pgbin=$candidate && break
    done
    [ -n "$pgbin" ] || die "PostgreSQL 15 is missing: install the package postgresql-15"
    [[ $("$pgbin/postgres" --version) == *" 15."* ]] ||
        die "expected PostgreSQL 15 in $pgbin, got $("$pgbin/postgres" --version)"
    need redis-server redis-server
    need redis-cli redis-tools
    need psql postgresql-client-15
    [ "$(id -u)" != 0 ] || need runuser util-linux
}

# is_taken PORT: somebody listens there.
is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# A port of 127.0.0.1 that nobody listens on, below the range of outgoing connections.
free_port() {
    local port
    for _ in {1..200}; do
        port=$((20000 + RANDOM % 12000))
        is_taken "$port" || { echo "$port"; return 0; }
    done
    die "found no free port on 127.0.0.1 between 20000 and 32000"
}

# is_alive PID: it runs. A killed process that nobody waited for is still listed, as a zombie.
is_alive() {
    [ -n "$1" ] && [ -r "/proc/$1/status" ] && ! grep -q '^State:[[:space:]]*[ZX]' "/proc/$1/status"
}

pg_is_up() { is_alive "$(head -n 1 "$dev/pg/data/postmaster.pid" 2>/dev/null)"; }

pg_create() {
    local user
    user=$(pg_user)
    install -d -m 0755 -o "$user" "$dev/pg" "$dev/pg/sock"
    as "$user" "$pgbin/initdb" -D "$dev/pg/data" -U postgres --auth=reject -E UTF8 \
        --locale=C.UTF-8 >"$dev/pg/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -n 3 "$dev/pg/initdb.log")"
    as "$user" tee "$dev/pg/data/pg_hba.conf" >/dev/null <<HBA
# the user the server runs as is the superuser, by the socket alone
local  all          postgres                peer map=server
local  all          all                     scram-sha-256
host   all          all       127.0.0.1/32  scram-sha-256
host   replication  all       127.0.0.1/32  scram-sha-256
HBA
    echo "server $user postgres" | as "$user" tee "$dev/pg/data/pg_ident.conf" >/dev/null
    as "$user" tee -a "$dev/pg/data/postgresql.conf" >/dev/null <<CONF

# set by scripts/dev-up
listen_addresses = '127.0.0.1'
unix_socket_directories = '$dev/pg/sock'
wal_level = logical
max_wal_senders = 16
max_replication_slots = 16
max_slot_wal_keep_size = 2GB
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
fsync = ${MATCHD_DEV_FSYNC:-on}
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d '
log_lock_waits = on
CONF
}

# pg_start: on the port of last time if it is free, else on another. Processes of a server that was
# killed hold its shared memory until they notice, so what fails is tried again after a moment.
pg_start() {
    local user
    user=$(pg_user)
    pg_port=${pg_port:-$(free_port)}
    # of a server that was killed: pg_is_up has just seen that nobody holds it
    rm -f -- "$dev/pg/data/postmaster.pid"
    for _ in {1..20}; do
        if as "$user" "$pgbin/pg_ctl" -D "$dev/pg/data" -l "$dev/pg/log" -w -t 60 \
            -o "-p $pg_port" start >/dev/null 2>&1; then
            return 0
        fi
        if is_taken "$pg_port"; then pg_port=$(free_port); fi
        sleep 0.5
    done
    die "PostgreSQL does not start: $(tail -n 3 "$dev/pg/log")"
}

pg_stop() {
    pg_is_up || return 0
    as "$(pg_user)" "$pgbin/pg_ctl" -D "$dev/pg/data" -m fast -w stop >/dev/null ||
        die "PostgreSQL in $dev does not stop: see $dev/pg/log"
}

# SQL as the superuser of the private cluster, over its socket.
pg_admin() {
    as "$(pg_user)" env -u PGPASSWORD -u PGSERVICE psql -X -q -v ON_ERROR_STOP=1 \
        -h "$dev/pg/sock" -p "$pg_port" -U postgres "$@"
}

redis_ask() {
    REDISCLI_AUTH=$password redis-cli -h 127.0.0.1 -p "$redis_port" "$@" 2>/dev/null
}

redis_is_up() { [ -n "${redis_port:-}" ] && [ "$(redis_ask ping)" = PONG ]; }

redis_start() {
    local user
    user=$(redis_user)
    install -d -m 0750 -o "$user" "$dev/redis"
    for _ in 1 2 3; do
        redis_port=${redis_port:-$(free_port)}
        as "$user" tee "$dev/redis/redis.conf" >/dev/null <<CONF
bind 127.0.0.1
port $redis_port
requirepass $password
daemonize yes
dir $dev/redis
pidfile $dev/redis/redis.pid
logfile $dev/redis/redis.log
save ""
appendonly no
maxmemory 512mb
maxmemory-policy allkeys-lru
CONF
        as "$user" chmod 0600 "$dev/redis/redis.conf"
        rm -f -- "$dev/redis/redis.log"
        as "$user" redis-server "$dev/redis/redis.conf" >/dev/null 2>&1 || true
        for _ in {1..300}; do
            redis_is_up && return 0
            grep -qs 'Failed listening on port' "$dev/redis/redis.log" && break
            sleep 0.1
        done
        redis_port=
    done
    die "Redis does not start: $(tail -n 3 "$dev/redis/redis.log" 2>/dev/null)"
}

# Stop the Redis of this environment, known by its pid file and its command line.
redis_stop() {
    local pid
    pid=$(cat "$dev/redis/redis.pid" 2>/dev/null) || return 0
    is_alive "$pid" || return 0
    tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q redis-server || return 0
    [ "$(readlink "/proc/$pid/cwd" 2>/dev/null)" = "$dev/redis" ] || return 0
    kill "$pid"
    for _ in {1..50}; do
        is_alive "$pid" || return 0
        sleep 0.1
    done
    kill -9 "$pid"
}

# is_marked DIR: dev-up made this directory.
is_marked() { [ -f "$1/$MARK" ] && [ ! -L "$1/$MARK" ] && [ -O "$1/$MARK" ]; }
