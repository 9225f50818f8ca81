"""What the clock says: ticks, and the delivery of everything that leaves through the outbox."""
