package io.asyncio4j.loop;

import java.util.Arrays;

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

    private static boolean suspends(String className) {
        return className.startsWith("java.lang.")
                || className.startsWith("jdk.internal.")
                || className.equals("java.util.concurrent.locks.LockSupport")
                || className.startsWith(MACHINERY);
    }
}
