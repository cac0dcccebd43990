# A running Docker Engine, whatever this machine starts daemons with, and what Testcontainers must know.
# shellcheck shell=bash

readonly ENGINE_WAIT=60

# Nothing is pulled in the lab, so neither Testcontainers' reaper nor its start-up checks can work. Inside a
# container it would pull an image to learn the engine's address, which nobody needs: hosts have their own.
export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CHECKS_DISABLE=true TESTCONTAINERS_HOST_OVERRIDE=127.0.0.1

engine_answers() { docker version --format '{{.Server.Version}}' 2>/dev/null; }

setup_docker() {
  local version
  PATH=$PATH:/usr/sbin:/sbin
  if ! version=$(engine_answers); then
    command -v dockerd >/dev/null ||
      die "$EX_MISSING" "there is no Docker Engine here" "lab/run setup --only prerequisites"
    engine_refused_us
    with_lock docker step docker "starting the engine" engine_start
    version=$(engine_answers) ||
      die "$EX_MISSING" "the Docker Engine runs, but $(id -un) may not use it" "run as root, or join the group docker"
  fi
  satisfied docker "engine $version"
}

# A socket that is there and forbidden is no reason to start a second engine.
engine_refused_us() {
  if [ -S /var/run/docker.sock ] && [ ! -w /var/run/docker.sock ]; then
    die "$EX_MISSING" "$(id -un) may not use /var/run/docker.sock" "run as root, or join the group docker"
  fi
}

engine_start() {
  local deadline=$((SECONDS + ENGINE_WAIT)) log
  ! engine_answers >/dev/null || return 0
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    log=$(cache_dir log)/dockerd.log
    rm -f -- "$(cache_dir docker)/dockerd.pid"
    engine_spawn "$log"
  fi
  until as_root docker version >/dev/null 2>&1; do
    if engine_died; then
      tail -n 5 "$log"
      say "dockerd ended by itself, so this machine cannot run containers as it is; its log is $log"
      return "$EX_MISSING"
    fi
    if [ "$SECONDS" -ge "$deadline" ]; then
      [ -z "${log:-}" ] || tail -n 15 "$log"
      say "the engine did not answer within $ENGINE_WAIT s"
      return 1
    fi
    sleep 0.2
  done
}

engine_died() {
  local pid
  pid=$(cat "$KEELSON_CACHE/docker/dockerd.pid" 2>/dev/null) && [ -n "$pid" ] &&
    ! grep -qs '^State:[[:space:]]*[^ZX[:space:]]' "/proc/$pid/status"
}

# The engine outlives this run: a session of its own, and no inherited lock (a daemon that kept the
# descriptor of a lock would hold it for ever).
engine_spawn() {
  (
    local fd
    for fd in /proc/self/fd/*; do
      fd=${fd##*/}
      [ "$fd" -le 2 ] || eval "exec $fd>&-" 2>/dev/null || true
    done
    as_root setsid --fork sh -c 'echo $$ >"$1"; exec dockerd' dockerd "$KEELSON_CACHE/docker/dockerd.pid" \
      >"$1" 2>&1 </dev/null
  )
}

# Stops the engine only if the lab started it and nobody has a container left in it.
engine_stop_if_ours() {
  local record=$KEELSON_CACHE/docker/dockerd.pid pid
  [ -s "$record" ] || return 0
  pid=$(cat "$record")
  if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" != dockerd ]; then
    rm -f -- "$record"
    return
  fi
  if [ -n "$(docker ps -aq)" ]; then
    say "the engine the lab started stays, it has other containers"
    return
  fi
  as_root kill -TERM "$pid"
  timeout 30 tail --pid="$pid" -f /dev/null || true
  rm -f -- "$record"
  say "stopped the engine the lab had started"
}

# A busy engine may go on counting an endpoint whose container is gone, and keeps the network until it is started
# again. Such a network is in nobody's way, and the next removal tries again; one that is in use is an error.
network_remove() {
  local network why
  for network in "$@"; do
    why=$(docker network rm "$network" 2>&1) && continue
    if [ "$(docker network inspect --format '{{len .Containers}}' "$network" 2>/dev/null || echo 0)" -ne 0 ]; then
      die "$EX_FAILED" "cannot remove the lab's network: $why" "docker network inspect $network"
    fi
    say "the engine keeps a network of the lab for now: ${why%%$'\n'*}"
  done
}

# lab_remove: everything that carries the lab's label, whoever made it. Volumes last: containers hold them.
lab_remove() {
  local filter=${1:-label=keelson.lab} ids removed=0
  ids=$(docker ps -aq --filter "$filter")
  if [ -n "$ids" ]; then
    removed=$(wc -w <<<"$ids")
    # shellcheck disable=SC2086
    docker rm --force --volumes $ids >/dev/null
  fi
  ids=$(docker network ls -q --filter "$filter")
  # shellcheck disable=SC2086
  network_remove $ids
  ids=$(docker volume ls -q --filter "$filter")
  # shellcheck disable=SC2086
  [ -z "$ids" ] || docker volume rm --force $ids >/dev/null
  say "removed $removed lab hosts with their networks and volumes"
}
