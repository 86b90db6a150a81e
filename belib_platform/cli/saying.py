"""Sentences of commands that run until they are stopped."""

import sys

import typer


def say(sentence: str) -> None:
    """Print a sentence at once, so that a log or a program which reads from a pipe has it when it is said."""
    typer.echo(sentence)
    sys.stdout.flush()
