"""Staff accounts, sign-in, sessions, second factors."""
