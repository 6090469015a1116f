"""Our phone driver beside what else drives a phone over ADB, and what a step costs."""
