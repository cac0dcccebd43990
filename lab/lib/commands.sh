# The commands, one function each.
# shellcheck shell=bash

readonly SETUP_STEPS="prerequisites jdk kernel docker image bits"
readonly DEMO_CLASS=io.keelson.lab.Demo BENCH_CLASS=io.keelson.lab.bench.Bench
readonly SCENARIO_CLASS=io.keelson.lab.host.ScenarioRunner

setup_all() {
  local name
  for name in $SETUP_STEPS; do
    "setup_$name"
  done
}

command_setup() {
  case "$# ${1:-}" in
    '0 ') setup_all ;;
    '2 --only')
      case " $SETUP_STEPS " in
        *" $2 "*) "setup_$2" ;;
        *) usage "there is no step '$2'; the steps are: $SETUP_STEPS" ;;
      esac
      ;;
    *) usage "setup takes nothing, or --only and one of: $SETUP_STEPS" ;;
  esac
}

command_demo() {
  local workers=3 spares=2 down=false
  while [ $# -gt 0 ]; do
    case $1 in
      --down) down=true ;;
      --workers | --workers=*)
        if [ "$1" = --workers ]; then
          [ $# -ge 2 ] || usage "--workers wants a number"
          shift
        fi
        workers=${1#--workers=}
        [[ $workers =~ ^[1-9][0-9]?$ ]] || usage "--workers wants a number from 1 to 99, not '$workers'"
        ;;
      --spares | --spares=*)
        if [ "$1" = --spares ]; then
          [ $# -ge 2 ] || usage "--spares wants a number"
          shift
        fi
        spares=${1#--spares=}
        [[ $spares =~ ^[0-9]{1,2}$ ]] || usage "--spares wants a number from 0 to 99, not '$spares'"
        ;;
      *) usage "demo does not know '$1'" ;;
    esac
    shift
  done
  if $down; then
    lab_remove label=keelson.lab=demo
    rm -rf -- "$KEELSON_CACHE/lab/demo"
    return
  fi
  setup_all
  setup_build
  lab_java runtime "$DEMO_CLASS" "$workers" "$spares"
}

command_tests() {
  local since scenario_log code=0 which=--core
  if [ "${1:-}" = --all ]; then
    which='*'
    shift
  fi
  setup_all
  need_project_build
  since=$(mktemp)
  CLEANUP_PATHS+=("$since")
  trap : INT
  KEELSON_LAB_REQUIRED=true maven -B -ntp "$@" verify || code=$?
  trap 'exit 130' INT
  scenario_log=$(mktemp)
  CLEANUP_PATHS+=("$scenario_log")
  if [ "$code" -eq 0 ] && [ $# -eq 0 ]; then
    say "scenarios on real hosts"
    lab_java test "$SCENARIO_CLASS" "$which" | tee "$scenario_log" || code=$?
  fi
  tests_summary "$since" "$scenario_log"
  [ "$code" -eq 0 ] || exit "$EX_FAILED"
}

command_scenario() {
  local list=false word code=0
  if [ "${1:-}" = --standing ]; then
    export KEELSON_STANDING_LAB=demo
    shift
  fi
  [ $# -gt 0 ] || usage "scenario wants --list, or the names of scenarios"
  for word in "$@"; do
    case $word in
      --list) list=true ;;
      --core) [ $# -eq 1 ] || usage "--core takes no names" ;;
      -*) usage "scenario does not know '$word'" ;;
    esac
  done
  if $list; then
    [ $# -eq 1 ] || usage "--list takes no names"
    # Only the list goes to the standard output.
    { setup_jdk && setup_build; } >&2
  else
    setup_all
    setup_build
  fi
  lab_java test "$SCENARIO_CLASS" "$@" || code=$?
  exit "$code"
}

command_bench() {
  local code=0
  # Names and options are the program's to judge; what stands first must not be taken for one of them.
  case ${1:-} in -*) usage "bench does not know '$1'; options come after names" ;; esac
  if [ "$*" = unpack ]; then
    setup_prerequisites
    setup_jdk
    setup_bits
  else
    setup_all
  fi
  setup_build
  lab_java runtime "$BENCH_CLASS" "$@" || code=$?
  exit "$code"
}

command_down() {
  [ $# -eq 0 ] || usage "down takes nothing"
  if engine_answers >/dev/null; then
    lab_remove
    engine_stop_if_ours
  else
    say "no Docker Engine answers, so there are no lab hosts"
  fi
  rm -rf -- "${KEELSON_CACHE:?}/lab" "$KEELSON_CACHE/tmp"
}
