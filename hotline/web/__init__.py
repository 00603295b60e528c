"""Every HTTP route, and what all of them stand on. No SQL, no rules of the domain."""

import sys

# FastAPI asks of every parameter of a route whether it is a model of Pydantic 1, and would load all of that:
# 1.5 MiB in each process. An entry of None means that there is none.
sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
