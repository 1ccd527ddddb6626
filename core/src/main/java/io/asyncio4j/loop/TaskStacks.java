package io.asyncio4j.loop;

import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import java.util.Arrays;
import java.util.Set;

/** Reduces the stack of a task's thread to the frames of the task's code. */
final class TaskStacks {

    private static final String MACHINERY = TaskStacks.class.getPackageName() + ".";

    // What calls the code of a task or callback.
    private static final Set<String> CALLERS =
            Set.of(LoopTask.class.getName(), Turns.class.getName(), Handle.class.getName());

    private TaskStacks() {}

    /** Returns {@code stack} without the frames that suspend the thread and those that start it. */
    static StackTraceElement[] ofCode(StackTraceElement[] stack) {
        int from = 0;
        while (from < stack.length && suspends(stack[from].getClassName())) {
            from++;
        }
        int to = from;
        while (to < stack.length && !stack[to].getClassName().equals(LoopTask.class.getName())) {
            to++;
        }
        return Arrays.copyOfRange(stack, from, to);
    }

    /**
     * Returns the innermost frame of a task's or callback's own code; the frame of the JDK if a
     * method of the JDK is that code; or null if there is neither.
     */
    static @Nullable StackTraceElement firstOfUser(StackTraceElement[] stack) {
        StackTraceElement last = null;
        for (StackTraceElement frame : stack) {
            if (!isOfJdk(frame)) {
                return last != null && CALLERS.contains(frame.getClassName()) ? last : frame;
            }
            last = frame;
        }
        return last;
    }

    private static boolean isOfJdk(StackTraceElement frame) {
        String module = frame.getModuleName();
        return module != null && (module.startsWith("java.") || module.startsWith("jdk."));
    }

    private static boolean suspends(String className) {
        return className.startsWith("java.lang.")
                || className.startsWith("jdk.internal.")
                || className.equals("java.util.concurrent.locks.LockSupport")
                || className.startsWith(MACHINERY);
    }
}
