#!/bin/sh
# Prints the Python interpreter to build the virtual environment with: the one asked for, or the first of 3.11-3.13 that runs.
set -eu

supported() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' >/dev/null 2>&1
}

if [ -n "${1:-}" ]; then
    supported "$1" || {
        echo "$1 is not a working Python 3.11, 3.12 or 3.13." >&2
        exit 1
    }
    echo "$1"
    exit
fi
for candidate in python3.11 python3.12 python3.13 python3; do
    if supported "$candidate"; then
        echo "$candidate"
        exit
    fi
done
echo "No Python 3.11, 3.12 or 3.13 was found. Install one (on Debian or Ubuntu: sudo apt-get install python3)," >&2
echo "or name it: make run PYTHON=/path/to/python3.12" >&2
exit 1
