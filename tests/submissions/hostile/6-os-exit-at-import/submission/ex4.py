"""Ends the process with success before anything has been asked of it."""
import os

os._exit(0)
