package io.asyncio4j.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes, first in, first out, in one array that grows as needed and is released when drained. */
final class ByteFifo {
    private static final byte[] EMPTY = {};

    /** An array of at most this size is kept when drained. */
    private static final int KEEP = 8 * 1024;

    private byte[] array = EMPTY;
    private int head;
    private int tail;

    int size() {
        return tail - head;
    }

    /** Appends the remaining bytes of {@code data}, which are copied. */
    void add(ByteBuffer data) {
        int length = data.remaining();
        makeRoom(length);
        data.get(array, tail, length);
        tail += length;
    }

    /** Removes the first {@code n} bytes. */
    byte[] take(int n) {
        byte[] taken;
        if (head == 0 && n == array.length) {
            // A chunk that is read exactly as it arrived is handed over instead of copied.
            taken = array;
            array = EMPTY;
            tail = 0;
            return taken;
        }
        taken = Arrays.copyOfRange(array, head, head + n);
        skip(n);
        return taken;
    }

    /** Drops the first {@code n} bytes. */
    void skip(int n) {
        head += n;
        if (head == tail) {
            head = 0;
            tail = 0;
            if (array.length > KEEP) {
                array = EMPTY;
            }
        }
    }

    /** Returns the first index of {@code separator} at or after {@code from}, or -1. */
    int indexOf(byte[] separator, int from) {
        int last = tail - separator.length;
        byte first = separator[0];
        for (int i = head + from; i <= last; i++) {
            if (array[i] == first && matches(separator, i)) {
                return i - head;
            }
        }
        return -1;
    }

    private boolean matches(byte[] separator, int at) {
        return separator.length == 1
                || Arrays.equals(separator, 0, separator.length, array, at, at + separator.length);
    }

    private void makeRoom(int length) {
        int size = size();
        if (array.length - tail >= length) {
            return;
        }
        if (array.length - size >= length && head >= size) {
            System.arraycopy(array, head, array, 0, size);
        } else {
            int wanted = Math.addExact(size, length);
            // The first chunk gets an array of its size, so that it can be handed over; later ones
            // get spare room.
            byte[] larger = new byte[size == 0 ? wanted : Math.max(wanted, grown(size))];
            System.arraycopy(array, head, larger, 0, size);
            array = larger;
        }
        head = 0;
        tail = size;
    }

    private static int grown(int size) {
        return (int) Math.min(Integer.MAX_VALUE - 8L, 2L * size);
    }
}
