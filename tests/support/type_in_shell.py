"""Types lines into an interactive shell on a terminal of its own and prints all that it shows.

Usage: type_in_shell.py KEYS SHELL [ARG...]; the lines are JSON on the standard input. Behind each
line the KEYS are pressed (JSON text, such as "\\t"), then the line is made the arguments of printf,
so that the shell itself tells which words it takes them for: one in each line, between < and >.
"""
import fcntl
import json
import os
import pty
import struct
import sys
import termios

keys = json.loads(sys.argv[1])
lines = json.load(sys.stdin)
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[2], sys.argv[2:])
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 240, 0, 0))


def read_until(end):
    """Reads on until the terminal has shown `end`, or the shell has gone."""
    shown = b""
    while end not in shown:
        try:
            part = os.read(terminal, 65536)
        except OSError:
            break
        if not part:
            break
        shown += part
    sys.stdout.buffer.write(shown)


def press(text):
    """Writes all of it, however little the terminal takes at once."""
    rest = text.encode()
    while rest:
        rest = rest[os.write(terminal, rest):]


read_until(b"READY")
for number, line in enumerate(lines):
    press(line + keys + "\x01printf '<%s>\\n' \x05\r")
    press(f"echo END''{number}\r")
    read_until(f"END{number}".encode())
press("exit\r")
read_until(b"\0")
