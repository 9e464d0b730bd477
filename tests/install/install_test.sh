#!/usr/bin/env bash
# Installs into an empty folder, and builds and runs user_model.cpp and own_problem.cpp against that, away from the
# tree.
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
about() { pkg-config --define-variable=prefix="$staging$prefix" "$@"; }
cp "$here"/{user_model.cpp,own_problem.cpp,own_problem.json} "$staging"
cd "$staging"

read -r -a flags <<<"$(about --cflags --libs autotm)"
for flag in "${flags[@]}"; do
    [[ $flag != -m* ]] || { echo "autotm.pc asks for the processor flag $flag"; exit 1; }
done
"${compiler[@]}" -std=c++20 -Wall -Wextra user_model.cpp "${flags[@]}" -Wl,-rpath,"$(about --variable=libdir autotm)" -o user_model
./user_model

read -r -a flags <<<"$(about --cflags --libs autotm-optimizer)"
for other in dnnl memkind autotm_runtime autotm_data autotm_models; do
    [[ ${flags[*]} != *"-l$other"* ]] || { echo "autotm-optimizer.pc links $other"; exit 1; }
done
"${compiler[@]}" -std=c++20 -Wall -Wextra own_problem.cpp "${flags[@]}" \
    -Wl,-rpath,"$(about --variable=libdir autotm-optimizer)" -o own_problem
./own_problem own_problem.json
if command -v python3 >/dev/null; then python3 "$here/../../docs/check_plan.py" own_plan.json; fi
