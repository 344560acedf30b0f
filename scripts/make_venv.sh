#!/bin/sh
# make_venv.sh FOLDER [PYTHON]: a virtual environment, or one clear sentence why there is none.
set -eu
folder=$1
wanted=${2:-}

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

python=
for name in ${wanted:-python3 python3.13 python3.12 python3.11 python}; do
    if new_enough "$name"; then
        python=$name
        break
    fi
done
if [ -z "$python" ]; then
    echo "make: skyreach needs Python 3.11 or newer; found: $("${wanted:-python3}" --version 2>&1 || true)." >&2
    echo "make: install one, or name it: make demo PYTHON=/path/to/python3.12" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    echo "make: this Python cannot make virtual environments: its module ensurepip is missing." >&2
    echo "make: on Debian and Ubuntu: apt-get install python3-venv; then run make again." >&2
    exit 1
fi
echo "make: virtual environment $folder with $("$python" --version)"
rm -rf "$folder"
"$python" -m venv "$folder"
