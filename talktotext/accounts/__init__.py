"""What may be done with accounts, as plain functions that the API and the command line share."""
