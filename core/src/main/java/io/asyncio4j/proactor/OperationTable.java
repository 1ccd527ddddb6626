package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The operations in flight. Each has a number that comes back with its completions; it is not
 * reused soon, so that a cancellation never ends a later operation.
 */
final class OperationTable {
    private @Nullable Operation[] operations = new @Nullable Operation[64];
    private int[] generations = new int[64];
    private int[] free = new int[64];
    private int freeCount;
    private int used;
    private int size;

    void add(Operation operation) {
        int slot = freeCount > 0 ? free[--freeCount] : grow();
        operations[slot] = operation;
        operation.slot = slot;
        operation.cancelled = false;
        operation.begun = false;
        size++;
    }

    private int grow() {
        if (used == operations.length) {
            operations = Arrays.copyOf(operations, used * 2);
            generations = Arrays.copyOf(generations, used * 2);
            free = Arrays.copyOf(free, used * 2);
        }
        return used++;
    }

    void remove(Operation operation) {
        int slot = operation.slot;
        operation.slot = -1;
        operations[slot] = null;
        generations[slot] = (generations[slot] + 1) & 0x7fff_ffff;
        free[freeCount++] = slot;
        size--;
    }

    int size() {
        return size;
    }

    /** Returns the number of an operation. */
    long data(Operation operation) {
        return (long) generations[operation.slot] << 32 | operation.slot;
    }

    /** Returns the operation of a number. */
    Operation get(long data) {
        int slot = (int) data;
        Operation operation = operations[slot];
        if (operation == null || generations[slot] != (int) (data >>> 32)) {
            throw new AssertionError("completion of an operation that is not in flight: " + data);
        }
        return operation;
    }

    void forEach(Consumer<Operation> consumer) {
        filter(each -> true).forEach(consumer);
    }

    List<Operation> filter(Predicate<Operation> predicate) {
        var found = new ArrayList<Operation>();
        for (int i = 0; i < used; i++) {
            Operation each = operations[i];
            if (each != null && predicate.test(each)) {
                found.add(Objects.requireNonNull(each));
            }
        }
        return found;
    }
}
