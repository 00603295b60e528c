"""Every HTTP route, and what all of them stand on. No SQL, no rules of the domain."""
