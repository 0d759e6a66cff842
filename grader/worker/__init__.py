"""What runs in the sandbox beside the student's code. It knows no answers and imports nothing of ours but itself."""
