"""What we know: documents, occasions and how a question finds its answer. Files in, values out;
no database.
"""
