"""What every room of the tables shares: ids, seals, the trail, decisions."""
