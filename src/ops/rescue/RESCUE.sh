#!/bin/sh
# phlb rescue kit 1: lists, verifies and restores the snapshots beside this file, without phlb.
# Needs a shell, awk, find, cp, sha256sum and gzip; those of busybox will do. Writes to TARGET alone.
#
#   sh RESCUE.sh list
#   sh RESCUE.sh verify NAME/TIME
#   sh RESCUE.sh restore NAME/TIME TARGET [PATH]     TARGET must not exist

LC_ALL=C
export LC_ALL
here=$(dirname -- "$0"; echo x)
here=${here%?x}
root=$(cd -- "$here" && pwd -P; echo x)
root=${root%?x}
status=0

fail() { printf 'RESCUE.sh: %s\n' "$*" >&2; exit 1; }
bad() { printf '%s\n' "$*" >&2; status=3; }

usage() { sed -n 's/^#   /  /p' "$0" >&2; exit 2; }

list() {
  for dir in "$root"/* "$root"/*/*; do
    [ -d "$dir" ] && [ ! -h "$dir" ] || continue
    case ${dir##*/} in
    [0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]-[0-9][0-9][0-9][0-9][0-9][0-9]) ;;
    *) [ -f "$dir-manifest.mtree.gz" ] || [ -f "$dir-backup.log" ] || continue ;;
    esac
    printf '%s\n' "${dir#"$root"/}"
  done
}

find_snapshot() {
  case /$1/ in // | */../* | */./*) fail "'$1' is no snapshot; see: sh RESCUE.sh list" ;; esac
  snapshot=$root/${1%/}
  [ -d "$snapshot" ] && [ ! -h "$snapshot" ] || fail "there is no '$1'; see: sh RESCUE.sh list"
}

# Called again by "verify" for some directories at a time. A line that begins with a backslash has a
# name with \\, \n or \r for those characters, which not every sha256sum knows.
check_dirs() {
  start=$(pwd; echo x)
  start=${start%?x}
  for dir do
    cd -- "$start" && cd -- "$dir" || { bad "$dir: cannot be entered"; continue; }
    found=
    for sums in SHA256SUMS*; do
      [ -f "$sums" ] && [ ! -h "$sums" ] || continue
      # One that another lists is a file of the user's.
      ! grep -q "  $sums\$" -- SHA256SUMS* 2>/dev/null || continue
      found=yes
      if grep -q -v '^\\' -- "$sums"; then
        lines=$(grep -v '^\\' -- "$sums" | sha256sum -c - 2>&1 | grep -v ': OK$')
        [ -z "$lines" ] || bad "$dir: $lines"
      fi
      check_escaped
    done
    [ -n "$found" ] || [ -z "$(find . ! -name . -prune -type f -print)" ] ||
      bad "$dir: it has files and no SHA256SUMS"
  done
}

check_escaped() {
  escaped=$(grep '^\\' -- "$sums"; echo x)
  while IFS= read -r line; do
    [ "$line" != x ] || continue
    rest=${line#?}
    name=$(printf '%bx' "${rest#*  }")
    [ "$(sha256sum < "./${name%x}" | cut -c 1-64)" = "${rest%% *}" ] || bad "$dir: FAILED: $line"
  done <<END
$escaped
END
}

verify() {
  find_snapshot "$1"
  cd -- "$snapshot" || exit 1
  find . -type d -exec sh "$root/RESCUE.sh" check-dirs {} + || status=3
  [ $status -ne 0 ] || printf 'All files in %s are as their SHA256SUMS say\n' "$1"
}

restore() {
  find_snapshot "$1"
  target=$2
  part=${3#./}
  part=${part%/}
  case /$part/ in */../*) fail "'$part' leads out of the snapshot" ;; esac
  [ -n "$target" ] || usage
  case $target in /*) ;; *) target=$PWD/$target ;; esac
  { [ ! -e "$target" ] && [ ! -h "$target" ]; } || fail "'$target' exists; nothing is overwritten"
  from=$snapshot${part:+/$part}
  copy
  manifest=$snapshot-manifest.mtree.gz
  if [ -f "$manifest" ]; then
    [ ! -d "$target" ] || [ -h "$target" ] || apply sums
    [ "$(id -u)" != 0 ] || apply owner
    apply file
    apply dir
  else
    bad "There is no manifest: modes and times are those of the stored files, SHA256SUMS stay"
  fi
  printf 'Restored to %s\n' "$target"
}

# Equal files must not come back as hard links of each other: a cp that cannot be told so, as that of
# busybox, is called for each file by itself.
copy() {
  if [ ! -d "$from" ] || [ -h "$from" ]; then
    { [ -e "$from" ] || [ -h "$from" ]; } || fail "there is no '$part' in the snapshot"
    cp -RpP -- "$from" "$target" || bad "It could not be copied"
    return
  fi
  mkdir -- "$target" || exit 1
  if cp --help 2>&1 | grep -q -e --no-preserve; then
    cp -a --no-preserve=links -- "$from/." "$target/" || bad "Not everything could be copied"
    return
  fi
  here=$(pwd; echo x)
  cd -- "$from" || exit 1
  find . -type d -exec sh -c 'for dir do mkdir -p -- "$0/$dir" || exit 1; done' "$target" {} + &&
    find . ! -type d -exec sh -c 'for file do cp -RpP -- "$file" "$0/$file" || e=1; done
      exit $e' "$target" {} + || bad "Not everything could be copied"
  cd -- "${here%?x}" || exit 1
}

# Turns the manifest into commands. A word of it is printable ASCII, and \ooo is any other byte.
apply() {
  fraction=yes
  touch -c -h -d @1.5 -- "$target" 2>/dev/null || fraction=
  gzip -dc < "$manifest" | pass=$1 part=$part target=$target fraction=$fraction awk '
    function decode(text,   out, at) {
      out = ""
      while ((at = index(text, "\\")) > 0) {
        out = out substr(text, 1, at - 1) byte[substr(text, at + 1, 3)]
        text = substr(text, at + 4)
      }
      return out text
    }
    function quote(text,   out, at) {
      out = ""
      while ((at = index(text, "\047")) > 0) {
        out = out substr(text, 1, at - 1) "\047\\\047\047"
        text = substr(text, at + 1)
      }
      return "\047" out text "\047"
    }
    function where(path) {
      if (part == "") return path == "" ? target : target "/" path
      if (path == part) return target
      return index(path, part "/") == 1 ? target substr(path, length(part) + 1) : ""
    }
    # Before 1970 the nanoseconds still count forward: -1.999999999 is one nanosecond before it.
    function moment(time,   dot, sec, nsec) {
      dot = index(time, ".")
      sec = substr(time, 1, dot - 1)
      nsec = substr(time, dot + 1)
      if (fraction == "") return "@" sec
      if (sec >= 0 || nsec + 0 == 0) return "@" sec "." nsec
      return sprintf("@-%d.%09d", -sec - 1, 1000000000 - nsec)
    }
    function value(key,   i) {
      for (i = 2; i <= NF; i++) if (index($i, key "=") == 1) return substr($i, length(key) + 2)
      return ""
    }
    function run(command) { print command " || e=1" }
    # One command for many names.
    function collect(command, name) {
      if (command != last || held > 50) flush()
      last = command
      line = line " " name
      held++
    }
    function flush() {
      if (held > 0) run(last " --" line)
      line = ""
      held = 0
    }
    BEGIN {
      print "e=0"
      pass = ENVIRON["pass"]; part = ENVIRON["part"]; target = ENVIRON["target"]
      fraction = ENVIRON["fraction"]
      for (i = 1; i < 256; i++) byte[sprintf("%03o", i)] = sprintf("%c", i)
    }
    /^#/ || / optional$/ || !/ type=/ { next }
    {
      path = $1 == "." ? "" : decode(substr($1, 3))
      if (index("/" path "/", "/../") > 0) next
      type = value("type")
      slash = match(path, "[^/]*$")
      if (pass == "sums") {
        above = substr(path, 1, slash - 1)
        if (type == "file") hasFiles[above] = 1
        if (substr(path, slash) ~ /^SHA256SUMS/) taken[path] = 1
        next
      }
      name = where(path)
      if (name == "") next
      name = quote(name)
      if (pass == "owner") collect("chown -h " value("uid") ":" value("gid"), name)
      if (pass == "file" && type != "dir") {
        flush()
        if (type != "link") run("chmod " value("mode") " -- " name)
        run("touch -c -h -d " moment(value("time")) " -- " name)
      }
      # From the innermost to the outermost, because the work in one changes its time.
      if (pass == "dir" && type == "dir") {
        dirs[++count] = "chmod " value("mode") " -- " name
        dirs[++count] = "touch -c -d " moment(value("time")) " -- " name
      }
    }
    END {
      flush()
      for (above in hasFiles) {
        file = "SHA256SUMS"
        while ((above file) in taken) file = file ".phlb"
        name = where(above file)
        if (name == "") continue
        dir = name
        sub("/[^/]*$", "", dir)
        run("chmod u+rwx -- " quote(dir))
        run("rm -f -- " quote(name))
      }
      while (count > 0) run(dirs[count--])
      print "exit $e"
    }
  ' | sh || status=3
}

case $1 in
list) list ;;
verify) verify "$2" ;;
restore) restore "$2" "$3" "$4" ;;
check-dirs) shift && check_dirs "$@" ;;
*) usage ;;
esac
exit $status
