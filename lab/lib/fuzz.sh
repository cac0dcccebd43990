# Long runs of the fuzz targets, led by coverage. Short ones are part of every build; see docs/adr/0010.
# shellcheck shell=bash

readonly FUZZ_MODULES="trust node-agent control-server bootstrap" FUZZ_MINUTES=5

# One line per target: module, class, the name that people use.
fuzz_targets() {
  local module file class
  for module in $FUZZ_MODULES; do
    while read -r file; do
      class=${file#"$PROJECT_DIR/$module/src/test/java/"}
      class=${class%.java}
      printf '%s %s %s\n' "$module" "${class//\//.}" "$(basename -- "$class" FuzzTest)"
    done < <(find "$PROJECT_DIR/$module/src/test/java" -name '*FuzzTest.java' | LC_ALL=C sort)
  done
}

fuzz_build() {
  local modules=${FUZZ_MODULES// /,}
  maven -B -ntp -q -Pfuzz -DskipTests -pl "$modules" -am package \
    dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=target/fuzz-classpath
}

command_fuzz() {
  local minutes=$FUZZ_MINUTES list=false wanted=() module class name found=0 failed=0
  while [ $# -gt 0 ]; do
    case $1 in
      --list) list=true ;;
      --minutes | --minutes=*)
        if [ "$1" = --minutes ]; then
          [ $# -ge 2 ] || usage "--minutes wants a number"
          shift
        fi
        minutes=${1#--minutes=}
        [[ $minutes =~ ^[1-9][0-9]{0,3}$ ]] || usage "--minutes wants a number from 1 to 9999, not '$minutes'"
        ;;
      -*) usage "fuzz does not know '$1'" ;;
      *) wanted+=("$1") ;;
    esac
    shift
  done
  if $list; then
    [ ${#wanted[@]} -eq 0 ] || usage "--list takes no names"
    fuzz_targets | cut -d' ' -f3
    return
  fi
  fuzz_chosen "${wanted[@]}" >/dev/null
  setup_jdk
  need_project_build
  with_lock build step fuzz "building the fuzz targets" fuzz_build
  while read -r -u 3 module class name; do
    found=$((found + 1))
    fuzz_one "$module" "$class" "$name" "$minutes" || failed=$((failed + 1))
  done 3< <(fuzz_chosen "${wanted[@]}")
  say "$found targets, $failed with findings"
  [ "$failed" -eq 0 ] || exit "$EX_FAILED"
}

# fuzz_chosen [PATTERN...]: the targets with such a name; all without a pattern.
fuzz_chosen() {
  local pattern module class name any
  [ $# -gt 0 ] || set -- '*'
  for pattern in "$@"; do
    any=false
    while read -r module class name; do
      # shellcheck disable=SC2053
      if [[ $name == $pattern ]]; then
        any=true
        printf '%s %s %s\n' "$module" "$class" "$name"
      fi
    done < <(fuzz_targets)
    $any || usage "there is no fuzz target '$pattern'; see: lab/run fuzz --list"
  done | LC_ALL=C sort -u
}

# Jazzer runs in the foreground, so that Ctrl-C reaches it; its own lines go to a log, and every minute a line here.
fuzz_one() {
  local module=$1 class=$2 name=$3 minutes=$4 home log path code=0 start=$SECONDS
  home=$(cache_dir "fuzz/$name")
  log=$(cache_dir log)/fuzz-$name.log
  path=$PROJECT_DIR/$module/target/test-classes:$PROJECT_DIR/$module/target/classes
  path=$path:$(cat "$PROJECT_DIR/$module/target/fuzz-classpath")
  mkdir -p "$home/findings" "$home/corpus"
  "$JAVA_HOME/bin/java" -cp "$path" "-Dkeelson.fuzz.target=$class" io.keelson.fuzz.LongRun "$home/corpus" 2>"$log"
  "$JAVA_HOME/bin/java" -Xmx1g --enable-native-access=ALL-UNNAMED -cp "$path" "-Dkeelson.fuzz.target=$class" \
    com.code_intelligence.jazzer.Jazzer --target_class=io.keelson.fuzz.LongRun \
    '--instrumentation_includes=io.keelson.**' "--reproducer_path=$home/findings" \
    "-max_total_time=$((minutes * 60))" -timeout=20 -rss_limit_mb=3072 -max_len=131072 -print_final_stats=1 \
    "-artifact_prefix=$home/findings/" "-dict=$home/corpus.words" "$home/corpus" >"$log" 2>&1 || code=$?
  if [ "$code" -eq 0 ]; then
    satisfied "$name" "no finding in $(elapsed $((SECONDS - start))), $(fuzz_executions "$log") inputs"
    return
  fi
  grep -m 1 -A 12 '== Java Exception' -- "$log" || tail -n 12 -- "$log"
  say "$name: a finding; its input is the newest file in $home/findings, the whole log is $log"
  say "keep it: cp <that file> $module/src/test/resources/fuzz/${class##*.}/"
  return 1
}

fuzz_executions() { sed -n 's/^stat::number_of_executed_units: *//p' -- "$1" | tail -n 1; }
