"""What of CPython's test_asyncio is run: one row a module.

A class belongs here if the loop comes to it from outside: from the policy,
from ``asyncio.SelectorEventLoop``, or from ``new_test_loop`` without a script
for the clock. Classes that test asyncio's inner parts with mocks do not.

``quick`` is what the quick form runs of a module: True for all of it, or a
tuple of patterns of ``Class.test``. ``python`` says which of Python's own
transports still stand in for the Java ones in that module; it is to become
empty. ``real_loop`` has ``new_test_loop`` return a real loop unless the test
sets its clock; ``recording_loop`` has ``new_loop`` return one that notes, as
the tests ask for, that asynchronous generators were shut down. ``watchers``
adds the tests of subprocesses for the watchers that CPython has none for.
"""

from collections import namedtuple

Module = namedtuple(
    "Module", "classes quick real_loop recording_loop watchers python"
)


# The child watchers, by their names in asyncio and here, and CPython's class
# that runs the tests of subprocesses with one.
WATCHERS = {
    "ThreadedChildWatcher": "SubprocessThreadedWatcherTests",
    "PidfdChildWatcher": "SubprocessPidfdWatcherTests",
    "MultiLoopChildWatcher": "SubprocessMultiLoopWatcherTests",
    "SafeChildWatcher": "SubprocessSafeWatcherTests",
    "FastChildWatcher": "SubprocessFastWatcherTests",
}

# The one that asyncio has not, which waits on loops over io_uring only.
URING_WATCHERS = {"UringChildWatcher": "SubprocessUringWatcherTests"}


def module(
    *classes,
    quick=False,
    real_loop=False,
    recording_loop=False,
    watchers=False,
    python="",
):
    return Module(
        classes, quick, real_loop, recording_loop, watchers, python
    )


MODULES = {
    "test_locks": module(
        "LockTests",
        "EventTests",
        "ConditionTests",
        "SemaphoreTests",
        "BarrierTests",
        quick=("LockTests.*", "EventTests.*"),
    ),
    "test_queues": module(
        "QueueBasicTests",
        "QueueGetTests",
        "QueuePutTests",
        "LifoQueueTests",
        "PriorityQueueTests",
        "QueueJoinTests",
        "LifoQueueJoinTests",
        "PriorityQueueJoinTests",
        quick=("Queue*Tests.*",),
    ),
    "test_context": module("DecimalContextTest", quick=True),
    "test_threads": module("ToThreadTests", quick=True),
    "test_timeouts": module("TimeoutTests", quick=True),
    "test_waitfor": module(
        "AsyncioWaitForTest", "WaitForShieldTests", quick=True
    ),
    "test_taskgroups": module("TestTaskGroup", quick=True),
    "test_runners": module(
        "RunTests",
        "RunnerTests",
        quick=True,
        recording_loop=True,
    ),
    "test_eager_task_factory": module(
        "PyEagerTaskFactoryLoopTests",
        "CEagerTaskFactoryLoopTests",
        "NonEagerTests",
        "EagerTests",
        "NonEagerPyTaskTests",
        "EagerPyTaskTests",
        "NonEagerCTaskTests",
        "EagerCTaskTests",
        quick=("PyEagerTaskFactoryLoopTests.*",),
    ),
    "test_pep492": module(
        "LockTests", "StreamReaderTests", "CoroutineTests", real_loop=True
    ),
    "test_futures": module(
        "CFutureTests",
        "CSubFutureTests",
        "PyFutureTests",
        "CFutureDoneCallbackTests",
        "CSubFutureDoneCallbackTests",
        "PyFutureDoneCallbackTests",
        "PyFutureInheritanceTests",
        "CFutureInheritanceTests",
        real_loop=True,
    ),
    "test_futures2": module(
        "CFutureTests", "PyFutureTests", "FutureReprTests"
    ),
    "test_tasks": module(
        "CTask_CFuture_Tests",
        "CTask_CFuture_SubclassTests",
        "CTaskSubclass_PyFuture_Tests",
        "PyTask_CFutureSubclass_Tests",
        "CTask_PyFuture_Tests",
        "PyTask_CFuture_Tests",
        "PyTask_PyFuture_Tests",
        "PyTask_PyFuture_SubclassTests",
        "CTask_Future_Tests",
        "PyIntrospectionTests",
        "CIntrospectionTests",
        "PyCurrentLoopTests",
        "CCurrentLoopTests",
        "GenericTaskTests",
        "FutureGatherTests",
        "CoroutineGatherTests",
        "RunCoroutineThreadsafeTests",
        "SleepTests",
        "CompatibilityTests",
        quick=(
            "CoroutineGatherTests.*",
            "RunCoroutineThreadsafeTests.*",
            "SleepTests.*",
        ),
        real_loop=True,
    ),
    "test_base_events": module(
        "BaseEventLoopWithSelectorTests",
        "RunningLoopTests",
        python="connections, servers, datagrams",
    ),
    "test_events": module(
        "SelectEventLoopTests",
        "TestPyGetEventLoop",
        "TestCGetEventLoop",
        "PolicyTests",
        "TestServer",
        quick=(
            "SelectEventLoopTests.test_*call*",
            "SelectEventLoopTests.test_run*",
            "SelectEventLoopTests.test_*signal*",
            "SelectEventLoopTests.test_*reader*",
            "SelectEventLoopTests.test_*writer*",
            "SelectEventLoopTests.test_*close*",
            "SelectEventLoopTests.test_*timeout*",
            "SelectEventLoopTests.test_create_server",
            "SelectEventLoopTests.test_create_server_sock",
            "SelectEventLoopTests.test_create_server_dual_stack",
            "TestPyGetEventLoop.*",
        ),
        python="connections, servers, datagrams",
    ),
    "test_unix_events": module(
        "TestFunctional", "TestFork", quick=("TestFunctional.*",),
        python="connections",
    ),
    "test_subprocess": module(
        *WATCHERS.values(),
        *URING_WATCHERS.values(),
        "GenericWatcherTests",
        watchers=True,
        quick=(
            "*WatcherTests.test_stdin_stdout",
            "*WatcherTests.test_communicate",
            "*WatcherTests.test_shell",
            "*WatcherTests.test_kill",
            "*WatcherTests.test_terminate",
            "*WatcherTests.test_stdin_broken_pipe",
            "*WatcherTests.test_pause_reading",
            "*WatcherTests.test_cancel_process_wait",
            "GenericWatcherTests.*",
        ),
    ),
    "test_streams": module(
        "StreamTests", python="connections, servers, TLS"
    ),
    "test_server": module(
        "SelectorStartServerTests",
        "TestServer2",
        quick=True,
        python="connections, servers",
    ),
    "test_sock_lowlevel": module(
        "SelectEventLoopTests", quick=True, python="sock_ methods"
    ),
    "test_sendfile": module(
        "SelectEventLoopTests", python="connections, sock_ methods"
    ),
    "test_buffered_proto": module(
        "BufferedProtocolSelectorTests",
        quick=True,
        python="connections, servers",
    ),
    "test_ssl": module("TestSSL", python="connections, servers, TLS"),
    "test_sslproto": module(
        "SelectorStartTLSTests", python="connections, servers, TLS"
    ),
}

# What the quick form runs on the loop over io_uring, where the rest of a loop
# is that of the others: what waits for descriptors, threads and children.
QUICK_ON_URING = (
    "test_threads",
    "test_events",
    "test_unix_events",
    "test_subprocess",
    "test_server",
    "test_sock_lowlevel",
    "test_buffered_proto",
)

# Left out on stock, where each would wait for its time limit.
HANG_ON_STOCK = (
    "test_runners.RunTests.test_asyncio_run_without_uncancel",
    "test_runners.RunnerTests.test_interrupt_wait",
    "test_events.SelectEventLoopTests.test_signal_handling_args",
    "test_events.SelectEventLoopTests.test_signal_handling_while_selecting",
    "test_events.SelectEventLoopTests.test_subprocess_*",
    "test_streams.StreamTests.test_read_all_from_pipe_reader",
    "test_subprocess.SubprocessMultiLoopWatcherTests.*",
    "test_subprocess.SubprocessSafeWatcherTests.*",
    "test_subprocess.SubprocessFastWatcherTests.*",
)
WHY_STOCK_HANGS = (
    "hangs on stock: GraalPy runs no handler of a signal while the selector"
    " waits"
)
