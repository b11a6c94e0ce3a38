"""A mail server that takes everything: prints its port, then a JSON line for each message.

Arguments: MODE (none, starttls, tls), USER, PASSWORD, and for TLS CERTIFICATE and KEY.
"""

import base64
import json
import socket
import ssl
import sys

mode, user, password = sys.argv[1:4]
context = None
if mode != "none":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[4], sys.argv[5])


def serve(connection):
    seen = {"tls": mode == "tls", "login": None, "from": None, "to": []}
    stream = connection.makefile("rb")

    def say(line):
        connection.sendall(line.encode() + b"\r\n")

    say("220 sink ESMTP")
    while True:
        line = stream.readline().decode().strip()
        verb = line.upper()
        if line == "" or verb == "QUIT":
            return say("221 bye") if line else None
        if verb.startswith("EHLO"):
            offers = ["sink"]
            if mode == "starttls" and not seen["tls"]:
                offers.append("STARTTLS")
            if user and (seen["tls"] or mode == "none"):
                offers.append("AUTH PLAIN")
            for offer in offers[:-1]:
                say("250-" + offer)
            say("250 " + offers[-1])
        elif verb == "STARTTLS":
            say("220 go ahead")
            connection = context.wrap_socket(connection, server_side=True)
            stream = connection.makefile("rb")
            seen["tls"] = True
        elif verb.startswith("AUTH PLAIN"):
            _, name, word = base64.b64decode(line.split()[2]).decode().split("\0")
            if (name, word) == (user, password):
                seen["login"] = name
                say("235 welcome")
            else:
                say(f"535 {name} may not log in with {word}")
        elif verb.startswith("MAIL FROM:"):
            if user and seen["login"] is None:
                say("530 log in first")
                continue
            seen["from"] = line[10:]
            say("250 ok")
        elif verb.startswith("RCPT TO:"):
            seen["to"].append(line[8:])
            say("250 ok")
        elif verb == "DATA":
            say("354 go on")
            data = []
            while (part := stream.readline()) != b".\r\n":
                data.append(part.decode())
            print(json.dumps({**seen, "data": "".join(data)}), flush=True)
            say("250 taken")
        else:
            say("250 ok")


with socket.create_server(("127.0.0.1", 0)) as server:
    if mode == "tls":
        server = context.wrap_socket(server, server_side=True)
    print(server.getsockname()[1], flush=True)
    while True:
        try:
            connection, _ = server.accept()
            serve(connection)
            connection.close()
        except (OSError, ssl.SSLError):
            pass
