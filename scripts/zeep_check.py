"""Reads the simulator's WSDL with zeep, an independent SOAP client, asks it for every designated body's list and walks
the five operations that change something or ask what became of it.

Usage: zeep_check.py PROGRAM   starts `PROGRAM gmc-sim` and ends it again
       zeep_check.py --url URL asks a simulator of 485 doctors that is already running
       zeep_check.py PROGRAM WSDL reads the contract in a file instead, such as the GMC's own
The last line is `N passed, N failed`.
"""

import socket
import subprocess
import sys
import time

import zeep
from zeep.helpers import serialize_object

PATH = "/GMCWebServices/WebService.asmx"
DOCTORS = 485
# The thirteenth body is the small one.
SMALL = 5
BODIES = [
    "1-1RSG4X0", "1-1RSSPZ7", "1-1RSSQ05", "1-1RSSQ1B", "1-1RSSQ2H", "1-1RSSQ5L", "1-1RSSQ6R",
    "1-1RUZUSF", "1-1RUZUVB", "1-1RUZUYF", "1-1RUZV1D", "1-1RUZV4H", "1-1RUZV6H",
]
OPERATIONS = {
    "GetDoctorsForDB", "CheckRecommendationStatus", "TryRecommendation", "TryRecommendationV2",
    "TryAddDoctor", "TryRemoveDoctor",
}

passed = failed = 0


def fact(name, holds, why=""):
    """Counts one fact and says it."""
    global passed, failed
    passed, failed = passed + bool(holds), failed + (not holds)
    print(f"{'ok' if holds else 'FAILED'}  {name}{'' if holds else f': {why}'}")


def free_port():
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return chosen.getsockname()[1]


def client_of(url, seconds, contract):
    """A client of the service, as soon as it answers; a contract in a file names another address than ours."""
    until = time.monotonic() + seconds
    while True:
        try:
            client = zeep.Client(url + "?wsdl")
            return client if contract is None else zeep.Client(contract)
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def records(answer):
    """Every record of an answer, wherever the schema puts it: dicts that have a GMC number."""
    if isinstance(answer, dict):
        if any(key.lower() == "gmcreferencenumber" for key in answer):
            return [answer]
        return [found for value in answer.values() for found in records(value)]
    if isinstance(answer, list):
        return [found for value in answer for found in records(value)]
    return []


def service_of(client, url):
    """The SOAP 1.1 service of the contract, at our address."""
    ports = [port for service in client.wsdl.services.values() for port in service.ports.values()]
    return client.create_service(str(ports[0].binding.name), url)


def ask(service, body):
    """Asks for one body's list; the credentials travel in the message, as the GMC wants it."""
    request = {"DesignatedBodyCode": body, "ClientRequestID": f"zeep-{body}", "InternalUser": "zeep-check"}
    answer = service.GetDoctorsForDB(request=request, Username="reval", Password="reval")
    return serialize_object(answer, dict)


def check(url, seconds, contract=None):
    client = client_of(url, seconds, contract)
    service = service_of(client, url)
    offered = {name for port in client.wsdl.services.values() for p in port.ports.values() for name in p.binding.all()}
    fact("the WSDL offers the six operations", offered == OPERATIONS, f"it offers {sorted(offered)}")
    total, seen, doctors = 0, set(), {}
    for body in BODIES:
        try:
            answer = ask(service, body)
            found = records(answer)
        except Exception as error:  # one body's failure must not hide the others'
            fact(f"{body} answers", False, repr(error))
            continue
        fact(f"{body} answers our own request", answer["ClientRequestID"] == f"zeep-{body}", "another id came back")
        fact(f"{body} answers with the code of success", answer["ReturnCode"] == "0", str(answer["ReturnCode"]))
        numbers = {next(v for k, v in row.items() if k.lower() == "gmcreferencenumber") for row in found}
        fact(f"{body} lists {len(found)} doctors, each once", found and len(numbers) == len(found), "repeats or nobody")
        if body == BODIES[-1]:
            fact(f"{body} is the body of five", len(found) == SMALL, f"it lists {len(found)}")
        total, seen = total + len(found), seen | numbers
        if body == BODIES[0]:
            doctors = {row["UnderNotice"]: row["GMCReferenceNumber"] for row in found}
    fact(f"all lists together have {DOCTORS} doctors", total == DOCTORS, f"they have {total}")
    fact("nobody is on two lists", len(seen) == total, f"{total - len(seen)} are")
    fact("all numbers are synthetic", seen and all("9000000" <= n <= "9999999" for n in seen), "some are not")
    decide(service, doctors)


def decide(service, doctors):
    """Walks the five operations beside the list, as somebody who knows nothing of us but the contract."""
    def call(name, wrapper, **fields):
        answer = getattr(service, name)(**{wrapper: fields}, Username="reval", Password="reval")
        return serialize_object(answer, dict)

    moved, noticed = doctors["No"], doctors["Yes"]
    add = {"DoctorUID": moved, "ChangeReason": "1", "ClientRequestID": "zeep-add", "InternalUser": "zeep-check"}
    answer = call("TryAddDoctor", "RecReq", DesignatedBodyCode=BODIES[1], **add)
    fact("TryAddDoctor moves a doctor and gives the date", answer["ReturnCode"] == "0" and answer["SubmissionDate"], str(answer))
    answer = call("TryAddDoctor", "RecReq", DesignatedBodyCode=BODIES[1], **add)
    fact("TryAddDoctor says 100 the second time", answer["ReturnCode"] == "100", str(answer))
    listed = [row["GMCReferenceNumber"] for row in records(ask(service, BODIES[1]))]
    fact("the list shows who was added", moved in listed, "it does not")
    answer = call("TryRemoveDoctor", "RecReq", DesignatedBodyCode=BODIES[1], **{**add, "ChangeReason": "3"})
    fact("TryRemoveDoctor removes them", answer["ReturnCode"] == "0", str(answer))

    recommendation = {
        "DoctorSurname": "Testington", "DoctorUID": noticed, "RoSurname": "Officer-Sample", "RoUID": "9900001",
        "RoDesignatedBodyCode": BODIES[0], "RoPhoneNumber": "0", "RoRecommendation": "1", "ClientRequestID": "zeep-rec",
        "InternalUser": "zeep-check", "InternalUserEmailAddress": "zeep@example.org",
    }
    answer = call("TryRecommendationV2", "RecReq", **recommendation)
    taken = answer["RecommendationID"]
    fact("TryRecommendationV2 gives an id", answer["ReturnCode"] == "0" and taken, str(answer))
    answer = call("TryRecommendation", "RecReq", **recommendation)
    fact("TryRecommendation says 91 while one is open", answer["ReturnCode"] == "91", str(answer))
    answer = call(
        "CheckRecommendationStatus", "request", DesignatedBodyId=BODIES[0], ClientRequestId="zeep-check",
        InternalUserId="zeep", GMCReferenceNumber=noticed, RecommendationId=taken,
    )
    fact("CheckRecommendationStatus says what became of it", answer["Status"] == "Under Review", str(answer))


def main():
    if sys.argv[1:2] == ["--url"]:
        check(sys.argv[2], 10)
        return
    address = f"127.0.0.1:{free_port()}"
    simulator = subprocess.Popen([sys.argv[1], "gmc-sim", "--listen", address, "--doctors", str(DOCTORS)])
    try:
        check(f"http://{address}{PATH}", 30, sys.argv[2] if len(sys.argv) > 2 else None)
    finally:
        simulator.terminate()
        simulator.wait()


try:
    main()
except Exception as error:
    fact("the check ran to its end", False, repr(error))
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
