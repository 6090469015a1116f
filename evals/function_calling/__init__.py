"""Function calling over pictures: Type Match and Exact Match, and a generator of sets."""
