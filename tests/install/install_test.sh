#!/usr/bin/env bash
# Installs into a folder, moves it, and builds and runs users' programs against it: by pkg-config and by CMake, by the
# compiler of the build and by clang++ where there is one, away from the tree. Then it uninstalls.
# usage: install_test.sh SOURCE_FOLDER BUILD_FOLDER COMPILER...
set -euo pipefail

source=$1 build=$2 compiler=("${@:3}")
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
unset LD_LIBRARY_PATH  # Meson's, which leads to the libraries of the build folder
failed() { echo "$*"; exit 1; }

# shellcheck source=/dev/null
source "$source/autotm"
set_up() { :; }  # it is built
build=$2
(install_all "$work/first place") || failed 'not installed'
mv "$work/first place" "$work/prefix"
prefix=$work/prefix
cp -r "$source/tests/install" "$work/programs"
cd "$work/programs"

# Nothing that was installed leads back to the source tree or the build folder.
for library in "$prefix"/lib/*.so "$prefix"/lib/*/*.so; do
    [[ -e $library ]] || continue
    ! grep -qF "$build" "$library" || failed "$library names the build folder"
done

# A user's compiler needs no headers but these and the standard library's.
others=$(grep -rhoE '^#include <(boost|nlohmann|CLI|toml\+\+|Eigen|dnnl|glpk|memkind)[^>]*>' "$prefix/include" || true)
[[ -z $others ]] || failed "installed headers include others': $others"

pc=$(find "$prefix" -name autotm.pc)
[[ $pc ]] || failed 'no autotm.pc was installed'
export PKG_CONFIG_PATH=${pc%/*}
libraries=$(pkg-config --variable=libdir autotm)

# build PACKAGE PROGRAM COMPILER...
build() {
    local flags
    read -r -a flags <<<"$(pkg-config --cflags --libs "$1")"
    [[ " ${flags[*]}" != *' -m'* ]] || failed "$1.pc asks for processor flags: ${flags[*]}"
    "${@:3}" -std=c++20 "$2.cpp" "${flags[@]}" -Wl,-rpath,"$libraries" -o "$2"
}
# The samples of the README, as printed: the first is a part of a program, the second is user_model.cpp.
sample() {
    awk -v wanted="$1" '/^```/ { inside = !inside; show = inside && $0 == "```cpp" && ++n == wanted; next } show' \
        "$source/README.md"
}
{ printf '#include "framework/graph/layers.h"\nusing namespace framework;\n'; sample 1; echo 'int main() {}'; } >first.cpp
build autotm first "${compiler[@]}" -Wall -Wextra
sample 2 | diff - user_model.cpp || failed "the README's second sample is not tests/install/user_model.cpp"

build autotm user_model "${compiler[@]}" -Wl,--as-needed  # the habit of Ubuntu's compiler
./user_model || failed "user_model returned $?"
build autotm own_dataset "${compiler[@]}" -Wall -Wextra
./own_dataset || failed "own_dataset returned $?"
for other in clang++ clang++-14; do
    command -v "$other" >/dev/null || continue
    build autotm user_model "$other"
    ./user_model || failed "user_model of $other returned $?"
    break
done

linked=$(pkg-config --cflags --libs autotm-optimizer)
for other in dnnl memkind autotm_runtime autotm_data autotm_models; do
    [[ $linked != *"-l$other"* ]] || failed "autotm-optimizer.pc links $other"
done
build autotm-optimizer own_problem "${compiler[@]}" -Wall -Wextra
./own_problem own_problem.json || failed "own_problem returned $?"
if command -v python3 >/dev/null; then
    python3 "$source/docs/check_plan.py" own_plan.json || failed 'the plan of own_problem does not hold'
fi

if command -v cmake >/dev/null; then
    cmake -S . -B cmake-build -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_BUILD_TYPE=Release >cmake.log || { cat cmake.log; exit 1; }
    cmake --build cmake-build >>cmake.log || { cat cmake.log; exit 1; }
    ./cmake-build/own_dataset || failed "own_dataset of CMake returned $?"
fi

installed=$prefix/bin/autotm
[[ $("$installed" --version) == autotm\ * ]] || failed "autotm --version: $("$installed" --version)"
for program in train plan sweep profile dataset demo layout predict evaluate predicted_kernels; do
    "$installed" "$program" --help >/dev/null || failed "autotm $program --help returned $?"
done
"$installed" plan --model vgg11 --image-size 32 --simulate --machine paper --dram 20% --no-table ||
    failed 'the installed plan found no machine file'
"$installed" predicted_kernels >/dev/null || failed 'the installed predicted_kernels found no timings'
[[ $'\n'$("$installed" list) == *$'\n'"train "* ]] || failed 'autotm list does not name train'
others=$("$installed" list | grep -vxFf <(list) || true)
[[ ! $others ]] || failed "autotm list and ./autotm list describe a program differently: $others"
! "$installed" nothing 2>/dev/null || failed 'autotm runs a program that there is none of'

(uninstall_all "$prefix") || failed 'not uninstalled'
left=$(find "$prefix" -type f -o -type l | head)
[[ ! $left ]] || failed "uninstall left $left"
