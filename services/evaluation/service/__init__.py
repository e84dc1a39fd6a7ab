"""The use cases: load, ask the rules, write, leave a trace. The only writers."""
