#!/usr/bin/env bash
# Tries the files of a release as those will who get them: packed twice alike, installed over HTTP and from a folder, refused when
# they are damaged, taken away again, as a package, and in a root that holds no more than an image would.
#
#   packaging/check.sh target/packages            # needs python3 and curl; as root also what a chroot needs
#   packaging/check.sh target/packages ROOT       # also inside of ROOT, a bare Debian (`debootstrap bookworm ROOT`)
set -euo pipefail
cd "$(dirname "$0")/.."
packages=$(cd "${1:?the folder of a release}" && pwd)
debian=${2-}

fail() { printf 'error: %s\n' "$1" >&2; exit 1; }
pass() { printf 'ok    %s\n' "$1"; }
# What must fail, with a word of its message.
refuses() {
  local word=$1 said
  shift
  if said=$("$@" 2>&1); then fail "went well and should not have: $*"; fi
  [[ $said == *"$word"* ]] || fail "says nothing of \`$word\`: $said"
}

work=$(mktemp -d)
server=''
trap '[ -z "$server" ] || kill "$server"; rm -rf "$work"' EXIT
machine=$(uname -m)
archive=$(basename "$packages"/boji-*-"$machine"-unknown-linux-musl.tar.gz)
home() { mkdir -p "$work/$1"; printf '%s' "$work/$1"; }

(cd "$packages" && sha256sum --quiet -c SHA256SUMS) || fail "SHA256SUMS is wrong"
pass "SHA256SUMS"
! tar -tvzf "$packages/$archive" | awk '$2 != "0/0" && $2 != "root/root"' | grep -q . || fail "somebody owns what is packed"
! tar -tzf "$packages/$archive" | grep -v "^${archive%.tar.gz}/" | grep -q . || fail "something lies outside of the archive's folder"
pass "what is in $archive"

python3 -u -m http.server --bind 127.0.0.1 --directory "$packages" 0 > "$work/server" 2> /dev/null &
server=$!
for _ in $(seq 100); do grep -q port "$work/server" && break; sleep 0.1; done
url=http://127.0.0.1:$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$work/server")

install_in() { local at=$1; shift; HOME=$at BOJI_DOWNLOAD=$from sh "$packages/install.sh" "$@"; }
for from in "$url" "$packages"; do
  at=$(home "home-${from//[^a-z]/}")
  install_in "$at" > "$work/said"
  [ "$("$at/.local/bin/boji" --version)" = "$(sed -n 's/^installed \(.*\): .*/\1/p' "$work/said")" ] || fail "another boji"
  (cd "$at" && HOME=$at .local/bin/boji demo > /dev/null)
  for file in man/man1/boji.1 bash-completion/completions/boji; do [ -f "$at/.local/share/$file" ] || fail "no $file"; done
  grep -q "^ExecStart=%h/.local/bin/boji run -q" "$at/.local/share/doc/boji/systemd/boji.service" || fail "another ExecStart"
  rm -rf "$at/boji-demo"
  install_in "$at" --uninstall > /dev/null
  [ -z "$(find "$at" -type f)" ] || fail "something was left: $(find "$at" -type f)"
done
pass "install.sh over HTTP and from a folder, and back"

from=$work/damaged
cp -r "$packages" "$from"
printf x >> "$from/$archive"
at=$(home damaged-home)
refuses "nothing was installed" install_in "$at"
[ -z "$(find "$at" -type f)" ] || fail "something damaged was installed"
from=$work/empty; mkdir "$from"; : > "$from/SHA256SUMS"
refuses "there is no boji for" install_in "$at"
from=$work/nowhere
refuses "there is no $from/SHA256SUMS" install_in "$at"
from=$url/nowhere
refuses "failed to download" install_in "$at"
# The one of a release may know an address by itself.
HOME=$at BOJI_DOWNLOAD='' refuses "nothing says where" sh packaging/install.sh
pass "install.sh refuses what is damaged or not there"

mkdir "$work/bin"
printf '#!/bin/sh\n[ "$1" = -m ] && echo sparc64 || echo Linux\n' > "$work/bin/uname"
chmod +x "$work/bin/uname"
from=$packages PATH="$work/bin:$PATH" refuses "no ready-made boji for sparc64" install_in "$at"
pass "install.sh refuses a machine that it does not know"

for deb in "$packages"/*.deb; do
  dpkg-deb --info "$deb" > /dev/null
  listed=$(dpkg-deb --contents "$deb")
  for file in usr/bin/boji usr/lib/systemd/user/boji-daemon.service usr/share/man/man1/boji.1.gz; do
    [[ $listed == *" ./$file"* ]] || fail "$deb has no $file"
  done
  ! grep -v "root/root" <<< "$listed" | grep -q . || fail "somebody owns what is in $deb"
done
pass "packages for Debian"

if [ "$(id -u)" != 0 ]; then
  echo "skip  roots of their own: only root makes them"
  exit 0
fi

# What the Containerfile copies, and nothing else.
case $machine in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; *) arch=$machine ;; esac
image=$work/image
mkdir -p "$image/etc/ssl/certs" "$image/data" "$image/tmp" "$image/usr/bin"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
cp "$packages/container/$arch/boji" "$image/usr/bin/boji"
chown 65532:65532 "$image/data"
inside() { (cd / && env -i PATH=/usr/bin HOME=/data BOJI_DATA=/data "$(command -v chroot)" --userspec=65532:65532 "$image" /usr/bin/boji "$@"); }
inside demo --to /data/demo > /dev/null
inside init /data/config > /dev/null 2>&1
inside --config /data/config run -q
inside status --check > /dev/null || [ $? = 5 ]
pass "demo, init and run in a root that holds the program, certificates and a folder"

[ -n "$debian" ] || exit 0
mkdir -p "$debian/packages"
cp "$packages"/*"$arch".deb "$packages/install.sh" "$packages/SHA256SUMS" "$packages/$archive" "$debian/packages/"
within() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$(command -v chroot)" "$debian" /bin/bash -euc "$1"; }
within 'apt-get install --yes -qq /packages/*.deb > /dev/null 2>&1; cd /root; boji demo > /dev/null; boji --version; dpkg --verify boji'
within 'XDG_RUNTIME_DIR=/tmp systemd-analyze verify --user --man=no /usr/lib/systemd/user/boji.service /usr/lib/systemd/user/boji.timer \
  /usr/lib/systemd/user/boji-daemon.service'
within 'apt-get install --yes -qq cron > /dev/null 2>&1; crontab -u root /usr/share/doc/boji/examples/crontab; crontab -l > /dev/null'
within 'apt-get purge --yes -qq boji > /dev/null 2>&1; ! command -v boji'
within 'cd /root; BOJI_DOWNLOAD=/packages sh /packages/install.sh; .local/bin/boji --version; sh /packages/install.sh --uninstall'
pass "a bare Debian: package, units, crontab, installer"
