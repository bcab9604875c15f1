"""What people do about accounts, patients, sitters and care teams."""
