#!/bin/sh
# Installs phlb from the files of a release, or removes it again.
#
#   sh install.sh [--from DIRECTORY|URL] [--prefix DIRECTORY]
#   sh install.sh --uninstall [--prefix DIRECTORY]
#
# --from     where the files of the release are; default: beside this script, if they are there
# --prefix   default: $PREFIX, else ~/.local; phlb goes to PREFIX/bin
#
# Nothing is installed unless its SHA-256 is the one in SHA256SUMS. For a download, that only proves
# that it arrived whole: compare SHA256SUMS with what you trust if somebody may have changed both.
set -eu

RELEASE_URL=''

fail() {
  printf 'Error: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'Hint: %s\n' "$2" >&2
  exit 1
}

usage() {
  sed -n '2,/^$/s/^# \{0,1\}//p' "$0"
}

has() { command -v "$1" >/dev/null 2>&1; }

# The name that the files of this machine's kind end with.
kind() {
  os=$(uname -s)
  machine=$(uname -m)
  case $os in
    Linux) os=linux ;;
    Darwin) os=macos ;;
    *) fail "There is no phlb for $os to install here" "On Windows, take the .exe of the release" ;;
  esac
  case $machine in
    x86_64 | amd64) machine=x64 ;;
    aarch64 | arm64) machine=arm64 ;;
    *) fail "There is no phlb for the processor $machine" \
      "Run it from source with Deno, see README" ;;
  esac
  printf '%s-%s\n' "$os" "$machine"
}

# Copies the file NAME of the release to the path TO.
fetch() {
  case $from in
    http://* | https://*)
      if has curl; then
        curl -fsSL --retry 2 -o "$2" "$from/$1" || fail "Cannot download $from/$1"
      elif has wget; then
        wget -q -O "$2" "$from/$1" || fail "Cannot download $from/$1"
      else
        fail "There is neither curl nor wget to download with" \
          "Download the files of the release by other means, and run this script beside them"
      fi
      ;;
    *)
      [ -f "$from/$1" ] || fail "There is no file $from/$1" \
        "Give the directory or the address of a release with --from"
      cp "$from/$1" "$2"
      ;;
  esac
}

sha256() {
  if has sha256sum; then
    sha256sum <"$1"
  elif has shasum; then
    shasum -a 256 <"$1"
  elif has openssl; then
    openssl dgst -sha256 -r <"$1"
  else
    fail "There is no program to compute SHA-256 with" "Install coreutils, perl or openssl"
  fi | cut -c 1-64
}

# Lines of SHA256SUMS: 64 digits, a space, a space or an asterisk, a name.
find_name() {
  sed -n "s/^[0-9a-f]\{64\} [ *]\(phlb-[0-9][^ /]*-$1\)\$/\1/p" "$work/SHA256SUMS"
}

sum_of() {
  sed -n "s/^\([0-9a-f]\{64\}\) [ *]$(printf '%s' "$1" | sed 's/[.]/[.]/g')\$/\1/p" "$work/SHA256SUMS"
}

note() { printf '%s\n' "$1" >>"$work/list"; }

# Puts what phlb itself writes beside it; an older phlb that cannot is no reason to fail.
extra() {
  target=$prefix/$1
  shift
  if "$@" >"$work/extra" 2>/dev/null; then
    mkdir -p "$(dirname "$target")"
    cp "$work/extra" "$target.new"
    mv -f "$target.new" "$target"
    note "$target"
  fi
}

manual() {
  mkdir "$work/man"
  if "$work/phlb" man "$work/man" >/dev/null 2>&1; then
    for page in "$work"/man/man[0-9]/*; do
      [ -f "$page" ] || continue
      section=$(basename "$(dirname "$page")")
      mkdir -p "$prefix/share/man/$section"
      cp "$page" "$prefix/share/man/$section/"
      note "$prefix/share/man/$section/$(basename "$page")"
    done
  fi
}

install_phlb() {
  suffix=$(kind)
  fetch SHA256SUMS "$work/SHA256SUMS"
  name=$(find_name "$suffix")
  case $name in
    '') fail "The release in $from has no phlb for $suffix" ;;
    *'
'*) fail "The release in $from has several versions of phlb" "Give a directory with one release" ;;
  esac
  fetch "$name" "$work/phlb"
  wanted=$(sum_of "$name")
  found=$(sha256 "$work/phlb")
  [ "$wanted" = "$found" ] || fail "$name is damaged: its SHA-256 is $found, not $wanted" \
    "Download it again"
  chmod 755 "$work/phlb"
  version=$("$work/phlb" version) || fail "$name does not run on this machine" \
    "It needs glibc 2.27 or newer on Linux, and a directory for temporary files from which programs run"

  mkdir -p "$prefix/bin"
  cp "$work/phlb" "$prefix/bin/phlb.new"
  # A running phlb keeps its own file.
  mv -f "$prefix/bin/phlb.new" "$prefix/bin/phlb"
  : >"$work/list"
  note "$prefix/bin/phlb"
  extra share/bash-completion/completions/phlb "$work/phlb" completion bash
  extra share/zsh/site-functions/_phlb "$work/phlb" completion zsh
  extra share/fish/vendor_completions.d/phlb.fish "$work/phlb" completion fish
  manual
  mkdir -p "$prefix/share/phlb"
  note "$list"
  cp "$work/list" "$list"
  printf 'Installed %s as %s\n' "$version" "$prefix/bin/phlb"
  case :$PATH: in
    *:"$prefix/bin":*) ;;
    *) printf 'Note: %s is not in your PATH\n' "$prefix/bin" ;;
  esac
}

uninstall_phlb() {
  [ -f "$list" ] || fail "phlb was not installed in $prefix by this script" \
    "Give the directory with --prefix"
  while IFS= read -r file; do
    # Nothing that somebody wrote into the list by hand leads out of the prefix.
    case $file in
      */../* | */..) fail "The list $list names a file outside of $prefix" ;;
      "$prefix"/*) rm -f "$file" ;;
      *) fail "The list $list names a file outside of $prefix" ;;
    esac
  done <"$list"
  rmdir "$prefix/share/phlb" 2>/dev/null || :
  printf 'Removed phlb from %s; configuration and backups are untouched\n' "$prefix"
}

from=
prefix=${PREFIX:-}
action=install
while [ $# -gt 0 ]; do
  case $1 in
    --from | --prefix)
      [ $# -ge 2 ] || fail "The option $1 needs a value"
      if [ "$1" = --from ]; then from=$2; else prefix=$2; fi
      shift
      ;;
    --from=*) from=${1#*=} ;;
    --prefix=*) prefix=${1#*=} ;;
    --uninstall) action=uninstall ;;
    -h | --help)
      usage
      exit 0
      ;;
    *) fail "Unknown option $1" "sh install.sh --help tells the options" ;;
  esac
  shift
done

if [ -z "$prefix" ]; then
  [ -n "${HOME:-}" ] || fail "There is no home directory to install into" "Give one with --prefix"
  prefix=$HOME/.local
fi
case $prefix in
  /*) ;;
  *) prefix=$(pwd)/$prefix ;;
esac
prefix=${prefix%/}
list=$prefix/share/phlb/installed-files

if [ "$action" = uninstall ]; then
  uninstall_phlb
  exit 0
fi
if [ -z "$from" ]; then
  here=$(cd "$(dirname "$0")" && pwd)
  if [ -f "$here/SHA256SUMS" ]; then from=$here; else from=$RELEASE_URL; fi
fi
[ -n "$from" ] || fail "There are no files of a release beside this script" \
  "Give the directory or the address of a release with --from"
from=${from%/}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' HUP INT TERM
install_phlb
