"""What we remember: tables, transactions, and the words that all packages share."""
