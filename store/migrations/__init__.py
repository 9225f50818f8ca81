"""How the tables came to be, one numbered file for each change; run by store/upgrade.py."""
