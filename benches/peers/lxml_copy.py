"""A night as a careful team would write it by hand: lxml as a stream, COPY into a staging table, differences upserted."""

import sqlite3

import psycopg
from lxml import etree

import common

COLUMNS = [name.lower() for name in common.FIELDS]
ALL = ", ".join(COLUMNS)
TEXTS = ", ".join(f"{name} text" for name in COLUMNS)
SET = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[1:])
DIFFERS = " or ".join(f"d.{name} is distinct from s.{name}" for name in COLUMNS[1:])
TABLE = f"create table if not exists doctor (body text not null, {TEXTS}, primary key (body, {COLUMNS[0]}))"
PUT = f"""insert into doctor (body, {ALL}) select s.body, {", ".join(f"s.{name}" for name in COLUMNS)} from staged s
left join doctor d on d.body = s.body and d.{COLUMNS[0]} = s.{COLUMNS[0]} where d.body is null or {DIFFERS}
on conflict (body, {COLUMNS[0]}) do update set {SET}"""
TAKE = f"""delete from doctor where not exists
(select 1 from staged s where s.body = doctor.body and s.{COLUMNS[0]} = doctor.{COLUMNS[0]})"""


def records(url, body):
    """One list, record by record; what was read is freed."""
    tag = f"{{{common.NAMESPACE}}}GetDoctorsForDBResponse_Doctor"
    with common.ask(url, body) as answer:
        for _, element in etree.iterparse(answer, tag=tag):
            texts = {etree.QName(child).localname: child.text for child in element}
            yield [body] + [texts.get(name) for name in common.FIELDS]
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def into_postgres(store, everything):
    read = 0
    with psycopg.connect(store) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.execute(f"create temporary table staged (body text, {TEXTS}) on commit drop")
        with cursor.copy(f"copy staged (body, {ALL}) from stdin") as copy:
            for row in everything:
                copy.write_row(row)
                read += 1
        cursor.execute("analyze staged")
        put = cursor.execute(PUT).rowcount
        taken = cursor.execute(TAKE).rowcount
    return read, put, taken


def into_sqlite(store, everything):
    connection = sqlite3.connect(store.removeprefix("sqlite://"))
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute(TABLE)
    connection.execute(f"create temporary table staged (body text, {TEXTS}, primary key (body, {COLUMNS[0]}))")
    marks = ", ".join("?" * (len(COLUMNS) + 1))
    read = connection.executemany(f"insert into staged (body, {ALL}) values ({marks})", everything).rowcount
    put = connection.execute(PUT.replace("is distinct from", "is not")).rowcount
    taken = connection.execute(TAKE).rowcount
    connection.commit()
    return read, put, taken


def main():
    url, store, bodies = common.arguments()
    everything = (row for body in bodies for row in records(url, body))
    into = into_postgres if store.startswith("postgres") else into_sqlite
    common.say(*into(store, everything))


main()
