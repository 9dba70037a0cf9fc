"""AWS through boto3: clients that wait for ever or are made again for each call, lists that end after the first page.

On by default is what nearly everyone agrees on.
"""
