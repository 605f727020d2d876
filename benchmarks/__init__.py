"""One module a measured claim: `python -m benchmarks NAME --data DIR --json FILE`."""
