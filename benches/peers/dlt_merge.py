"""A night with a loader of data that many teams take today: dlt, merged by key with its own history (scd2)."""

import os
import sys

import dlt
from lxml import etree

import common


def records(url, body):
    tag = f"{{{common.NAMESPACE}}}GetDoctorsForDBResponse_Doctor"
    with common.ask(url, body) as answer:
        for _, element in etree.iterparse(answer, tag=tag):
            texts = {etree.QName(child).localname: child.text for child in element}
            yield {"body": body} | {name.lower(): texts.get(name) for name in common.FIELDS}
            element.clear()


def main():
    url, store, bodies = common.arguments()
    if not store.startswith("postgres"):
        sys.exit("dlt is compared on PostgreSQL alone")
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "ERROR"
    read = 0

    @dlt.resource(name="doctor", write_disposition={"disposition": "merge", "strategy": "scd2"})
    def doctors():
        nonlocal read
        for body in bodies:
            for record in records(url, body):
                read += 1
                yield record

    # dlt wants a password even where the server asks for none.
    address = store.replace("postgres://reval@", "postgresql://reval:none@")
    destination = dlt.destinations.postgres(address)
    folder = os.path.join(os.environ["PEER_FOLDER"], "dlt")
    pipeline = dlt.pipeline("peer", pipelines_dir=folder, destination=destination, dataset_name="peer_dlt")
    pipeline.run(doctors())
    with pipeline.sql_client() as client:
        rows = client.execute_sql("select count(*) filter (where _dlt_valid_to is null) from doctor")
    if rows[0][0] != read:
        sys.exit(f"dlt kept {rows[0][0]} of {read} doctors")
    common.say(read, None, None)


main()
