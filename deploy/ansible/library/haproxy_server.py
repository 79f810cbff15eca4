#!/usr/bin/python
"""Takes one server of HAProxy out of or back into the balance over its runtime socket, and waits until that is so.

A server is taken out only while enough others are up, and is back only when HAProxy's own checks say so.
"""
import csv
import socket
import time

from ansible.module_utils.basic import AnsibleModule

DOCUMENTATION = """
module: haproxy_server
short_description: One server of HAProxy, out or in
options:
  socket: {description: Path of the runtime socket, required: true, type: str}
  backend: {description: The backend, required: true, type: str}
  server: {description: The server, required: true, type: str}
  state: {description: What it is to be, choices: [drain, ready], required: true, type: str}
  others_up: {description: How many others must be up before it is drained, default: 1, type: int}
  timeout: {description: Seconds to wait at most, default: 60, type: int}
"""


# The bit of `srv_admin_state` that `set server … state drain` sets.
FORCED_DRAIN = 0x08


def ask(path, command):
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(10)
        line.connect(path)
        line.sendall((command + "\n").encode())
        answer = b""
        while piece := line.recv(65536):
            answer += piece
    return answer.decode()


def servers(module):
    text = ask(module.params["socket"], "show stat").lstrip("# ")
    rows = csv.DictReader(line for line in text.splitlines() if line.strip())
    backend = [row for row in rows if row["pxname"] == module.params["backend"]]
    return {row["svname"]: row for row in backend if row["svname"] not in ("BACKEND", "FRONTEND")}


def is_held_out(module):
    """Whether somebody took it out; its status alone does not say so while its checks fail."""
    text = ask(module.params["socket"], f"show servers state {module.params['backend']}")
    head = next(line for line in text.splitlines() if line.startswith("# ")).lstrip("# ").split()
    rows = [dict(zip(head, line.split())) for line in text.splitlines() if line and not line.startswith("#") and " " in line]
    row = next(row for row in rows if row["srv_name"] == module.params["server"])
    return int(row["srv_admin_state"]) & FORCED_DRAIN != 0


def is_up(row):
    return row["status"].startswith(("UP", "no check"))


def wait(module, what, is_so):
    until = time.monotonic() + module.params["timeout"]
    while not is_so(servers(module)):
        if time.monotonic() > until:
            row = servers(module).get(module.params["server"], {})
            module.fail_json(msg=f"{what}: not within {module.params['timeout']} s; it is {row.get('status')}, "
                                 f"{row.get('scur')} sessions, last check {row.get('check_status')}")
        time.sleep(0.2)


def main():
    module = AnsibleModule(
        argument_spec={
            "socket": {"required": True, "type": "str"},
            "backend": {"required": True, "type": "str"},
            "server": {"required": True, "type": "str"},
            "state": {"required": True, "choices": ["drain", "ready"]},
            "others_up": {"default": 1, "type": "int"},
            "timeout": {"default": 60, "type": "int"},
        },
        supports_check_mode=True,
    )
    name, state = module.params["server"], module.params["state"]
    try:
        known = servers(module)
    except OSError as error:
        module.fail_json(msg=f"HAProxy does not answer at {module.params['socket']}: {error}")
    if name not in known:
        module.fail_json(msg=f"backend {module.params['backend']} has no server {name}; it has: {', '.join(known)}")
    is_drained = is_held_out(module)
    if state == "drain":
        others = [other for other, row in known.items() if other != name and is_up(row)]
        if len(others) < module.params["others_up"]:
            module.fail_json(msg=f"{name} is not taken out: of the others only {others or 'none'} would be left")
    changed = is_drained != (state == "drain")
    if module.check_mode:
        module.exit_json(changed=changed)
    if changed:
        answer = ask(module.params["socket"], f"set server {module.params['backend']}/{name} state {state}").strip()
        if answer:
            module.fail_json(msg=f"HAProxy refused: {answer}")
    if state == "drain":
        wait(module, f"{name} is to have no sessions", lambda now: int(now[name]["scur"] or 0) == 0)
    else:
        wait(module, f"{name} is to be up", lambda now: is_up(now[name]))
    module.exit_json(changed=changed)


if __name__ == "__main__":
    main()
