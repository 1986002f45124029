#!/usr/bin/env bash
# Starts a sandbox that outlives this step and ends with the job. For action.yml; elsewhere set FROM, SETTINGS, RUNNER_TEMP, GITHUB_ENV and
# GITHUB_OUTPUT.
set -euo pipefail

folder="$RUNNER_TEMP/jadong"
mkdir -p "$folder"
case "$FROM" in
  *.tgz | *.tar.gz)
    tar -xzf "$FROM" -C "$folder"
    binary="$(find "$folder" -type f -name jadong -perm -u+x | head -n 1)"
    ;;
  *) binary="$(realpath "$FROM")" ;;
esac
[[ -x "${binary:-}" ]] || { echo "::error::there is no binary \`jadong\` in $FROM"; exit 1; }

while IFS= read -r setting; do
  if [[ "$setting" == JADONG_*=* ]]; then export "${setting?}"; fi
done <<<"${SETTINGS:-}"

ready="$folder/ready.json"
nohup "$binary" serve --listen 127.0.0.1:0 --data "$folder/data" --ready-file "$ready" </dev/null >"$folder/log" 2>&1 &
started=$!
for ((wait = 0; wait < 300; wait += 1)); do
  [[ -s "$ready" ]] && break
  kill -0 "$started" 2>/dev/null || break
  sleep 0.1
done
[[ -s "$ready" ]] || { echo "::error::the sandbox does not start"; cat "$folder/log"; exit 1; }

told() { sed -n "s/^ *\"$1\": *\"\(.*\)\",\{0,1\}$/\1/p" "$ready"; }
{
  echo "JADONG_URL=$(told url)"
  echo "JADONG_CLIENT_KEY=$(told client_key)"
  echo "JADONG_SECRET_KEY=$(told secret_key)"
} >>"$GITHUB_ENV"
{
  echo "url=$(told url)"
  echo "webhook-secret=$(told webhook_secret)"
} >>"$GITHUB_OUTPUT"
echo "Jadong's sandbox answers at $(told url)"
