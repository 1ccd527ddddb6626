package io.asyncio4j.graalpy.judge;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.graalpy.Python;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;

/** The JVM in which the tests run; it ends itself when one of them hangs. */
public final class JudgeChild {

    /** What the exit code is when a test took longer than it may. */
    static final int HUNG = 86;

    private JudgeChild() {}

    /**
     * Runs a plan.
     *
     * @param args the folder of run.py, the file of the plan, the interpreter for Python children,
     *     and how many seconds a test may take
     */
    public static void main(String[] args) throws Exception {
        var watch = new Watch(Long.parseLong(args[3]));
        try (Context context =
                Python.contextBuilder()
                        .option("python.InstallSignalHandlers", "true")
                        .option("python.Executable", args[2])
                        .build()) {
            Python.install(context);
            context.eval("python", "lambda folder: __import__('sys').path.insert(0, folder)")
                    .execute(args[0]);
            context.eval("python", "__import__('run').run")
                    .execute(Files.readString(Path.of(args[1])), watch);
        } finally {
            watch.ends();
        }
        System.exit(0); // a test may leave a thread behind
    }

    /** Ends the process when a test takes too long, after the stacks of all threads. */
    public static final class Watch {
        private final long limit;
        private @Nullable String test;
        private long begin;

        Watch(long limit) {
            this.limit = limit;
            Thread.ofPlatform().daemon().name("judge-watch").start(this::watch);
        }

        /** Called by run.py before each test. */
        public synchronized void begins(String name) {
            test = name;
            begin = System.nanoTime();
        }

        /** Called by run.py after each test. */
        public synchronized void ends() {
            test = null;
        }

        private synchronized @Nullable String hung() {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
            return test != null && seconds > limit ? test : null;
        }

        private void watch() {
            try {
                while (hung() == null) {
                    TimeUnit.SECONDS.sleep(1);
                }
            } catch (InterruptedException e) {
                return;
            }
            System.err.println("Hung: " + hung());
            Thread.getAllStackTraces()
                    .forEach((thread, stack) -> {
                        System.err.println(thread);
                        for (StackTraceElement frame : stack) {
                            System.err.println("    " + frame);
                        }
                    });
            Runtime.getRuntime().halt(HUNG);
        }
    }
}
