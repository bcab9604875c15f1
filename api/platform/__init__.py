"""What every endpoint shares: input, answers, errors, identity, documents."""
