# Installs what the tests need and this machine lacks. Touches nothing that is already there. For scripts/test.
# shellcheck shell=bash

# Where `cargo install` puts things, at the end: what is there already wins.
export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

CARGO_DENY_VERSION=0.20.2
CARGO_NEXTEST_VERSION=0.9.151
CARGO_SEMVER_CHECKS_VERSION=0.51.0
PYTHON_SDK_VENV="$(absolute "${CARGO_TARGET_DIR:-target}")/sdk-python"
PYTHON_API_VENV="$(absolute "${CARGO_TARGET_DIR:-target}")/api-python"

has() { command -v "$1" >/dev/null 2>&1; }

# A linker for Rust, a C compiler for SQLite and aws-lc, the two languages whose SDKs are tested, and a browser.
missing_debian_packages() {
  has cc || printf '%s\n' gcc libc6-dev
  has git || printf '%s\n' git
  has node || printf '%s\n' nodejs
  has npm || printf '%s\n' npm
  has chromium || printf '%s\n' chromium
  has openssl || printf '%s\n' openssl
  # In front of the gateway, as deploy/ has it.
  has nginx || [[ -x /usr/sbin/nginx ]] || printf '%s\n' nginx-light
  compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || printf '%s\n' postgresql
  # Three of them as one cluster.
  has patroni || printf '%s\n' patroni
  has etcd || printf '%s\n' etcd-server
  # Another time for one process: a machine's clock that is set while the gateway runs.
  compgen -G '/usr/lib/*/faketime/libfaketime.so.1' >/dev/null || printf '%s\n' libfaketime
  if ! has python3 || ! python3 -c 'import venv, ensurepip' 2>/dev/null; then printf '%s\n' python3 python3-venv; fi
  missing_languages
}

# The languages of the manual's other pages: about 70 MB on disk, Go and a JDK 800 MB more.
missing_languages() {
  has php || printf '%s\n' php-cli
  has ruby || printf '%s\n' ruby ruby-webrick
  has go || printf '%s\n' golang-go
  has javac || printf '%s\n' default-jdk-headless
  if ! has mcs || ! has mono; then
    printf '%s\n' mono-mcs mono-runtime libmono-system-net-http4.0-cil libmono-system-runtime-serialization4.0-cil \
      libmono-system-xml-linq4.0-cil
  fi
}

install_debian_packages() {
  local packages
  mapfile -t packages < <(missing_debian_packages)
  if ((${#packages[@]} == 0)); then
    say "Debian packages: nothing is missing"
    return
  fi
  install_packages "${packages[@]}"
}

install_packages() {
  local as_root=()
  if ((EUID != 0)); then as_root=(sudo -n); fi
  if ! has apt-get || { ((EUID != 0)) && ! sudo -n true 2>/dev/null; }; then
    printf 'please install these, they are missing and cannot be installed from here: %s\n' "$*" >&2
    return 1
  fi
  say "installing with apt: $*"
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update
  # No service of theirs is wanted: the tests start their own.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# Built without optimisation: it takes a third of the time, and their work here is small.
cargo_tool() {
  local name=$1 version=$2
  shift 2
  if cargo "${name#cargo-}" --version >/dev/null 2>&1; then
    say "$name: $(cargo "${name#cargo-}" --version | head -n 1)"
    return
  fi
  say "installing $name $version with cargo (from crates.io, a minute or two)"
  CARGO_PROFILE_DEV_DEBUG=0 CARGO_TARGET_DIR="$TARGET/tools" \
    cargo install --quiet --locked --debug --version "$version" "$@" "$name"
}

install_cargo_tools() {
  local component
  for component in fmt clippy; do
    cargo "$component" --version >/dev/null 2>&1 || {
      say "installing the toolchain component for cargo $component with rustup"
      rustup component add "${component/fmt/rustfmt}"
    }
  done
  cargo_tool cargo-nextest "$CARGO_NEXTEST_VERSION" --no-default-features --features default-no-update
  cargo_tool cargo-deny "$CARGO_DENY_VERSION" --no-default-features
  rm -rf "$TARGET/tools"
}

# Installs only when the pinned versions changed.
install_sdks() {
  local js_stamp=tests/sdk/js/node_modules/.installed python_stamp="$PYTHON_SDK_VENV/.installed"
  if ! cmp -s tests/sdk/js/package-lock.json "$js_stamp"; then
    say "installing the JavaScript SDK with npm into tests/sdk/js/node_modules"
    (cd tests/sdk/js && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp tests/sdk/js/package-lock.json "$js_stamp"
  fi
  local browser_stamp=tests/browser/node_modules/.installed
  if ! cmp -s tests/browser/package-lock.json "$browser_stamp"; then
    say "installing playwright-core and axe-core with npm into tests/browser/node_modules"
    (cd tests/browser && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
    cp tests/browser/package-lock.json "$browser_stamp"
  fi
  if ! cmp -s tests/sdk/python/requirements.txt "$python_stamp"; then
    say "installing the Python SDK with pip into $PYTHON_SDK_VENV"
    python3 -m venv "$PYTHON_SDK_VENV"
    "$PYTHON_SDK_VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/sdk/python/requirements.txt
    cp tests/sdk/python/requirements.txt "$python_stamp"
  fi
  say "SDKs: $(node --version) with @bootpay/backend-js, $(python3 --version) with bootpay-backend"
}

# Makes requests up from the OpenAPI document; only when the pinned version changed.
install_schemathesis() {
  local stamp="$PYTHON_API_VENV/.installed"
  if ! cmp -s tests/api/requirements.txt "$stamp"; then
    say "installing schemathesis with pip into $PYTHON_API_VENV"
    python3 -m venv "$PYTHON_API_VENV"
    "$PYTHON_API_VENV/bin/python" -m pip install --quiet --disable-pip-version-check -r tests/api/requirements.txt
    cp tests/api/requirements.txt "$stamp"
  fi
}
