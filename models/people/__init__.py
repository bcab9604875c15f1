"""Tables about people: accounts, patients, sitters, care teams."""
