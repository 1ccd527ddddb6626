"""The Python half of Exchange."""

import asyncio

import asyncio4j


async def lengths(words):
    """Return the length of each word that comes out of a Java queue."""
    found = {}
    while True:
        try:
            # Suspends a Java task, and with it this coroutine.
            word = await asyncio4j.java_task(words.get)
        except asyncio4j.QueueShutDown:
            return ", ".join(f"{word}: {n}" for word, n in found.items())
        await asyncio.sleep(0.001)
        found[str(word)] = len(word)
        words.taskDone()
