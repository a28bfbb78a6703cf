#!/bin/sh
# Installs boji for the person who calls it: the program into ~/.local/bin, its manual, its completions and the files for
# cron and systemd into ~/.local/share. Nothing is started.
#
#   sh install.sh                     # BOJI_DOWNLOAD names where the files of a release are: a folder, or an address
#   sh install.sh --to DIR            # the program into DIR; the rest beside it, when DIR ends with /bin
#   sh install.sh --version 0.1.0     # this one, where there are several
#   sh install.sh --uninstall         # takes away what was installed; configuration and data stay
#
# What comes is compared with SHA256SUMS before anything is unpacked. That finds what was damaged on its way; it is no
# proof of who made it, as both come from one place.
set -eu

# Where the files of a release are.
from=${BOJI_DOWNLOAD:-}

say() { printf '%s\n' "$1"; }
fail() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}
has() { command -v "$1" > /dev/null 2>&1; }

main() {
  to='' wanted='' uninstall=''
  while [ $# -gt 0 ]; do
    case $1 in
      --to) [ -n "${2-}" ] || fail "--to wants a folder"; to=$2; shift 2 ;;
      --version) [ -n "${2-}" ] || fail "--version wants a version"; wanted=$2; shift 2 ;;
      --uninstall) uninstall=yes; shift ;;
      *) fail "$1 is no option" "there are --to DIR, --version VERSION and --uninstall" ;;
    esac
  done
  if [ -z "$to" ]; then
    [ -n "${HOME-}" ] || fail "no home folder is known" "name a folder with --to DIR"
    to=$HOME/.local/bin
  fi
  to=${to%/}
  # Manual and completions are found beside a folder of programs, and nowhere else.
  case $to in
    */bin) share=${to%/bin}/share ;;
    *) share='' ;;
  esac
  if [ -n "$uninstall" ]; then take_away; else bring; fi
}

# The kind of machine, as the archives are named.
machine() {
  case $(uname -s) in
    Linux) ;;
    *) fail "there is no ready-made boji for $(uname -s)" "with Rust: \`cargo install --locked --path .\` in its source" ;;
  esac
  case $(uname -m) in
    x86_64 | amd64) say x86_64-unknown-linux-musl ;;
    aarch64 | arm64) say aarch64-unknown-linux-musl ;;
    *) fail "there is no ready-made boji for $(uname -m)" "with Rust: \`cargo install --locked --path .\` in its source" ;;
  esac
}

bring() {
  [ -n "$from" ] || fail "nothing says where the files are" "BOJI_DOWNLOAD names a folder or an address that holds SHA256SUMS"
  has tar || fail "there is no tar" "install it"
  kind=$(machine)
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  get SHA256SUMS
  choose
  get "$name"
  compare
  mkdir "$work/files"
  tar -xzf "$work/$name" -C "$work/files"
  root=$work/files/${name%.tar.gz}
  [ -f "$root/bin/boji" ] || fail "$name holds no boji" "ask who made it"
  mkdir -p "$to"
  # One that runs meanwhile goes on: its file is replaced, not written over.
  cp "$root/bin/boji" "$to/.boji.new"
  chmod 755 "$to/.boji.new"
  mv -f "$to/.boji.new" "$to/boji"
  told=$("$to/boji" --version) || fail "$to/boji does not run here" "take it away with --uninstall"
  say "installed $told: $to/boji"
  if [ -n "$share" ] && [ -d "$root/share" ]; then
    mkdir -p "$share"
    cp -R "$root/share/." "$share/"
    say "installed its manual, completions, and files for cron and systemd below $share (the last in $share/doc/boji)"
  fi
  case :${PATH-}: in
    *":$to:"*) ;;
    *) say "$to is not in PATH: add it there, or call $to/boji" ;;
  esac
  say "\`boji demo\` shows what it does, without any network"
}

# One file of the release into $work.
get() {
  case $from in
    http://* | https://*)
      if has curl; then
        # From https nothing leads back to http.
        curl --fail --silent --show-error --location --proto "=${from%%://*},https" --output "$work/$1" "${from%/}/$1"
      elif has wget; then
        wget -q -O "$work/$1" "${from%/}/$1"
      else
        fail "there is neither curl nor wget" "install one, or download the files and name their folder in BOJI_DOWNLOAD"
      fi || fail "failed to download ${from%/}/$1" "check the address and your network"
      ;;
    *) cp "${from%/}/$1" "$work/$1" 2> /dev/null || fail "there is no ${from%/}/$1" "BOJI_DOWNLOAD names the folder that holds it" ;;
  esac
}

# The one archive for this machine, by its name in SHA256SUMS, which is taken for a name only when it looks like one.
choose() {
  names=$(sed -n 's/^[0-9a-f]\{64\} [ *]\(boji-[0-9A-Za-z_.+~-]*\.tar\.gz\)$/\1/p' "$work/SHA256SUMS" | grep -e "-$kind\.tar\.gz\$" || true)
  if [ -n "$wanted" ]; then names=$(printf '%s\n' "$names" | grep -Fx "boji-$wanted-$kind.tar.gz" || true); fi
  case $names in
    '') fail "there is no boji${wanted:+ $wanted} for $kind in $from" "SHA256SUMS there names what there is" ;;
    *"
"*) fail "there are several versions of boji in $from" "name one with --version VERSION" ;;
  esac
  name=$names
}

compare() {
  grep -e "[ *]$name\$" "$work/SHA256SUMS" > "$work/sum"
  if has sha256sum; then
    (cd "$work" && sha256sum -c sum > /dev/null 2>&1)
  elif has shasum; then
    (cd "$work" && shasum -a 256 -c sum > /dev/null 2>&1)
  else
    fail "there is neither sha256sum nor shasum" "install one: nothing is unpacked that was not compared"
  fi || fail "$name is not what SHA256SUMS says it is; nothing was installed" "download it again; should it stay so, tell who made it"
}

take_away() {
  [ -f "$to/boji" ] || fail "there is no $to/boji" "--to names the folder"
  rm -f "$to/boji"
  if [ -n "$share" ]; then
    rm -f "$share/bash-completion/completions/boji" "$share/zsh/site-functions/_boji" \
      "$share/fish/vendor_completions.d/boji.fish" "$share/man/man1/boji.1" "$share/man/man1/boji-"*.1
    # Data lie beside it, in $share/boji.
    rm -rf "$share/doc/boji"
  fi
  say "took $to/boji away, with its manual and completions; configuration and data stay"
}

main "$@"
