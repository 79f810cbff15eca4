#!/usr/bin/env python3
"""Tries what `deploy/` holds as far as a machine without a cloud allows: the rolling playbook end to end on two nodes with one
PostgreSQL behind a real HAProxy, with failures put in; everything else by its own validator.

  .test/deploy/bin/python scripts/deploy_check.py ./target/debug/reval

needs REVAL_TEST_POSTGRES, as `scripts/test.sh` sets it. Prints `N passed, M failed`.
"""
import csv
import glob
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import botocore.session
import botocore.validate
import kubernetes_validate
import yaml

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
BIN = Path(sys.executable).parent
PATIENCE = 120
NODES = ["node-a", "node-b"]


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def until(what, is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, f"it never came to be: {what}"
        time.sleep(0.1)


def ended(command, **more):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False, timeout=300, **more)
    return done.returncode, done.stdout + done.stderr


def well(command, **more):
    code, said = ended(command, **more)
    assert code == 0, f"{' '.join(map(str, command))} ended with {code}:\n{said[-3000:]}"
    return said


class Requests(threading.Thread):
    """Asks through the balancer again and again, as people do."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.asked, self.failed, self.going = port, 0, [], True

    def run(self):
        while self.going:
            self.asked += 1
            try:
                line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=45)
                line.request("GET", "/sign-in", headers={"Host": "localhost"})
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    self.failed.append(answer.status)
                line.close()
            except OSError as error:
                self.failed.append(repr(error))
            time.sleep(0.02)


class World:
    """Two nodes, their store and their balancer, each a real process of its own."""

    def __init__(self, folder, program):
        self.folder, self.program = folder, Path(program).resolve()
        self.ports = {name: free_port() for name in NODES}
        self.port, self.haproxy = free_port(), None
        self.socket = folder / "haproxy.sock"

    def set_up(self):
        url = self.store()
        settings = self.folder / "reval.toml"
        settings.write_text(f'[store]\nurl = "{url}"\n[schedule]\nenabled = "off"\n')
        self.restart = self.folder / "restart"
        self.restart.write_text(RESTART.format(folder=self.folder))
        self.restart.chmod(0o755)
        for name in NODES:
            home = self.folder / name
            home.mkdir()
            (home / "env").write_text(f"export REVAL__WEB__LISTEN=127.0.0.1:{self.ports[name]} REVAL__NODE__NAME={name}\n")
            self.release(home / "reval", 1)
        well([self.program, "--config", settings, "migrate"], cwd=self.folder)
        for name in NODES:
            well([self.restart, name])
        self.inventory = self.folder / "inventory.yml"
        self.inventory.write_text(yaml.safe_dump(self.described()))
        self.balance()

    def store(self):
        given = os.environ["REVAL_TEST_POSTGRES"]
        name = f"deploy_{os.getpid()}"
        psql = sorted(glob.glob("/usr/lib/postgresql/*/bin/psql"))[-1]
        well([psql, "-q", given, "-c", f"create database {name}"])
        return given.rsplit("/", 1)[0] + "/" + name

    def release(self, path, version, what=None):
        what = what or f'exec {self.program} "$@"'
        beside = Path(f"{path}.new")
        beside.write_text(f"#!/bin/sh\n# version {version}\n{what}\n")
        beside.chmod(0o755)
        beside.rename(path)
        return path

    def described(self):
        def node(name):
            at = f"http://127.0.0.1:{self.ports[name]}"
            return {
                "reval_address": f"127.0.0.1:{self.ports[name]}",
                "reval_path": str(self.folder / name / "reval"),
                "reval_restart_command": [str(self.restart), name],
                "reval_ready_url": f"{at}/readyz",
                "reval_health_url": f"{at}/healthz",
            }
        return {"all": {"children": {"site": {
            "vars": {
                "ansible_connection": "local", "ansible_python_interpreter": sys.executable, "reval_become": False,
                "haproxy_socket": str(self.socket), "haproxy_config": str(self.folder / "haproxy.cfg"), "haproxy_user": "",
                "haproxy_bind": f"127.0.0.1:{self.port}", "haproxy_reload_command": [], "reval_ready_tries": 60,
            },
            "children": {
                "reval": {"hosts": {name: node(name) for name in NODES}},
                "balancer": {"hosts": {"balancer-1": {}}},
            },
        }}}}

    def balance(self):
        code, said = self.play("site.yml", "--limit", "balancer")
        assert code == 0, said
        self.haproxy = subprocess.Popen(["haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")], stderr=subprocess.DEVNULL)
        until("both nodes are up", lambda: self.states() == {name: "UP" for name in NODES})

    def play(self, name, *arguments):
        environment = {**os.environ, "ANSIBLE_HOME": str(self.folder / ".ansible"), "ANSIBLE_LOCAL_TEMP": str(self.folder / "t"),
                       "ANSIBLE_CONFIG": str(DEPLOY / "ansible/ansible.cfg"), "ANSIBLE_NOCOLOR": "1", "LC_ALL": "C.UTF-8"}
        return ended([BIN / "ansible-playbook", "-i", self.inventory, name, *arguments], cwd=DEPLOY / "ansible", env=environment)

    def states(self):
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.socket))
                line.sendall(b"show stat\n")
                text = b"".join(iter(lambda: line.recv(65536), b"")).decode()
        except OSError:
            return {}
        rows = csv.DictReader(text.lstrip("# ").splitlines())
        return {row["svname"]: row["status"] for row in rows if row["pxname"] == "reval" and row["svname"] in NODES}

    def pid(self, name):
        return int((self.folder / name / "pid").read_text())

    def installed(self, name):
        return (self.folder / name / "reval").read_text().splitlines()[1]

    def end(self):
        if self.haproxy:
            self.haproxy.terminate()
            self.haproxy.wait()
        for name in NODES:
            try:
                os.kill(self.pid(name), signal.SIGKILL)
            except (OSError, ValueError):
                pass


# What stands for `systemctl restart`: ends the node as systemd does, waits, and starts what is installed.
RESTART = """#!/bin/sh
set -e
cd {folder}/$1
. ./env
if [ -f pid ]; then
  kill -TERM "$(cat pid)" 2>/dev/null || true
  n=0
  while kill -0 "$(cat pid)" 2>/dev/null && [ "$(cut -d' ' -f3 /proc/$(cat pid)/stat 2>/dev/null)" != Z ]; do
    n=$((n + 1)); [ $n -lt 600 ] || exit 1; sleep 0.1
  done
fi
setsid ./reval --config {folder}/reval.toml serve >>log 2>&1 </dev/null &
echo $! >pid.new
mv pid.new pid
"""


def a_failed_restart_stops_everything_before_the_second_node(world):
    before = {name: (world.pid(name), world.installed(name)) for name in NODES}
    code, said = world.play("rolling.yml", "-e", json.dumps({"reval_restart_command": ["false"]}))
    assert code != 0, said
    assert "node-b" not in re.sub(r"(?s)PLAY RECAP.*", "", said), f"the second node was touched:\n{said}"
    assert before == {name: (world.pid(name), world.installed(name)) for name in NODES}
    states = world.states()
    assert states["node-a"].startswith("DRAIN") and states["node-b"] == "UP", states


def a_program_that_never_gets_ready_stops_everything_before_the_second_node(world):
    broken = world.release(world.folder / "broken", "broken", "exit 1")
    before = world.pid("node-b")
    code, said = world.play("rolling.yml", "-e", json.dumps({"reval_program": str(broken), "reval_ready_tries": 2}))
    assert code != 0, said
    assert world.installed("node-a") == "# version broken", "the first was done, and is out of the balance"
    assert (world.pid("node-b"), world.installed("node-b")) == (before, "# version 1"), "the second is as it was"
    states = world.states()
    assert states["node-a"] != "UP" and states["node-b"] == "UP", states


def the_last_node_is_never_taken_out(world):
    code, said = world.play("rolling.yml", "--limit", "node-b")
    assert code != 0 and "node-b is not taken out" in said, said
    assert world.states()["node-b"] == "UP"


def a_good_program_then_reaches_both_one_after_the_other(world):
    good = world.release(world.folder / "good", 2)
    before = {name: world.pid(name) for name in NODES}
    began = time.monotonic()
    # The first node, out of the balance since its failure, is done first: the second is up.
    code, said = world.play("rolling.yml", "-e", json.dumps({"reval_program": str(good)}))
    assert code == 0, said
    print(f"   {(time.monotonic() - began) / len(NODES):.1f} s a node")
    assert all(world.pid(name) != before[name] for name in NODES)
    assert {world.installed(name) for name in NODES} == {"# version 2"}
    until("both are back", lambda: world.states() == {name: "UP" for name in NODES})


def rolling(program):
    with tempfile.TemporaryDirectory(prefix="reval-deploy.") as folder:
        world = World(Path(folder), program)
        try:
            world.set_up()
            asking = Requests(world.port)
            asking.start()
            yield from (
                (step.__name__, lambda step=step: step(world))
                for step in (
                    a_failed_restart_stops_everything_before_the_second_node,
                    a_program_that_never_gets_ready_stops_everything_before_the_second_node,
                    the_last_node_is_never_taken_out,
                    a_good_program_then_reaches_both_one_after_the_other,
                )
            )

            def no_request_failed():
                asking.going = False
                asking.join()
                print(f"   {asking.asked} requests")
                assert asking.asked > 50 and not asking.failed, f"{len(asking.failed)} failed: {asking.failed[:5]}"

            yield "no_request_failed_meanwhile", no_request_failed
        finally:
            world.end()


def playbooks_are_well_formed():
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "ANSIBLE_HOME": home, "LC_ALL": "C.UTF-8"}
        for name in ("site.yml", "rolling.yml"):
            well([BIN / "ansible-playbook", "-i", "inventory.example.yml", "--syntax-check", name],
                 cwd=DEPLOY / "ansible", env=environment)


def units_are_sound_and_hardened():
    with tempfile.TemporaryDirectory() as folder:
        for name in ("reval.service", "reval-watch.service"):
            text = (DEPLOY / "systemd" / name).read_text().replace("/usr/bin/reval", "/bin/true")
            unit = Path(folder) / name
            unit.write_text(text)
            said = well(["systemd-analyze", "verify", "--man=no", unit])
            assert name not in said, said
            # 1.5 of 10 is what is left of exposure; a plain service has 9.6.
            well(["systemd-analyze", "security", "--offline=true", "--threshold=20", "--no-pager", unit])


def nginx_takes_its_sample():
    nginx = shutil.which("nginx", path=f"/usr/sbin:/usr/bin:{ROOT}/.test/nginx/usr/sbin")
    if not nginx:
        print("   nginx is not installed here: only braces and names were looked at")
        text = (DEPLOY / "nginx/reval.conf").read_text()
        assert text.count("{") == text.count("}") and "proxy_pass http://127.0.0.1:8080;" in text
        return
    with tempfile.TemporaryDirectory() as folder:
        well(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=reval.example.org",
              "-keyout", f"{folder}/reval.key", "-out", f"{folder}/reval.pem"])
        sample = (DEPLOY / "nginx/reval.conf").read_text().replace("/etc/nginx/certs", folder)
        sample = sample.replace("listen 8443", f"listen 127.0.0.1:{free_port()}")
        kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
        whole = Path(folder) / "nginx.conf"
        whole.write_text(f"pid {folder}/pid;\nevents {{}}\nhttp {{\naccess_log off;\n{places}\n{sample}\n}}\n")
        well([nginx, "-t", "-q", "-p", folder, "-e", f"{folder}/error", "-c", whole])


def kubernetes_takes_its_manifests():
    documents = list(yaml.safe_load_all((DEPLOY / "kubernetes/reval.yaml").read_text()))
    assert len(documents) >= 6
    for document in documents:
        kubernetes_validate.validate(document, "1.31", strict=True)
    pods = [document for document in documents if document["kind"] == "Deployment"]
    for pod in pods:
        spec = pod["spec"]["template"]["spec"]
        assert spec["securityContext"]["runAsNonRoot"] and spec["terminationGracePeriodSeconds"] > 25
        for container in spec["containers"]:
            held = container["securityContext"]
            assert held["readOnlyRootFilesystem"] and not held["allowPrivilegeEscalation"], container["name"]
    assert pods[0]["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0


def ecs_takes_its_task_and_service():
    session = botocore.session.get_session()
    for service, operation, name in (("ecs", "RegisterTaskDefinition", "ecs/task.json"), ("ecs", "CreateService", "ecs/service.json"),
                                     ("elbv2", "CreateTargetGroup", "ecs/target-group.json")):
        shape = session.get_service_model(service).operation_model(operation).input_shape
        report = botocore.validate.ParamValidator().validate(json.loads((DEPLOY / name).read_text()), shape)
        assert not report.has_errors(), f"{name}: {report.generate_report()}"
    task = json.loads((DEPLOY / "ecs/task.json").read_text())
    service = json.loads((DEPLOY / "ecs/service.json").read_text())
    containers = {one["name"]: one for one in task["containerDefinitions"]}
    balanced = service["loadBalancers"][0]
    assert balanced["containerPort"] in [port["containerPort"] for port in containers[balanced["containerName"]]["portMappings"]]
    assert containers["reval"]["stopTimeout"] > 25 and service["deploymentConfiguration"]["minimumHealthyPercent"] == 100


def containers_are_static_without_root_and_of_one_piece():
    lines = (DEPLOY / "container/Containerfile").read_text().splitlines()
    last = lines[max(at for at, line in enumerate(lines) if line.startswith("FROM ")):]
    assert last[0] == "FROM scratch" and "USER 65532:65532" in last and not any(line.startswith("RUN") for line in last)
    compose = yaml.safe_load((DEPLOY / "container/docker-compose.yml").read_text())
    services = compose["services"]
    for name, one in services.items():
        for other in one.get("depends_on", {}):
            assert other in services, f"{name} waits for {other}, which is nobody"
        assert set(one.get("secrets", [])) <= set(compose["secrets"]), name
        for volume in one.get("volumes", []):
            kept = volume.split(":")[0]
            assert kept.startswith(".") or kept in compose["volumes"], f"{name}: {kept} is declared nowhere"
    assert services["reval"]["read_only"] and services["reval"]["cap_drop"] == ["ALL"]


def a_package_for_debian_holds_program_and_units():
    with tempfile.TemporaryDirectory() as folder:
        well([DEPLOY / "deb/build.sh", "/bin/true", "0.1.0", folder])
        package = glob.glob(f"{folder}/reval_0.1.0_*.deb")[0]
        info, contents = well(["dpkg-deb", "--info", package]), well(["dpkg-deb", "--contents", package])
        assert "Package: reval" in info and "postinst" in info
        for path in ("./usr/bin/reval", "./lib/systemd/system/reval.service", "./lib/systemd/system/reval-watch.service"):
            assert path in contents, contents
        assert all(line.split()[1] == "root/root" for line in contents.splitlines())


def main():
    passed = failed = 0
    alone = [playbooks_are_well_formed, units_are_sound_and_hardened, nginx_takes_its_sample, kubernetes_takes_its_manifests,
             ecs_takes_its_task_and_service, containers_are_static_without_root_and_of_one_piece,
             a_package_for_debian_holds_program_and_units]
    checks = [(check.__name__, check) for check in alone]

    def all_checks():
        yield from checks
        try:
            yield from rolling(sys.argv[1])
        except Exception as error:  # the world itself could not be made
            text = str(error)

            def broken():
                raise AssertionError(text)
            yield "two_nodes_and_their_balancer_stand", broken

    for name, check in all_checks():
        began = time.monotonic()
        try:
            check()
            passed += 1
            print(f"ok     {name.replace('_', ' ')} ({time.monotonic() - began:.1f} s)", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAILED {name.replace('_', ' ')}: {error}", flush=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
