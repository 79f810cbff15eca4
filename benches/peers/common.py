"""What the peers share: their arguments, the columns of a doctor, the question to the GMC, and the words at the end.

Every peer is called as `PEER GMC-URL STORE-URL BODY…`, makes its tables where they are missing, does one night, and prints
one line of JSON: records read, rows that were put in or replaced, rows that were taken out.
"""

import json
import sys
import urllib.request

FIELDS = [
    "GMCReferenceNumber", "DoctorFirstName", "DoctorLastName", "SubmissionDate", "DoctorStatus", "DateAdded", "UnderNotice",
    "Sanction",
]
NAMESPACE = "https://webcache.gmc-uk.org/GMCWebServices/"
QUESTION = """<?xml version="1.0" encoding="utf-8"?>
<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<GetDoctorsForDB xmlns="https://webcache.gmc-uk.org/GMCWebServices/"><request><DesignatedBodyCode>{body}</DesignatedBodyCode>
<ClientRequestID>peer-{body}</ClientRequestID><InternalUser>peer</InternalUser></request>
<Username>reval</Username><Password>reval</Password></GetDoctorsForDB></soap:Body></soap:Envelope>"""


def arguments():
    """The GMC's address, the store's, and the bodies."""
    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} GMC-URL STORE-URL BODY…")
    return sys.argv[1], sys.argv[2], sys.argv[3:]


def ask(url, body):
    """One list's answer, open for reading."""
    headers = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{NAMESPACE}GetDoctorsForDB"'}
    question = urllib.request.Request(url, data=QUESTION.format(body=body).encode(), headers=headers)
    return urllib.request.urlopen(question, timeout=300)


def say(read, put, taken):
    """The only line of output."""
    print(json.dumps({"read": read, "put": put, "taken": taken}))
