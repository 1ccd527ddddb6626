"""Programs that nobody here wrote, on our policy: each prints a line.

    programs.py FOLDER    where the packages of Debian's are
"""

import asyncio
import sys

sys.path.insert(0, sys.argv[1])

import anyio  # noqa: E402
import tornado.httpserver  # noqa: E402
import tornado.netutil  # noqa: E402
import tornado.web  # noqa: E402
import uvicorn  # noqa: E402


def loop_name():
    return type(asyncio.get_running_loop()).__module__


async def curl(port, path):
    """Request a page by a child of the loop that serves it."""
    child = await asyncio.create_subprocess_exec(
        "curl",
        "--silent",
        "--fail",
        "--noproxy",
        "*",
        f"http://127.0.0.1:{port}{path}",
        stdout=asyncio.subprocess.PIPE,
    )
    page, _ = await child.communicate()
    return f"{page.decode()} {child.returncode}"


async def application(scope, receive, send):
    """An ASGI application that says where it runs."""
    page = f"{scope['method']} {scope['path']} on {loop_name()}".encode()
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [(b"content-length", b"%d" % len(page))],
        }
    )
    await send({"type": "http.response.body", "body": page})


async def run_uvicorn():
    config = uvicorn.Config(
        application,
        port=0,
        http="h11",
        ws="none",
        loop="none",
        lifespan="off",
        log_level="warning",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    print("uvicorn:", await curl(port, "/hello"))
    server.should_exit = True
    await serving


class Page(tornado.web.RequestHandler):
    async def get(self):
        await asyncio.sleep(0)
        self.write(f"GET on {loop_name()}")


async def run_tornado():
    server = tornado.httpserver.HTTPServer(
        tornado.web.Application([("/", Page)])
    )
    sockets = tornado.netutil.bind_sockets(0, "127.0.0.1")
    server.add_sockets(sockets)
    print("tornado:", await curl(sockets[0].getsockname()[1], "/"))
    server.stop()
    await server.close_all_connections()


async def run_anyio():
    async with anyio.create_task_group() as group:
        for number in range(3):
            group.start_soon(anyio.sleep, number / 1000)
    with anyio.move_on_after(0.01) as scope:
        await anyio.sleep(3600)
    child = await anyio.run_process(["cat"], input=b"through a child")
    answer = await anyio.to_thread.run_sync(lambda: 42)

    async def echo(stream):
        async with stream:
            await stream.send(await stream.receive())

    listener = await anyio.create_tcp_listener(local_host="127.0.0.1")
    port = listener.extra(anyio.abc.SocketAttribute.local_port)
    async with anyio.create_task_group() as group:
        group.start_soon(listener.serve, echo)
        async with await anyio.connect_tcp("127.0.0.1", port) as client:
            await client.send(b"echo")
            echoed = await client.receive()
        group.cancel_scope.cancel()
    try:
        async with anyio.create_task_group() as group:
            group.start_soon(anyio.sleep, 3600)
            raise ZeroDivisionError
    except ZeroDivisionError:
        failed = True
    print(
        "anyio:",
        scope.cancel_called,
        child.stdout.decode(),
        answer,
        echoed.decode(),
        failed,
        loop_name(),
    )


asyncio.run(run_uvicorn())
asyncio.run(run_tornado())
anyio.run(run_anyio)
