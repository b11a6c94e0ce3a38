"""Writes and reads trees for tests/support/tree.ts, byte-exact and to the nanosecond.

It shares no code with phlb, so that it can judge it. Names are JSON strings in which a byte that is
not UTF-8 stands as a lone surrogate, which is Python's own "surrogateescape". Work goes on by
changing into each directory, so that no path is ever too long.
"""
import base64
import hashlib
import json
import os
import socket
import stat
import sys

TYPES = {
    stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket", stat.S_IFCHR: "char", stat.S_IFBLK: "block",
}


def write_node(name, node, root_fd):
    """Creates `name` in the current directory; its attributes last, after what is in it."""
    kind = node["type"]
    if kind == "dir":
        if name != b".":
            os.mkdir(name)
        here = os.open(".", os.O_RDONLY)
        os.chdir(name)
        for child in node["children"]:
            write_node(os.fsencode(child["name"]), child, root_fd)
        os.fchdir(here)
        os.close(here)
    elif kind == "file":
        write_file(name, node)
    elif kind == "symlink":
        os.symlink(os.fsencode(node["target"]), name)
    elif kind == "hardlink":
        os.link(os.fsencode(node["target"]), name, src_dir_fd=root_fd, follow_symlinks=False)
        return
    elif kind == "fifo":
        os.mkfifo(name)
    elif kind == "socket":
        server = socket.socket(socket.AF_UNIX)
        server.bind(name)
        server.close()
    else:
        file_type = stat.S_IFCHR if kind == "char" else stat.S_IFBLK
        os.mknod(name, file_type | 0o600, os.makedev(node["major"], node["minor"]))
    set_attributes(name, node)


def write_file(name, node):
    with open(name, "xb", buffering=0) as file:
        for offset, data in node["runs"]:
            file.seek(offset)
            file.write(base64.b64decode(data))
        file.truncate(node["size"])


def set_attributes(name, node):
    if "uid" in node or "gid" in node:
        os.chown(name, node.get("uid", -1), node.get("gid", -1), follow_symlinks=False)
    for key, value in node.get("xattrs", {}).items():
        os.setxattr(name, key, base64.b64decode(value), follow_symlinks=False)
    if node["type"] != "symlink":
        os.chmod(name, node["mode"])
    mtime = int(node["mtimeNs"])
    os.utime(name, ns=(int(node.get("atimeNs", mtime)), mtime), follow_symlinks=False)


def read_node(name, path, found):
    info = os.lstat(name)
    kind = TYPES[stat.S_IFMT(info.st_mode)]
    entry = {
        "type": kind,
        "mode": stat.S_IMODE(info.st_mode),
        "uid": info.st_uid,
        "gid": info.st_gid,
        "mtimeNs": str(info.st_mtime_ns),
        "inode": f"{info.st_dev}:{info.st_ino}",
        "xattrs": read_xattrs(name),
    }
    found[os.fsdecode(path)] = entry
    if kind == "dir":
        here = os.open(".", os.O_RDONLY)
        os.chdir(name)
        for child in sorted(os.listdir(b".")):
            read_node(child, child if path == b"." else path + b"/" + child, found)
        os.fchdir(here)
        os.close(here)
        return
    entry["nlink"] = info.st_nlink
    if kind == "file":
        entry["size"] = info.st_size
        entry["allocatedBytes"] = info.st_blocks * 512
        entry["sha256"] = digest(name)
    elif kind == "symlink":
        entry["target"] = os.fsdecode(os.readlink(name))
    elif kind in ("char", "block"):
        entry["device"] = f"{os.major(info.st_rdev)}:{os.minor(info.st_rdev)}"


def read_xattrs(name):
    try:
        names = os.listxattr(name, follow_symlinks=False)
    except OSError:
        return {}
    return {
        key: base64.b64encode(os.getxattr(name, key, follow_symlinks=False)).decode()
        for key in sorted(names)
    }


def digest(name):
    with open(name, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def main():
    sys.setrecursionlimit(10_000)
    order, root = sys.argv[1], os.fsencode(sys.argv[2])
    if order == "write":
        os.umask(0)
        node = json.load(sys.stdin)
        os.makedirs(root, exist_ok=True)
        os.chdir(root)
        write_node(b".", node, os.open(".", os.O_RDONLY))
    else:
        os.chdir(root)
        found = {}
        read_node(b".", b".", found)
        json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
