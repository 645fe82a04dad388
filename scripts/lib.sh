# Shared by the scripts of this folder: one virtual environment, installed from the lock, kept until the lock changes.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
VENV="$ROOT/.venv"
cd "$ROOT"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 2; }

find_python() {
  local name
  for name in ${PYTHON:-} python3.14 python3.13 python3.12 python3.11 python3 python; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"
      return
    fi
  done
  fail "Python 3.11 or newer is needed and was not found. Install it, or name it: PYTHON=/path/to/python scripts/serve"
}

bootstrap() {
  local python stamp wanted
  python=$(find_python)
  wanted="$("$python" -c 'import sys; print(sys.version)') $(cat requirements.lock pyproject.toml | cksum) $ROOT"
  stamp="$VENV/.installed"
  if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ]; then
    return
  fi
  say "Setting up .venv from requirements.lock (once; about a minute)"
  if [ ! -x "$VENV/bin/python" ] || ! "$VENV/bin/python" -c '' 2>/dev/null; then
    rm -rf "$VENV"
    "$python" -m venv "$VENV" || fail "The virtual environment could not be made. On Debian and Ubuntu: apt install python3-venv"
  fi
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
  "$VENV/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
  printf '%s' "$wanted" > "$stamp"
}

# Packages of Debian and what they are for; nothing where there is no Debian or no right to install. Whoever asks looks whether they came.
install_from_debian() {
  local what=$1 sudo=""
  shift
  if [ "$(id -u)" -ne 0 ]; then sudo="sudo -n"; fi
  if command -v apt-get >/dev/null 2>&1 && $sudo true 2>/dev/null; then
    say "Installing Debian's $what"
    $sudo apt-get update -qq >/dev/null &&
      $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null || true
  fi
}

# What WeasyPrint needs of the machine: Pango. Most desktops have it, a bare server has not.
ensure_pango() {
  if "$VENV/bin/python" -c 'import weasyprint' >/dev/null 2>&1; then return; fi
  install_from_debian "Pango for PDFs" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  "$VENV/bin/python" -c 'import weasyprint' >/dev/null 2>&1 ||
    fail "PDFs need Pango. On macOS: brew install pango. On Fedora: dnf install pango. On Debian: apt install libpangoft2-1.0-0"
}

# A browser for the browser tests: the one that PATTERNBOOK_BROWSER names, else one that never has a window, which loads pages in
# a third of the time, else one as readers have it; on the machine, else Debian's, else the one that Playwright brings.
WINDOWLESS=(chromium-headless-shell)
WINDOWED=(chromium chromium-browser google-chrome google-chrome-stable)

# Takes the first of some browsers that the machine has.
take_browser() {
  local name
  for name in "$@"; do
    if [ -n "$name" ] && PATTERNBOOK_BROWSER=$(command -v "$name"); then
      export PATTERNBOOK_BROWSER
      return
    fi
  done
  return 1
}

ensure_browser() {
  if take_browser "${PATTERNBOOK_BROWSER:-}" "${WINDOWLESS[@]}"; then return; fi
  install_from_debian "chromium without windows for the browser tests" chromium-headless-shell
  if take_browser "${WINDOWLESS[@]}" "${WINDOWED[@]}"; then return; fi
  ensure_windowed_browser
}

# A browser as readers have it, for the long run.
ensure_windowed_browser() {
  if take_browser "${PATTERNBOOK_BROWSER:-}" "${WINDOWED[@]}"; then return; fi
  install_from_debian "chromium for the browser tests" chromium
  if take_browser "${WINDOWED[@]}"; then return; fi
  say "Installing Playwright's browser for the browser tests"
  "$VENV/bin/python" -m playwright install chromium >&2 || true
  PATTERNBOOK_BROWSER=$("$VENV/bin/python" -c '
from playwright.sync_api import sync_playwright
with sync_playwright() as p: print(p.chromium.executable_path)' 2>/dev/null || true)
  if [ ! -x "$PATTERNBOOK_BROWSER" ]; then
    fail "No browser for the browser tests. Install Chromium, or name one: PATTERNBOOK_BROWSER=/path/to/chromium scripts/test"
  fi
  export PATTERNBOOK_BROWSER
}
