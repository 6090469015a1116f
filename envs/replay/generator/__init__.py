"""Makes sets in the format of Android-in-the-Zoo: drawn screens, and what a person would do on them."""
