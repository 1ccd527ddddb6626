package io.asyncio4j.graalpy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * Contexts of GraalPy in which {@code import asyncio4j} works, and what Java code that shares an
 * event loop with Python needs.
 *
 * <p>A context may be used by one event loop at a time per thread, as Python's rules are: Python
 * code runs in the thread that calls it, one thread at a time.
 */
public final class Python {

    private static final String PACKAGES = "python/";
    private static final String INSTALL =
            """
            import os, sys
            lambda folder, file: sys.path.append(folder) or os.path.exists(file)
            """;
    private static final Source INTEROP =
            Source.newBuilder(
                            "python", "import asyncio4j._interop\nasyncio4j._interop", "asyncio4j")
                    .internal(true)
                    .buildLiteral();

    private Python() {}

    /**
     * Returns a builder with the options that asyncio4j needs: all access, and the native POSIX
     * backend, without which Python's descriptors are none of the kernel's.
     */
    public static Context.Builder contextBuilder() {
        return Context.newBuilder("python")
                .allowAllAccess(true)
                .option("python.PosixModuleBackend", "native")
                .option("engine.WarnInterpreterOnly", "false");
    }

    /** Creates a context and makes the package {@code asyncio4j} importable in it. */
    public static Context newContext() {
        Context context = contextBuilder().build();
        install(context);
        return context;
    }

    /**
     * Makes the package {@code asyncio4j} importable in {@code context}.
     *
     * @throws IllegalStateException if {@code context} has no access to files
     */
    public static void install(Context context) {
        String folder = packages();
        int jar = folder.indexOf(".jar/");
        String file = jar < 0 ? folder : folder.substring(0, jar + ".jar".length());
        Value readable = context.eval("python", INSTALL).execute(folder, file);
        if (!readable.asBoolean()) {
            throw new IllegalStateException(
                    "Python cannot read its package asyncio4j, in "
                            + file
                            + ": create the context with Python.contextBuilder(), or with"
                            + " allowAllAccess(true)");
        }
    }

    /**
     * Suspends the current Java task until {@code awaitable} is done, and returns its result. A
     * coroutine runs as an asyncio task of the same loop; asyncio's futures and tasks are awaited
     * as they are. It does not matter which language runs the loop.
     *
     * <p>Cancelling the Java task cancels the asyncio task, and comes when that has ended.
     *
     * @throws java.util.concurrent.CancellationException if the asyncio task, or the Java task, was
     *     cancelled
     * @throws org.graalvm.polyglot.PolyglotException if it raised a Python exception, which is the
     *     guest object of that; one that came from Java in the first place is its cause, or is
     *     thrown as it is where Python did not translate it
     * @throws IllegalStateException outside of a task, or if the context is closed
     */
    public static Value await(Value awaitable) {
        if (Asyncio.currentTask() == null) {
            throw new IllegalStateException(
                    "Python.await was called outside of a task; use createTask, or Python.future");
        }
        return future(awaitable).await();
    }

    /**
     * Starts {@code awaitable} on the running loop, and returns its future, for {@code gather} and
     * the like. Cancelling the future cancels the asyncio task; it is done when that is.
     *
     * @throws IllegalStateException if no loop is running here, or the context is closed
     */
    public static Future<Value> future(Value awaitable) {
        return PythonFuture.start(Asyncio.getRunningLoop(), awaitable);
    }

    /**
     * Returns the asyncio loop over the running Java loop, which is made if there is none: what
     * {@code asyncio.get_running_loop()} returns in coroutines that Java awaits. It is closed with
     * the Java loop.
     *
     * @throws IllegalStateException if no loop is running here, or the context is closed
     */
    public static Value loopOf(Context context) {
        EventLoop loop = Asyncio.getRunningLoop();
        return interop(context).invokeMember("running", loop);
    }

    /** Returns the module with the Python half of what is here. */
    static Value interop(Context context) {
        try {
            return context.eval(INTEROP);
        } catch (PolyglotException e) {
            throw e.isCancelled() ? closed(e) : e;
        }
    }

    /** Returns what a use of a closed context throws. */
    static IllegalStateException closed(Throwable cause) {
        return new IllegalStateException(
                "The Python context is closed; close it after the loops that use it", cause);
    }

    /** Returns the entry of {@code sys.path}: a folder, or one inside of a jar. */
    static String packages() {
        URL marker =
                Objects.requireNonNull(
                        Python.class.getResource(PACKAGES + "asyncio4j/__init__.py"), PACKAGES);
        String text = marker.toString();
        text = text.substring(0, text.length() - "/asyncio4j/__init__.py".length());
        try {
            if (text.startsWith("jar:")) {
                int inside = text.indexOf("!/");
                Path jar = Path.of(new URI(text.substring("jar:".length(), inside)));
                return jar + text.substring(inside + 1);
            }
            return Path.of(new URI(text)).toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException("Not a place for Python's packages: " + text, e);
        }
    }
}
