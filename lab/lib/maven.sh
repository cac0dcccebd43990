# The project's own build, done only when something it is made of has changed.
# shellcheck shell=bash

maven() { (cd "$PROJECT_DIR" && ./mvnw "$@"); }

need_project_build() {
  [ -x "$PROJECT_DIR/mvnw" ] || die "$EX_MISSING" "$PROJECT_DIR/mvnw is not there" "use a complete checkout"
}

build_current() {
  local stamp=$PROJECT_DIR/lab/target/front.stamp
  [ -e "$stamp" ] && [ -s "$PROJECT_DIR/lab/target/classpath/test" ] || return 1
  [ -z "$(find "$PROJECT_DIR" \( -name target -o -name .git -o -name docs \) -prune -o \
    -type f \( -path '*/src/*' -o -name pom.xml -o -path '*/proto/*' -o -path '*/packaging/*' \) \
    -newer "$stamp" -print -quit)" ]
}

setup_build() {
  need_project_build
  if build_current; then
    satisfied build "nothing changed since the last build"
  else
    with_lock build build_project
  fi
}

build_project() {
  local begun=$PROJECT_DIR/lab/target/front.begun
  ! build_current || return 0
  mkdir -p "$PROJECT_DIR/lab/target"
  touch "$begun"
  step build "building the project" maven -B -ntp -q -DskipTests -pl lab -am package
  mv -f -- "$begun" "$PROJECT_DIR/lab/target/front.stamp"
}

# lab_java SCOPE CLASS ARGUMENT...: SCOPE is `runtime` or `test`. The program takes this shell's place in the
# foreground and gets Ctrl-C by itself; its own clean-up is to be waited for.
lab_java() {
  local scope=$1 class=$2 path target=$PROJECT_DIR/lab/target code=0
  shift 2
  path=$target/classes:$(cat "$target/classpath/$scope")
  [ "$scope" = runtime ] || path=$target/test-classes:$path
  trap : INT
  "$JAVA_HOME/bin/java" --enable-native-access=ALL-UNNAMED -cp "$path" "$class" "$@" || code=$?
  trap 'exit 130' INT
  return "$code"
}

# tests_summary SINCE SCENARIOS: counts over the XML reports written after the file SINCE and over the last line of the
# scenarios' output, alone on the last line.
tests_summary() {
  local scenarios
  scenarios=$(tail -n 1 -- "$2" | grep -xE '[0-9]+ passed, [0-9]+ failed' || echo "0 passed, 0 failed")
  find "$PROJECT_DIR" -path '*/target/*-reports/TEST-*.xml' -newer "$1" -print0 |
    xargs -0 -r grep -h -m 1 -A 8 '<testsuite ' /dev/null |
    tr '\n' ' ' | sed 's/<testsuite /\n&/g' |
    awk -v scenarios="$scenarios" '
      BEGIN { split(scenarios, part, /[ ,]+/); total = part[1] + part[3]; failed = part[3] }
      function count(name,  at) {
        return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 4) + 0 : 0
      }
      /<testsuite / { total += count("tests"); failed += count("errors") + count("failures"); skipped += count("skipped") }
      END { printf "%d passed, %d failed, %d skipped\n", total - failed - skipped, failed, skipped }'
}
