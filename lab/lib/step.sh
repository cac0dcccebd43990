# A long step: its output goes to a log, a person sees one line that moves.
# shellcheck shell=bash

readonly STEP_SILENCE=15

elapsed() { printf '%02d:%02d' $((($1) / 60)) $((($1) % 60)); }

# step NAME TITLE COMMAND...: runs the command (a function will do) in a process group of its own, so that
# Ctrl-C takes all of its children along. Where a function `progress_NAME` exists it says how far the step
# is. Returns only when the command succeeded; otherwise shows the end of the log and ends the run.
step() {
  local name=$1 title=$2 log code=0 start=$SECONDS
  shift 2
  log=$(cache_dir log)/$name.log
  set -m
  (
    set +m
    trap - EXIT INT TERM HUP
    "$@"
  ) >"$log" 2>&1 </dev/null &
  STEP_GROUP=$!
  set +m
  step_watch "$name" "$title" "$start"
  wait "$STEP_GROUP" || code=$?
  STEP_GROUP=
  [ ! -t 1 ] || printf '\r\033[K'
  if [ "$code" -ne 0 ]; then
    step_failed "$name" "$title" "$log" "$code"
  fi
  satisfied "$name" "$title: done in $(elapsed $((SECONDS - start)))"
}

step_watch() {
  local name=$1 title=$2 start=$3 next=$((SECONDS + STEP_SILENCE)) far tick=0.1
  while kill -0 "$STEP_GROUP" 2>/dev/null; do
    if [ -t 1 ] || [ "$SECONDS" -ge "$next" ]; then
      far=
      if declare -F "progress_${name//-/_}" >/dev/null; then
        far=$("progress_${name//-/_}" 2>/dev/null || true)
      fi
      if [ -t 1 ]; then
        printf '\r\033[K%-14s %s%s  %s' "$name" "$title" "${far:+, $far}" "$(elapsed $((SECONDS - start)))"
      else
        satisfied "$name" "$title${far:+, $far}  $(elapsed $((SECONDS - start)))"
        next=$((SECONDS + STEP_SILENCE))
      fi
    fi
    sleep "$tick"
    [ $((SECONDS - start)) -lt 2 ] || tick=0.5
  done
}

# A recipe ends with 69 when the machine lacks something; any other failure is plain failure.
step_failed() {
  local name=$1 title=$2 log=$3 code=$4
  {
    say "$name: $title failed (exit $code); the last lines of its log:"
    tail -n 20 "$log" | sed 's/^/    /'
  } >&2
  [ "$code" -eq "$EX_MISSING" ] || code=$EX_FAILED
  die "$code" "$name did not complete; the whole log is $log" "read the log, then run the same command again"
}
