"""SQLite: connection, migrations, one module for each kind of record."""
