package io.asyncio4j.os;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** NUL-terminated strings and arrays of them, in native memory. */
final class CStrings {
    private CStrings() {}

    /** The address of an encoded, terminated copy. */
    static long one(Arena arena, String string) {
        return each(arena, List.of(NativeStrings.encode(string)))[0];
    }

    /** The address of a terminated copy of a path's bytes. */
    static long one(Arena arena, Path path) {
        return each(arena, List.of(NativeStrings.encode(path)))[0];
    }

    /** The address of a NULL-terminated array of pointers to encoded strings. */
    static long argv(Arena arena, List<String> strings) {
        List<byte[]> encoded = new ArrayList<>(strings.size());
        for (String string : strings) {
            encoded.add(NativeStrings.encode(string));
        }
        return array(arena, encoded);
    }

    /** The same with {@code NAME=value} for each variable. */
    static long env(Arena arena, Map<String, String> variables) {
        List<byte[]> encoded = new ArrayList<>(variables.size());
        variables.forEach((name, value) ->
                encoded.add(
                        NativeStrings.encode(
                                NativeStrings.exact(name)
                                        + '='
                                        + NativeStrings.exactVariable(name, value))));
        return array(arena, encoded);
    }

    /** The addresses of NUL-terminated copies. */
    static long[] each(Arena arena, List<byte[]> strings) {
        NativeBuffer memory = NativeBuffer.allocate(arena, size(strings));
        long[] addresses = new long[strings.size()];
        int offset = 0;
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = memory.address() + offset;
            memory.bytes().put(offset, strings.get(i));
            offset += strings.get(i).length + 1;
        }
        return addresses;
    }

    private static long array(Arena arena, List<byte[]> strings) {
        int pointers = (strings.size() + 1) * Long.BYTES;
        NativeBuffer memory = NativeBuffer.allocate(arena, pointers + size(strings));
        ByteBuffer bytes = memory.bytes();
        int offset = pointers;
        for (int i = 0; i < strings.size(); i++) {
            bytes.putLong(i * Long.BYTES, memory.address() + offset);
            bytes.put(offset, strings.get(i));
            offset += strings.get(i).length + 1;
        }
        return memory.address();
    }

    private static long size(List<byte[]> strings) {
        long size = 0;
        for (byte[] string : strings) {
            size += string.length + 1L;
        }
        return size;
    }
}
