"""What people say turned into decisions: no platform, no network, nothing is sent from here."""
