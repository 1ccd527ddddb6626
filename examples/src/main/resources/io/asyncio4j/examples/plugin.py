"""A plug-in of PythonPlugin: plain asyncio, which knows nothing of Java."""

import asyncio


async def handle(request):
    """Answer a request."""
    if not request:
        raise ValueError("an empty request")
    if request == "slow":
        try:
            await asyncio.sleep(3600)
        finally:
            cleaned_up.append(request)
    await asyncio.sleep(0.001)
    return f"hello, {request}"


cleaned_up = []
