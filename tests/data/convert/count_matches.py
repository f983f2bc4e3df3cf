"""Counts the records of Zeek's JSON logs that Sigma rules match, by pySigma's backend for SQLite.

Reads a JSON list of {"rule": text, "log": path} and prints the list of the counts.
"""

import json
import re
import sqlite3
import sys

from sigma.backends.sqlite import sqliteBackend
from sigma.collection import SigmaCollection


def value(found):
    return json.dumps(found) if isinstance(found, (list, dict)) else found


def database(path):
    with open(path, encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    columns = sorted({column for record in records for column in record})
    connection = sqlite3.connect(":memory:")
    matches = lambda pattern, text: text is not None and re.search(pattern, str(text)) is not None
    connection.create_function("REGEXP", 2, matches)
    names = ", ".join(f'"{column}"' for column in columns)
    connection.execute(f"CREATE TABLE logs ({names})")
    marks = ", ".join("?" for _ in columns)
    rows = [[value(record.get(column)) for column in columns] for record in records]
    connection.executemany(f"INSERT INTO logs VALUES ({marks})", rows)
    return connection, set(columns)


def count(job):
    connection, columns = database(job["log"])
    [query] = sqliteBackend().convert(SigmaCollection.from_yaml(job["rule"]))
    while True:
        try:
            return len(connection.execute(query).fetchall())
        except sqlite3.OperationalError as error:
            # A column that no record of this log has is unset in all of them.
            missing = re.fullmatch(r"no such column: (.*)", str(error))
            if not missing or missing[1] in columns:
                raise
            columns.add(missing[1])
            connection.execute(f'ALTER TABLE logs ADD COLUMN "{missing[1]}"')


json.dump([count(job) for job in json.load(sys.stdin)], sys.stdout)
