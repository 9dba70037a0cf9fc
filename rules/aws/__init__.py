"""AWS through boto3: clients that are made again for each call, lists that end after the first page, files that go through memory, keys in
the code, and what the SDKs left behind.

Clients are known by the functions that make them, operations by their names, which are so peculiar that nothing else is called so
(`list_objects_v2`, `get_paginator`). On by default is what nearly everyone agrees on. A fix that changes an operation is unsafe: read it once.

What depends on how a service is run is opt-in, by code or name in `extend-select`: that every client says its timeouts and retries
(`aws-client-without-config`) and its region (`aws-client-without-region`), that no function makes a client (`aws-client-per-call`), that
resources are left for clients (`boto3-resource`), and that queues are polled with patience (`sqs-short-polling`).
"""
