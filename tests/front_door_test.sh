#!/usr/bin/env bash
# ./autotm knows a program however often it is asked, and refuses any other name with 2. Nothing is built.
# usage: front_door_test.sh SOURCE_FOLDER
set -euo pipefail

# shellcheck source=/dev/null
source "$1/autotm"
set_up() { :; }

for ((call = 1; call <= 500; ++call)); do
    (set_up_programs plan train) || { echo "call $call of 500: a program was not found"; exit 1; }
done

for name in nothing plan.cpp ../experiments/plan 'plan ' '*'; do
    for ((call = 1; call <= 10; ++call)); do
        status=0
        said=$("$1/autotm" "$name" 2>&1) || status=$?
        [[ $status == 2 && $said == *"no program is called '$name'"* ]] ||
            { echo "./autotm '$name': $status, $said"; exit 1; }
    done
done

for pair in 'trian train' 'plna plan' 'swep sweep' 'lst list' 'tset test' 'predicted_kernel predicted_kernels' 'predct predict'; do
    said=$("$1/autotm" "${pair% *}" 2>&1) || true
    [[ $said == *"did you mean ${pair#* }?"* ]] || { echo "./autotm ${pair% *}: $said"; exit 1; }
done
[[ $("$1/autotm" frobnicate 2>&1) != *"did you mean"* ]]

programs=("$1"/experiments/*.cpp)
listed=$("$1/autotm" list)
[[ $(wc -l <<<"$listed") == "${#programs[@]}" && $listed == *$'\nplan  '* ]] ||
    { echo "./autotm list: $listed"; exit 1; }
