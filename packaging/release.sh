#!/usr/bin/env bash
# A release, from a checkout to the files that are given away: one archive and one Debian package for each kind of machine, a
# list of all that is in the program (CycloneDX), the installer, what a container is built of, and SHA256SUMS over all of them.
# The same commit, compiler and tools give the same bytes.
#
#   packaging/release.sh                      # everything, into target/packages
#   packaging/release.sh --draft              # from any tree, without the checks that take long
#
#   --target TRIPLE     build for this machine alone (again for more) [default: both of TARGETS]
#   --profile NAME      cargo's profile [default: dist]; `release` is built in a third of the time
#   --to DIR            where the files go [default: target/packages]
#   --keep-binaries     pack what was built before
#   --from URL          address from which the installer takes the files [default: BOJI_DOWNLOAD of who calls it]
#
# It needs rustup with the targets, cargo-zigbuild with zig, cargo-cyclonedx, and dpkg-deb.
set -euo pipefail
cd "$(dirname "$0")/.."

TARGETS=(x86_64-unknown-linux-musl aarch64-unknown-linux-musl)

fail() { printf 'error: %s\n' "$1" >&2; [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2; exit 1; }
step() { printf '== %s (%ss)\n' "$1" "$SECONDS" >&2; }
need() { command -v "$1" > /dev/null || fail "there is no $1" "$2"; }

profile=dist to=target/packages draft='' keep='' from='' targets=()
while [ $# -gt 0 ]; do
  case $1 in
    --target) targets+=("${2:?}"); shift 2 ;;
    --profile) profile=${2:?}; shift 2 ;;
    --to) to=${2:?}; shift 2 ;;
    --from) from=${2:?}; shift 2 ;;
    --draft) draft=yes; shift ;;
    --keep-binaries) keep=yes; shift ;;
    *) fail "$1 is no option" "the head of $0 names them" ;;
  esac
done
[ ${#targets[@]} -gt 0 ] || targets=("${TARGETS[@]}")

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
# A version before another one, as Debian writes it, and who answers for the package, as its tools are told.
debian_version=${version/-/\~}
maintainer="${DEBFULLNAME:-The authors of boji} <${DEBEMAIL:-boji@localhost}>"
# All times in what is packed are that of the commit.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH LC_ALL=C TZ=UTC
umask 022

check() {
  step "checks"
  [ -z "$(git status --porcelain)" ] || fail "the tree has changes" "commit them, or try with --draft"
  grep -q "^## \[$version\]" CHANGELOG.md || fail "CHANGELOG.md has no section [$version]" "name it after the version"
  bash .ci/run >&2
}

# No path of the machine that builds it stands in the program. Compiler of C and linker are zig's: the same everywhere.
build() {
  local target=$1 home=${CARGO_HOME:-$HOME/.cargo}
  step "build for $target"
  need cargo-zigbuild "\`pip install cargo-zigbuild\` has it, with the compiler"
  RUSTFLAGS="--remap-path-prefix=$PWD=/boji --remap-path-prefix=$home=/cargo" \
  CFLAGS="-ffile-prefix-map=$PWD=/boji -ffile-prefix-map=$home=/cargo" \
    cargo zigbuild --locked --profile "$profile" --target "$target" -p boji --bin boji >&2
}

binary() { printf 'target/%s/%s/boji' "$1" "$profile"; }

# The first of the binaries that runs on this machine writes completions and manual.
runnable() {
  local target
  for target in "${targets[@]}"; do
    if "$(binary "$target")" --version > /dev/null 2>&1; then binary "$target"; return; fi
  done
  fail "none of the binaries runs on this machine" "build for it as well: --target $(uname -m)-unknown-linux-musl"
}

put() { install -D -m "$1" "$2" "$3"; }

# Completions and manual pages below a folder: $1/completions/{boji,_boji,boji.fish}, $1/man/*.1.
generate() {
  local boji=$1 to=$2
  mkdir -p "$to/completions"
  "$boji" generate completions bash > "$to/completions/boji"
  "$boji" generate completions zsh > "$to/completions/_boji"
  "$boji" generate completions fish > "$to/completions/boji.fish"
  "$boji" generate man --to "$to/man" -q
}

# The files of config/ that start boji, with the place where it is: those who build it have it in ~/.cargo/bin.
units() {
  local program=$1 to=$2 file
  for file in config/systemd/*; do
    put 644 "$file" "$to/systemd/$(basename "$file")"
    sed -i "s|%h/\.cargo/bin/boji|$program|" "$to/systemd/$(basename "$file")"
  done
  put 644 config/cron/boji "$to/cron/boji"
  sed -i "s|\$HOME/\.cargo/bin/boji|${program/\%h/\$HOME}|" "$to/cron/boji"
  ! grep -rq "\.cargo" "$to/systemd" "$to/cron" || fail "a file of config/ still names ~/.cargo"
}

# One archive: what goes below a prefix such as ~/.local, as the installer puts it there.
archive() {
  local target=$1 name="boji-$version-$1"
  local root="$work/$name"
  put 755 "$(binary "$target")" "$root/bin/boji"
  put 644 "$work/generated/completions/boji" "$root/share/bash-completion/completions/boji"
  put 644 "$work/generated/completions/_boji" "$root/share/zsh/site-functions/_boji"
  put 644 "$work/generated/completions/boji.fish" "$root/share/fish/vendor_completions.d/boji.fish"
  local file
  for file in "$work"/generated/man/*.1; do put 644 "$file" "$root/share/man/man1/$(basename "$file")"; done
  for file in README.md CHANGELOG.md LICENSE-APACHE LICENSE-MIT; do put 644 "$file" "$root/share/doc/boji/$file"; done
  units "%h/.local/bin/boji" "$root/share/doc/boji"
  tar --directory "$work" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner \
    --mtime="@$SOURCE_DATE_EPOCH" --create "$name" | gzip -9n > "$to/$name.tar.gz"
}

# One Debian package. It starts nothing and makes no user: the units are a person's own, as the data are.
debian_package() {
  local target=$1 arch root="$work/deb-$1"
  arch=$(debian_architecture "$target")
  put 755 "$(binary "$target")" "$root/usr/bin/boji"
  put 644 "$work/generated/completions/boji" "$root/usr/share/bash-completion/completions/boji"
  put 644 "$work/generated/completions/_boji" "$root/usr/share/zsh/vendor-completions/_boji"
  put 644 "$work/generated/completions/boji.fish" "$root/usr/share/fish/vendor_completions.d/boji.fish"
  local file doc="$root/usr/share/doc/boji"
  for file in "$work"/generated/man/*.1; do
    put 644 "$file" "$root/usr/share/man/man1/$(basename "$file")"
    gzip -9n "$root/usr/share/man/man1/$(basename "$file")"
  done
  units /usr/bin/boji "$work/units-$target"
  for file in "$work/units-$target"/systemd/*; do put 644 "$file" "$root/usr/lib/systemd/user/$(basename "$file")"; done
  put 644 "$work/units-$target/cron/boji" "$doc/examples/crontab"
  put 644 README.md "$doc/README.md"
  put 644 CHANGELOG.md "$doc/CHANGELOG.md"
  # What Debian's tools read as the changelog has a form of its own.
  printf 'boji (%s) unstable; urgency=medium\n\n  * What changed stands in CHANGELOG.md.gz.\n\n -- %s  %s\n' \
    "$debian_version" "$maintainer" "$(date -R -d "@$SOURCE_DATE_EPOCH")" > "$doc/changelog"
  chmod 644 "$doc/changelog"
  gzip -9n "$doc/CHANGELOG.md" "$doc/changelog"
  { cat packaging/copyright; echo; cat LICENSE-MIT; } > "$doc/copyright"
  chmod 644 "$doc/copyright"
  mkdir -p "$root/DEBIAN"
  local size
  size=$(du -sk --apparent-size "$root/usr" | cut -f1)
  sed -e "s/@VERSION@/$debian_version/" -e "s/@ARCHITECTURE@/$arch/" -e "s/@SIZE@/$size/" \
    -e "s/@MAINTAINER@/$maintainer/" \
    packaging/control > "$root/DEBIAN/control"
  (cd "$root" && find usr -type f | sort | xargs md5sum > DEBIAN/md5sums)
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
  dpkg-deb --root-owner-group --threads-max=1 -Zxz --build "$root" "$to/boji_${debian_version}_$arch.deb" > /dev/null
}

debian_architecture() {
  case $1 in
    x86_64-*) echo amd64 ;;
    aarch64-*) echo arm64 ;;
    *) fail "$1 has no name among Debian's architectures" "add it to debian_architecture in $0" ;;
  esac
}

# What is in the program, by name, version, licence and hash.
bill_of_materials() {
  need cargo-cyclonedx "\`cargo install --locked cargo-cyclonedx\`"
  cargo cyclonedx --quiet --format json --target "${targets[0]}" --override-filename boji.cdx >&2
  sed "s|$PWD|/boji|g" boji.cdx.json > "$to/boji-$version.cdx.json"
  rm -f boji.cdx.json crates/*/boji.cdx.json
}

# The folder from which an image is built: `podman build target/packages/container`.
container() {
  local target
  put 644 packaging/Containerfile "$to/container/Containerfile"
  for target in "${targets[@]}"; do
    put 755 "$(binary "$target")" "$to/container/$(debian_architecture "$target")/boji"
  done
}

[ -n "$draft" ] || check
rm -rf "$to"
mkdir -p "$to"
to=$(cd "$to" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for target in "${targets[@]}"; do
  [ -n "$keep" ] || build "$target"
  [ -f "$(binary "$target")" ] || fail "there is no $(binary "$target")" "leave --keep-binaries out"
done
step "completions and manual"
boji=$(runnable)
generate "$boji" "$work/generated"
for target in "${targets[@]}"; do
  step "archive and package for $target"
  archive "$target"
  debian_package "$target"
done
step "bill of materials"
bill_of_materials
container
put 755 packaging/install.sh "$to/install.sh"
[ -z "$from" ] || sed -i "s|^from=.*|from=\${BOJI_DOWNLOAD:-$from}|" "$to/install.sh"
(cd "$to" && sha256sum -- *.tar.gz *.deb *.json install.sh > SHA256SUMS)
step "done"
(cd "$to" && ls -l -- *.tar.gz *.deb *.json install.sh SHA256SUMS) >&2
