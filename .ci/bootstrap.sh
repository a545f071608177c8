# Brings Bun, in the version that package.json pins, and the packages. Sourced, from the root of the repository, by
# examples/shop/try.sh and test/ok.sh; needs Node and npm only where Bun is missing.

bun_version=$(sed -n 's/.*"packageManager": *"bun@\([^"]*\)".*/\1/p' package.json)
bun_home="${XDG_CACHE_HOME:-$HOME/.cache}/procman/bun-$bun_version"

say() { printf '%s\n' "$*" >&2; }

has_bun() { [ "$(bun --version 2>/dev/null)" = "$bun_version" ]; }

# npm may be told not to run install scripts; Bun's only puts its program in place, and can be run later.
install_bun() { # ARGUMENTS OF npm install…
  say "Installing Bun $bun_version from npm …"
  npm install --global --no-audit --no-fund --no-update-notifier --loglevel=error "$@" "bun@$bun_version" >&2 || return 1
  hash -r # The shell may remember where it found another version.
  has_bun && return
  modules=$(npm root --global "$@" 2>/dev/null) && node "$modules/bun/install.js" >&2
  has_bun
}

bring_bun() {
  has_bun && return
  PATH="$bun_home/bin:$PATH"
  export PATH
  has_bun && return
  if ! command -v npm >/dev/null; then
    say "Cannot install Bun $bun_version: there is no npm. Install Node.js (https://nodejs.org) or Bun (https://bun.com) first."
    return 1
  fi
  # Another version that somebody uses stays where it is.
  if ! command -v bun >/dev/null && [ -w "$(npm root --global)" ]; then
    install_bun && return
  fi
  mkdir -p "$bun_home"
  install_bun --prefix "$bun_home" && return
  say "Cannot install Bun $bun_version: 'npm install --global bun@$bun_version' did not give a bun that works."
  return 1
}

bring_bun
say "Installing packages …"
bun install --frozen-lockfile --no-summary --no-progress >&2
# This checkout as the command that an installed package would be: 'bunx procman' in every directory below.
ln -sf ../../src/cli/main.ts node_modules/.bin/procman
