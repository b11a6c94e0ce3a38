"""Changes a source tree at random, and looks at what backups of it have left.

Called by history.ts with an order and a directory; takes JSON on its standard input and answers in
JSON. Every pick is a number that is taken modulo what there is to choose from, so that any list of
changes can be applied to any tree.
"""
import base64
import json
import os
import shutil
import stat
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
import tree  # noqa: E402

MAX_DEPTH = 6


def listing():
    """All paths below the current directory with their lstat, in byte order."""
    found = {}
    for here, dirs, files in os.walk(b"."):
        for name in dirs + files:
            path = os.path.join(here, name)
            found[path] = os.lstat(path)
    return dict(sorted(found.items()))


def pick(number, choices):
    return choices[number % len(choices)] if choices else None


def pick_type(number, *types):
    entries = listing().items()
    return pick(number, [path for path, info in entries if stat.S_IFMT(info.st_mode) in types])


def pick_place(change):
    """Where a new name goes: a directory that is picked, not too deep, and the name."""
    dirs = [b"."] + [path for path, info in listing().items() if stat.S_ISDIR(info.st_mode)]
    parent = pick(change["dir"], [path for path in dirs if path.count(b"/") < MAX_DEPTH])
    return os.path.join(parent, os.fsencode(change["name"]))


def remove(path):
    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path)
    elif os.path.lexists(path):
        os.unlink(path)


def keeping_mtime(path, write):
    info = os.lstat(path)
    write()
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns), follow_symlinks=False)


def make(change):
    path = pick_place(change)
    if change["node"]["type"] == "socket" and len(os.path.basename(path)) > 100:
        return  # bind(2) takes no longer name
    remove(path)
    here = os.open(".", os.O_RDONLY)
    os.chdir(os.path.dirname(path))
    tree.write_node(os.path.basename(path), change["node"], here)
    os.fchdir(here)
    os.close(here)


def write(change):
    path = pick_type(change["entry"], stat.S_IFREG)
    if path is None:
        return
    data = base64.b64decode(change["data"])

    def overwrite():
        with open(path, "r+b") as file:
            if change["append"]:
                file.seek(0, os.SEEK_END)
            elif not change["in_place"]:
                file.truncate(0)
            file.write(data)

    if change["keep_mtime"]:
        keeping_mtime(path, overwrite)
    else:
        overwrite()


def touch(change):
    path = pick_type(change["entry"], stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK, stat.S_IFIFO)
    if path is not None:
        mtime = int(change["mtimeNs"])
        os.utime(path, ns=(mtime, mtime), follow_symlinks=False)


def chmod(change):
    path = pick_type(change["entry"], stat.S_IFREG, stat.S_IFDIR, stat.S_IFIFO)
    if path is not None:
        os.chmod(path, change["mode"])
        os.chown(path, change["owner"], change["owner"])


def set_attribute(change):
    path = pick_type(change["entry"], stat.S_IFREG, stat.S_IFDIR)
    if path is not None:
        os.setxattr(path, "user.changed", base64.b64decode(change["data"]))


def rename(change):
    path = pick(change["entry"], list(listing()))
    target = pick_place(change)
    if path is None or target.startswith(path + b"/") or target == path:
        return
    if path.startswith(target + b"/"):
        return
    remove(target)
    os.rename(path, target)


def delete(change):
    path = pick(change["entry"], list(listing()))
    if path is not None:
        remove(path)


def link(change):
    path = pick_type(change["entry"], stat.S_IFREG, stat.S_IFLNK, stat.S_IFIFO)
    target = pick_place(change)
    if path is None or path == target or path.startswith(target + b"/"):
        return
    remove(target)
    os.link(path, target, follow_symlinks=False)


def damage(change):
    """Does to a stored file what disks and people do, and leaves no other trace."""
    path = os.fsencode(change["path"])
    info, parent = os.lstat(path), os.path.dirname(path)
    above = os.lstat(parent)
    mtime = info.st_mtime_ns
    if change["how"] == "delete":
        os.unlink(path)
        os.utime(parent, ns=(above.st_atime_ns, above.st_mtime_ns))
        return
    with open(path, "r+b") as file:
        if change["how"] == "flip":
            file.seek(info.st_size // 2)
            byte = file.read(1)[0]
            file.seek(info.st_size // 2)
            file.write(bytes([byte ^ 0xFF]))
        elif change["how"] == "cut":
            file.truncate(info.st_size // 2)
        elif change["how"] == "zero":
            file.truncate(0)
            file.truncate(info.st_size)
        else:
            mtime += 1_000_000_000
    os.utime(path, ns=(info.st_atime_ns, mtime))


CHANGES = {
    "make": make, "write": write, "touch": touch, "chmod": chmod, "attribute": set_attribute,
    "rename": rename, "delete": delete, "link": link, "damage": damage,
}


def check_sums(path):
    """How many files a checksum file names; None when sha256sum does not agree with one."""
    directory, name = os.path.split(os.fsencode(path))
    with open(os.fsencode(path), "rb") as file:
        lines = len(file.read().splitlines())
    command = ["sha256sum", "-c", "--quiet", "--strict", "--", name]
    ended = subprocess.run(command, cwd=directory or b".", capture_output=True, check=False)
    return lines if ended.returncode == 0 else None


def read(path):
    found = {}
    os.chdir(path)
    tree.read_node(b".", b".", found)
    return found


def main():
    order, root = sys.argv[1], sys.argv[2]
    given = json.load(sys.stdin)
    os.umask(0o022)
    os.chdir(root)
    if order == "change":
        for change in given:
            CHANGES[change["kind"]](change)
        answer = read(root)
    else:
        answer = {"tree": read(root), "sums": {path: check_sums(path) for path in given}}
    json.dump(answer, sys.stdout)


main()
