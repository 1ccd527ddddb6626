"""Runs CPython's tests on one kind of loop, and writes down how each ends.

Called by Judge with a plan: which tests, on which loop, where the tests are.
Each line of the answer is one JSON object: a test that begins, or one that
has ended.
"""

import asyncio
import fnmatch
import gc
import importlib
import json
import signal
import sys
import time
import traceback
import types
import unittest
import warnings
from asyncio import unix_events

import table

# How much longer than CPython's the time limits inside of the tests are.
SLOWNESS = 4

STOCK_LOOP = asyncio.SelectorEventLoop
STOCK_POLICY = asyncio.DefaultEventLoopPolicy
STOCK_WATCHERS = {
    name: getattr(unix_events, name) for name in table.WATCHERS
}
STOCK_CAN_USE_PIDFD = unix_events.can_use_pidfd


def can_use_pidfd():
    """Tell for Java's watcher: GraalPy has no os.pidfd_open, Java has."""
    import asyncio4j

    try:
        asyncio4j.PidfdChildWatcher()
    except NotImplementedError:
        return False
    return True


class Loops:
    """Puts loops of a kind where the tests look, and counts their runs."""

    def __init__(self, kind):
        self.runs = 0
        loops = self
        if kind == "stock":
            base, arguments, policy = STOCK_LOOP, {}, STOCK_POLICY
            self.watchers = STOCK_WATCHERS
            self.can_use_pidfd = STOCK_CAN_USE_PIDFD
        else:
            import asyncio4j

            names = table.WATCHERS
            if kind == "uring":
                base, arguments = asyncio4j.ProactorEventLoop, {}
                policy = asyncio4j.ProactorEventLoopPolicy
                names = names | table.URING_WATCHERS
            else:
                base, arguments = asyncio4j.EventLoop, {"selector": kind}
                policy = asyncio4j.EventLoopPolicy
            self.watchers = {name: getattr(asyncio4j, name) for name in names}
            self.can_use_pidfd = can_use_pidfd
            # CPython's close_loop joins them; nobody else knows the name.
            asyncio4j.ThreadedChildWatcher._threads = {}

        class JudgedLoop(base):
            def __init__(self, selector=None):
                super().__init__(**arguments)

            def run_forever(self):
                loops.runs += 1
                super().run_forever()

        class JudgedPolicy(policy):
            _loop_factory = JudgedLoop

        JudgedLoop.__name__ = JudgedLoop.__qualname__ = base.__name__
        self.loop, self.policy = JudgedLoop, JudgedPolicy

    def install(self):
        asyncio.SelectorEventLoop = self.loop
        asyncio.DefaultEventLoopPolicy = self.policy
        unix_events.can_use_pidfd = self.can_use_pidfd
        for name, watcher in self.watchers.items():
            setattr(unix_events, name, watcher)
            setattr(asyncio, name, watcher)
        asyncio.set_event_loop_policy(None)

    def new_test_loop(self, original):
        """Return new_test_loop, but with real loops where no clock is set."""

        def new_test_loop(case, gen=None):
            if gen is not None:
                return original(case, gen)
            loop = self.loop()
            case.set_event_loop(loop)
            return loop

        return new_test_loop

    def watcher_tests(self, module, class_name):
        """Return what CPython's tests have for each other watcher.

        None where there is no such watcher.
        """

        def get_deprecated(case):
            with case.assertWarns(DeprecationWarning):
                return unix_events.MultiLoopChildWatcher()

        def get_watcher(case):
            return self.watchers["UringChildWatcher"]()

        if class_name == "SubprocessMultiLoopWatcherTests":
            get_watcher = get_deprecated
        elif "UringChildWatcher" not in self.watchers:
            return None
        return type(
            class_name,
            (module.SubprocessWatcherMixin, module.test_utils.TestCase),
            {"_get_watcher": get_watcher},
        )

    def new_recording_loop(self, case):
        """Return a loop that notes the shutdown of generators."""
        loop = self.loop()
        shutdown = loop.shutdown_asyncgens
        loop.shutdown_ag_run = False

        async def shutdown_asyncgens():
            loop.shutdown_ag_run = True
            await shutdown()

        loop.shutdown_asyncgens = shutdown_asyncgens
        return loop


class Result(unittest.TestResult):
    """Writes down how each test ends, and what it spent."""

    def __init__(self, out, watch, loops, prefix):
        super().__init__()
        self.out, self.watch, self.loops = out, watch, loops
        self.prefix = prefix

    def name(self, test):
        return self.prefix + ".".join(test.id().split(".")[-2:])

    def startTest(self, test):
        super().startTest(test)
        # Unless another outcome is reported.
        self.outcome, self.why, self.detail = "failed", "KeyboardInterrupt", ""
        self.runs = self.loops.runs
        self.begin = time.monotonic()
        self.write({"begins": self.name(test)})
        self.watch.begins(self.name(test))

    def stopTest(self, test):
        self.watch.ends()
        self.write(
            {
                "test": self.name(test),
                "outcome": self.outcome,
                "runs": self.loops.runs - self.runs,
                "seconds": round(time.monotonic() - self.begin, 3),
                "why": self.why,
                "detail": self.detail,
            }
        )
        super().stopTest(test)

    def write(self, line):
        self.out.write(json.dumps(line) + "\n")
        self.out.flush()

    def failed(self, error):
        self.outcome = "failed"
        text = "".join(traceback.format_exception_only(error[0], error[1]))
        self.why = (text.strip() or "?").splitlines()[0][:300]
        self.detail = "".join(traceback.format_exception(*error))[-4000:]

    def passed(self):
        self.outcome, self.why = "passed", ""

    def addSuccess(self, test):
        self.passed()

    def addFailure(self, test, error):
        self.addError(test, error)

    def addError(self, test, error):
        if isinstance(test, unittest.TestCase):
            self.failed(error)
        else:  # a class or a module that could not be set up
            self.startTest(test)
            self.failed(error)
            self.stopTest(test)

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.failed(error)

    def addSkip(self, test, reason):
        self.outcome, self.why = "skipped", reason

    def addExpectedFailure(self, test, error):
        self.passed()

    def addUnexpectedSuccess(self, test):
        self.outcome, self.why = "failed", "unexpected success"


class Broken(unittest.TestCase):
    """Stands for a module that cannot be imported."""

    def __init__(self, name, error):
        super().__init__()
        self.name, self.error = name, error

    def id(self):
        return f"{self.name}.import"

    def runTest(self):
        raise self.error[1]


def interrupt_self():
    """Interrupt as _thread.interrupt_main does, which is empty in GraalPy."""
    signal.raise_signal(signal.SIGINT)
    # It has arrived when this returns: the JVM hands it to a thread.
    time.sleep(0.1)


def gc_collect():
    """Collect garbage, but not after each test: that takes the JVM long."""
    if sys._getframe(1).f_code.co_name != "tearDown":
        gc.collect()


def find_tests(folder):
    """Make CPython's package test importable, and nothing else of CPython."""
    package = types.ModuleType("test")
    package.__path__ = [folder]
    sys.modules["test"] = package
    from test import support

    support.use_resources = ["network", "cpu"]
    support.gc_collect = gc_collect
    for limit in ("LOOPBACK_TIMEOUT", "SHORT_TIMEOUT", "LONG_TIMEOUT"):
        setattr(support, limit, getattr(support, limit) * SLOWNESS)


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def suite(name, module, loops, plan):
    row = table.MODULES[name]
    wanted = []
    if plan["quick"] and not row.quick:
        return wanted
    patterns = None
    if plan["quick"] and row.quick is not True:
        patterns = row.quick
    for class_name in row.classes:
        if row.watchers and not hasattr(module, class_name):
            case = loops.watcher_tests(module, class_name)
            if case is None:
                continue
        else:
            case = getattr(module, class_name)
        members = {"__module__": name}
        if row.real_loop and hasattr(case, "new_test_loop"):
            members["new_test_loop"] = loops.new_test_loop(case.new_test_loop)
        if row.recording_loop:
            members["new_loop"] = lambda case: loops.new_recording_loop(case)
        judged = type(class_name, (case,), members)
        judged.__qualname__ = class_name
        for test in unittest.defaultTestLoader.getTestCaseNames(judged):
            short = f"{class_name}.{test}"
            if patterns and not matches(short, patterns):
                continue
            full = f"{name}.{short}"
            if plan["only"] and not matches(full, plan["only"]):
                continue
            if plan["loop"] == "stock" and matches(full, table.HANG_ON_STOCK):
                skip = unittest.skip(table.WHY_STOCK_HANGS)
                setattr(judged, test, skip(getattr(judged, test)))
            if f"{plan['loop']} {full}" not in plan["done"]:
                wanted.append(judged(test))
    return wanted


def run(plan, watch):
    plan = json.loads(plan)
    plan["done"] = set(plan["done"])
    find_tests(plan["tests"])
    warnings.simplefilter("ignore")
    with open(plan["out"], "a", encoding="utf-8") as out:
        for loop in plan["loops"]:
            plan["loop"] = loop
            loops = Loops(loop)
            for name in plan["modules"] or table.MODULES:
                if not plan["quick"] or is_quick(name, loop):
                    run_module(name, loops, plan, out, watch)


def is_quick(name, loop):
    if loop == "uring" and name not in table.QUICK_ON_URING:
        return False
    return bool(table.MODULES[name].quick)


def run_module(name, loops, plan, out, watch):
    loops.install()
    result = Result(out, watch, loops, f"{plan['loop']} {name}.")
    result.write({"module": name, "python": table.MODULES[name].python})
    try:
        # Anew: what is skipped is decided when it is imported.
        sys.modules.pop(f"test.test_asyncio.{name}", None)
        module = importlib.import_module(f"test.test_asyncio.{name}")
        if hasattr(module, "interrupt_self"):
            module.interrupt_self = interrupt_self
        tests = suite(name, module, loops, plan)
    except Exception:
        broken = Broken(name, sys.exc_info())
        tests = [] if result.name(broken) in plan["done"] else [broken]
    while tests:
        before = result.testsRun
        try:
            unittest.TestSuite(tests).run(result)
            break
        except KeyboardInterrupt:
            # Which unittest does not take for a failure.
            tests = tests[result.testsRun - before :]
    loops.install()
