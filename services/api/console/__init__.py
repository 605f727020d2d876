"""The console: pages to see and hear a library. Each is a whole document at its own address."""
