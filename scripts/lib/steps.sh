# Runs the steps one after another, times them, stops at the first that fails, and sums up. For scripts/test.
# shellcheck shell=bash

FINISHED=()
NOTES=()
CURRENT=""
STARTED=$SECONDS

say() { printf '  · %s\n' "$*"; }

# Something a reader of the last lines must know.
note() {
  say "$*"
  NOTES+=("$*")
}

absolute() {
  case "$1" in
    /*) printf '%s\n' "$1" ;;
    *) printf '%s/%s\n' "$PWD" "$1" ;;
  esac
}

summary() {
  local code=$?
  printf '\n── summary ──\n'
  printf '%s\n' "${FINISHED[@]}"
  if [[ -n "$CURRENT" ]]; then printf '  ✗ %-8s failed\n' "$CURRENT"; fi
  for line in "${NOTES[@]}"; do printf '  ! %s\n' "$line"; done
  if ((code == 0)); then
    printf 'all good in %s s\n' $((SECONDS - STARTED))
  else
    printf 'FAILED after %s s\n' $((SECONDS - STARTED))
  fi
  exit "$code"
}

run_steps() {
  local steps=("$@")
  if ((${#steps[@]} == 0)); then steps=("${ALL_STEPS[@]}"); fi
  # Setup takes a second when nothing is missing.
  if [[ "${steps[0]}" != setup ]]; then steps=(setup "${steps[@]}"); fi
  local name
  for name in "${steps[@]}"; do
    if ! declare -F "step_$name" >/dev/null; then
      printf 'no step is called "%s"; there are: %s\n' "$name" "${ALL_STEPS[*]}" >&2
      exit 2
    fi
  done
  trap summary EXIT
  for name in "${steps[@]}"; do
    CURRENT="$name"
    local began=$SECONDS
    printf '\n── %s ──\n' "$name"
    # Called plainly, never in a condition: `set -e` must keep working inside the step.
    "step_$name" </dev/null
    FINISHED+=("$(printf '  ✓ %-8s %4s s' "$name" $((SECONDS - began)))")
  done
  CURRENT=""
}
