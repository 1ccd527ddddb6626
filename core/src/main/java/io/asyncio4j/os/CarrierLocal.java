package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A value stored in the platform thread that carries the current thread: a virtual thread sees the
 * value of its carrier. Without access to {@code java.lang} the carrier cannot be determined, and a
 * value belongs to the thread that set it, virtual or not.
 *
 * <p>Only the carrying thread itself, or a virtual thread mounted on it, may get and set its value.
 *
 * @param <T> the type of the value
 */
public final class CarrierLocal<T> {

    private static final @Nullable MethodHandle GET = find("getCarrierThreadLocal", Object.class);
    private static final @Nullable MethodHandle SET =
            find("setCarrierThreadLocal", void.class, Object.class);

    private final ThreadLocal<T> value = new ThreadLocal<>();
    private final boolean byCarrier;

    /** Creates a value per carrier if {@code byCarrier}, else a value per thread. */
    public CarrierLocal(boolean byCarrier) {
        this.byCarrier = byCarrier && GET != null && SET != null;
    }

    /** Returns whether a virtual thread sees the value of its carrier. */
    public boolean isByCarrier() {
        return byCarrier;
    }

    /** Returns the value, or null where none was set. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the handles are there when byCarrier is set
    public @Nullable T get() {
        if (!byCarrier) {
            return value.get();
        }
        try {
            return (T) (Object) GET.invokeExact(value);
        } catch (RuntimeException | Error e) {
            throw e; // such as a stack overflow
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sets the value; null removes it. */
    @SuppressWarnings("NullAway") // as above; a removed thread local reads as null
    public void set(@Nullable T newValue) {
        if (!byCarrier) {
            if (newValue == null) {
                value.remove();
            } else {
                value.set(newValue);
            }
            return;
        }
        try {
            SET.invokeExact(value, (Object) newValue);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static @Nullable MethodHandle find(
            String name, Class<?> result, Class<?>... parameters) {
        try {
            return MethodHandles.privateLookupIn(ThreadLocal.class, MethodHandles.lookup())
                    .findVirtual(
                            ThreadLocal.class, name, MethodType.methodType(result, parameters));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
