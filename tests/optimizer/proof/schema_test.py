#!/usr/bin/env python3
"""docs/plan_file.schema.json and docs/check_plan.py against the plan files kept for the fuzzer.

Every valid file passes both; of the others, what the schema refuses the checker refuses. Skipped (exit 77)
where python3-jsonschema is not installed.
"""
import importlib.util
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: python3-jsonschema is not installed")
    sys.exit(77)

root = pathlib.Path(sys.argv[1])
spec = importlib.util.spec_from_file_location("check_plan", root / "docs" / "check_plan.py")
check_plan = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(check_plan)
schema = json.loads((root / "docs" / "plan_file.schema.json").read_text(encoding="utf-8"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)


def is_accepted(text):
    try:
        check_plan.check(text)
        return True
    except (check_plan.Refused, ValueError):
        return False


failed, valid, refused = [], 0, 0
for file in sorted((root / "tests" / "fuzz" / "corpus" / "plan").iterdir()):
    text = file.read_text(encoding="utf-8")
    errors = list(validator.iter_errors(json.loads(text)))
    accepted = is_accepted(text)
    if file.name.startswith("valid"):
        valid += 1
        if errors or not accepted:
            failed.append(f"{file.name}: {errors[0].message if errors else 'refused'}"[:200])
    elif errors:
        refused += 1
        if accepted:
            failed.append(f"{file.name}: the schema refuses it and the checker does not"[:200])
print(f"{valid} valid files, {refused} others that the schema refuses", *failed, sep="\n")
sys.exit(1 if failed or valid < 8 or refused < 5 else 0)
