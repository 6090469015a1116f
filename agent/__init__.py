"""The loop: rollout, policies, prompt, guard, record, report and the command line."""
