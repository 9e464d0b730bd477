#!/usr/bin/env bash
# Installs into an empty folder, and builds and runs user_model.cpp against that, away from the tree.
# usage: install_test.sh BUILD_FOLDER PREFIX COMPILER...
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
build=$1 prefix=$2 compiler=("${@:3}")
staging=$(mktemp -d)
trap 'rm -rf -- "$staging"' EXIT
unset LD_LIBRARY_PATH  # Meson's, which leads to the libraries of the build folder

meson install -C "$build" --no-rebuild --quiet --destdir "$staging"
pc=$(find "$staging" -name autotm.pc)
[[ $pc ]] || { echo "no autotm.pc was installed"; exit 1; }
export PKG_CONFIG_PATH=${pc%/*}
about() { pkg-config --define-variable=prefix="$staging$prefix" "$@" autotm; }

cp "$here/user_model.cpp" "$staging"
cd "$staging"
read -r -a flags <<<"$(about --cflags --libs)"
for flag in "${flags[@]}"; do
    [[ $flag != -m* ]] || { echo "autotm.pc asks for the processor flag $flag"; exit 1; }
done
"${compiler[@]}" -std=c++20 -Wall -Wextra user_model.cpp "${flags[@]}" -Wl,-rpath,"$(about --variable=libdir)" -o user_model
./user_model
