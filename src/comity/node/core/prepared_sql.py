"""Rows read and written by statements made once, for what runs with every message.

The ORM composes each statement anew, about 0.2 ms of a message's 1 ms. Here a model's statement is
composed once, from the model's own fields, with their own conversions. Whatever does not run with
every message uses the ORM.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.models import AutoField, BooleanField, CharField, Field, IntegerField, Model

type Value = str | int
type Convert = Callable[[Any, Any, Any], Any]
type Column = Field[Any, Any]  # lazily evaluated: Django's class takes no parameters at run time


_AS_THEY_ARE = (CharField, IntegerField, BooleanField)  # the database takes what Python has


class _Shape:
    """A model's columns, and how their values go in and come out."""

    def __init__(self, model: type[Model]) -> None:
        quote, options = connection.ops.quote_name, model._meta  # noqa: SLF001 - documented API
        fields: Sequence[Column] = options.concrete_fields
        self.names = [field.attname for field in fields]
        self.written = [field for field in fields if not isinstance(field, AutoField)]
        self.key = quote(str(options.pk.column))
        self.table = quote(options.db_table)
        self.columns = {field.attname: quote(str(field.column)) for field in fields}
        columns = ", ".join(self.columns.values())
        self.reading = f"SELECT {columns} FROM {self.table} WHERE "  # noqa: S608 - own names
        places = ", ".join(["%s"] * len(self.written))
        into = ", ".join(self.columns[field.attname] for field in self.written)
        self.inserting = f"INSERT INTO {self.table} ({into}) VALUES ({places})"  # noqa: S608
        changed = ", ".join(
            f"{name} = excluded.{name}" for name in columns.split(", ") if name != self.key
        )
        self.upserting = f"{self.inserting} ON CONFLICT ({self.key}) DO UPDATE SET {changed}"
        self.converters = [
            (position, field.get_col(options.db_table), found)
            for position, field in enumerate(fields)
            if (found := _converters(field, options.db_table))
        ]


def _converters(field: Column, table: str) -> list[Convert]:
    column = field.get_col(table)
    return [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]


_shape = functools.cache(_Shape)


def quoted(column: str) -> str:
    """Return a column's name as a condition must write it."""
    return connection.ops.quote_name(column)


def select[M: Model](model: type[M], where: str, *values: Value) -> list[M]:
    """Return the rows of a model for which a condition holds.

    Args:
        model: whose table.
        where: SQL after WHERE, a constant of the caller, with ``%s`` for each value.
        values: as the database has them.
    """
    return _read(model, _shape(model).reading + where, values)


def change[M: Model](
    model: type[M], changes: Mapping[str, Value], where: str, *values: Value
) -> list[M]:
    """Write columns of each row for which a condition holds; return these rows, in no order.

    Args:
        model: whose table.
        changes: value by column name, as the database has it.
        where: as for `select`.
        values: as for `select`.
    """
    shape = _shape(model)
    written = ", ".join(f"{shape.columns[name]} = %s" for name in changes)
    columns = ", ".join(shape.columns.values())
    statement = f"UPDATE {shape.table} SET {written} WHERE {where} RETURNING {columns}"  # noqa: S608 - own names
    return _read(model, statement, (*changes.values(), *values))


def _read[M: Model](model: type[M], statement: str, values: Sequence[Value]) -> list[M]:
    """Return the rows that a statement gives, whose columns are those of a model."""
    shape, link = _shape(model), _link()
    with link.cursor() as cursor:
        cursor.execute(statement, values)
        found = [list(row) for row in cursor.fetchall()]
    for position, column, converters in shape.converters:
        for row in found:
            for convert in converters:
                row[position] = convert(row[position], column, link)
    return [model.from_db(link.alias, shape.names, row) for row in found]


def select_one[M: Model](model: type[M], where: str, *values: Value) -> M | None:
    """Return the first row for which a condition holds, or None."""
    return next(iter(select(model, where + " LIMIT 1", *values)), None)


def insert(*rows: Model) -> None:
    """Insert new rows of one model; a number that the database gives is not read back.

    Raises:
        IntegrityError: a row is there already.
    """
    if not rows:
        return
    shape, link = _shape(type(rows[0])), _link()
    with link.cursor() as cursor:
        cursor.executemany(shape.inserting, [_values(shape.written, row, link) for row in rows])


def upsert(*rows: Model) -> None:
    """Insert rows of one model whose key is not a number of the database, or write them anew."""
    shape, link = _shape(type(rows[0])), _link()
    with link.cursor() as cursor:
        cursor.executemany(shape.upserting, [_values(shape.written, row, link) for row in rows])


def update(row: Model, names: Iterable[str]) -> None:
    """Write some columns of a stored row."""
    shape, link = _shape(type(row)), _link()
    fields = [field for field in shape.written if field.attname in names]
    changes = ", ".join(f"{shape.columns[field.attname]} = %s" for field in fields)
    with link.cursor() as cursor:
        statement = f"UPDATE {shape.table} SET {changes} WHERE {shape.key} = %s"  # noqa: S608 - own names
        cursor.execute(statement, [*_values(fields, row, link), row.pk])


def _link() -> Any:
    """Return this thread's connection itself: each use of Django's stand-in looks it up anew."""
    return connections[DEFAULT_DB_ALIAS]


def _values(fields: Iterable[Column], row: Model, link: Any) -> list[Any]:
    return [
        getattr(row, field.attname)
        if isinstance(field, _AS_THEY_ARE)
        else field.get_db_prep_save(getattr(row, field.attname), link)
        for field in fields
    ]
