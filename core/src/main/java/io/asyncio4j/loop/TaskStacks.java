package io.asyncio4j.loop;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cuts the stack of a task's thread down to the frames of the task's code. */
final class TaskStacks {

    private static final String MACHINERY = TaskStacks.class.getPackageName() + ".";

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

    /** Returns the innermost frame that is not the JDK's, or the innermost if all are. */
    static @Nullable StackTraceElement firstOfUser(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            if (!isOfJdk(frame)) {
                return frame;
            }
        }
        return stack.length == 0 ? null : stack[0];
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
