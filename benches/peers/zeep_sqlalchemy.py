"""A night with the libraries that a Python team takes first: zeep for SOAP, SQLAlchemy for the table."""

import sqlalchemy as sql
import zeep
from sqlalchemy.dialects import postgresql, sqlite
from zeep.helpers import serialize_object

import common

NUMBER, *REST = [name.lower() for name in common.FIELDS]
TABLE = sql.Table(
    "doctor_by_zeep", sql.MetaData(), sql.Column("body", sql.Text, primary_key=True), sql.Column(NUMBER, sql.Text, primary_key=True),
    *[sql.Column(name, sql.Text) for name in REST])


def records(service, body):
    question = {"DesignatedBodyCode": body, "ClientRequestID": f"zeep-{body}", "InternalUser": "peer"}
    answer = serialize_object(service.GetDoctorsForDB(request=question, Username="reval", Password="reval"), dict)
    found = answer["Doctors"]["GetDoctorsForDBResponse_Doctor"]
    return [{"body": body} | {name.lower(): record.get(name) for name in common.FIELDS} for record in found]


def differ(connection, insert, body, rows):
    """Puts in what is new or differs, takes out what is gone."""
    known = {row[NUMBER]: dict(row) for row in connection.execute(sql.select(TABLE).where(TABLE.c.body == body)).mappings()}
    come = [row for row in rows if known.get(row[NUMBER]) != row]
    gone = known.keys() - {row[NUMBER] for row in rows}
    for at in range(0, len(come), 1000):
        put = insert(TABLE).values(come[at:at + 1000])
        again = {name: put.excluded[name] for name in REST}
        connection.execute(put.on_conflict_do_update(index_elements=["body", NUMBER], set_=again))
    if gone:
        connection.execute(sql.delete(TABLE).where(TABLE.c.body == body, TABLE.c[NUMBER].in_(gone)))
    return len(come), len(gone)


def main():
    url, store, bodies = common.arguments()
    is_postgres = store.startswith("postgres")
    address = store.replace("postgres://", "postgresql+psycopg://") if is_postgres else store.replace("sqlite://", "sqlite:///")
    insert = postgresql.insert if is_postgres else sqlite.insert
    engine = sql.create_engine(address)
    client = zeep.Client(url + "?wsdl")
    ports = [port for service in client.wsdl.services.values() for port in service.ports.values()]
    service = client.create_service(str(ports[0].binding.name), url)
    read = put = taken = 0
    with engine.begin() as connection:
        TABLE.create(connection, checkfirst=True)
        for body in bodies:
            rows = records(service, body)
            came, went = differ(connection, insert, body, rows)
            read, put, taken = read + len(rows), put + came, taken + went
    common.say(read, put, taken)


main()
