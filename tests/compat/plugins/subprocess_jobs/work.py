"""The work of a job: it prints how far it is, and pickles the result."""

import json
import pickle
import sys

arguments = json.loads(sys.argv[1])
total = 0
for index in range(arguments["count"]):
    total += index
    print(f"[{100 * (index + 1) // arguments['count']:3d}%] item {index}", file=sys.stderr)
with open(arguments["out"], "wb") as file:
    pickle.dump({"total": total, "items": list(range(3))}, file)
