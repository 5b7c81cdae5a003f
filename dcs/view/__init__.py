"""What a person looks at: conditions, search and sort as row positions."""
