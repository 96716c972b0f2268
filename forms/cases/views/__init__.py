"""The entrance for complaints, the desk, a customer's own cases, incidents, the board, what the desk keeps."""
