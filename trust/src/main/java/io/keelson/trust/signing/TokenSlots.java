package io.keelson.trust.signing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Which tokens a PKCS #11 library knows (PKCS #11 3.1, sections 3.3 and 5.5). Java's provider finds a token by the number
 * of its slot only, which is another one on every machine; people know it by its label. Asks for nothing secret.
 *
 * <p>{@code CK_ULONG} is C's {@code unsigned long}: 64 bits wherever Keelson runs.
 */
@SuppressWarnings("restricted") // The command's launcher allows native access.
final class TokenSlots {
    private static final int INITIALIZE = 0;
    private static final int FINALIZE = 1;
    private static final int GET_SLOT_LIST = 4;
    private static final int GET_TOKEN_INFO = 6;

    /** {@code CK_FUNCTION_LIST}: a version, padded, then pointers. */
    private static final long FIRST_FUNCTION = 8;

    private static final long FUNCTIONS = 68;

    /** {@code CK_TOKEN_INFO}: label, manufacturer, model, serial number, then what is not needed. */
    private static final MemoryLayout TOKEN_INFO = MemoryLayout.sequenceLayout(208, JAVA_BYTE);

    private static final int LABEL_LENGTH = 32;
    private static final int SERIAL_OFFSET = 80;
    private static final int SERIAL_LENGTH = 16;

    private static final long OK = 0;
    private static final long ALREADY_INITIALISED = 0x191;
    private static final int MOST_SLOTS = 1_024;

    private final Linker linker = Linker.nativeLinker();
    private final Arena arena;
    private final MemorySegment functions;

    private TokenSlots(Arena arena, SymbolLookup library) throws Throwable {
        this.arena = arena;
        var list = arena.allocate(ADDRESS);
        var get = linker.downcallHandle(
                library.findOrThrow("C_GetFunctionList"), FunctionDescriptor.of(JAVA_LONG, ADDRESS));
        require((long) get.invokeExact(list), "C_GetFunctionList");
        functions = list.get(ADDRESS, 0).reinterpret(FIRST_FUNCTION + FUNCTIONS * ADDRESS.byteSize());
    }

    /** A token that is there. */
    record Slot(long id, String label, String serial) {}

    /**
     * All tokens.
     *
     * @throws IllegalStateException if the library cannot be used
     */
    static List<Slot> of(Path library) {
        try (var arena = Arena.ofConfined()) {
            return new TokenSlots(arena, SymbolLookup.libraryLookup(library, arena)).list();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(library + " cannot be called", e);
        }
    }

    private List<Slot> list() throws Throwable {
        long begun = (long) function(INITIALIZE, ADDRESS).invokeExact(MemorySegment.NULL);
        if (begun == ALREADY_INITIALISED) {
            return slots();
        }
        require(begun, "C_Initialize");
        try {
            return slots();
        } finally {
            require((long) function(FINALIZE, ADDRESS).invokeExact(MemorySegment.NULL), "C_Finalize");
        }
    }

    private List<Slot> slots() throws Throwable {
        var getSlots = function(GET_SLOT_LIST, JAVA_BYTE, ADDRESS, ADDRESS);
        var count = arena.allocate(JAVA_LONG);
        count.set(JAVA_LONG, 0, MOST_SLOTS);
        var ids = arena.allocate(JAVA_LONG, MOST_SLOTS);
        require((long) getSlots.invokeExact((byte) 1, ids, count), "C_GetSlotList");
        var getInfo = function(GET_TOKEN_INFO, JAVA_LONG, ADDRESS);
        var info = arena.allocate(TOKEN_INFO);
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < count.get(JAVA_LONG, 0); i++) {
            long id = ids.getAtIndex(JAVA_LONG, i);
            // One that was taken out meanwhile is no token that is there.
            if ((long) getInfo.invokeExact(id, info) == OK) {
                slots.add(new Slot(id, text(info, 0, LABEL_LENGTH), text(info, SERIAL_OFFSET, SERIAL_LENGTH)));
            }
        }
        return slots;
    }

    private MethodHandle function(int number, MemoryLayout... parameters) {
        var address = functions.get(ADDRESS, FIRST_FUNCTION + number * ADDRESS.byteSize());
        return linker.downcallHandle(address, FunctionDescriptor.of(JAVA_LONG, parameters));
    }

    /** Padded with blanks, not ended by a zero. */
    private static String text(MemorySegment info, int offset, int length) {
        var bytes = info.asSlice(offset, length).toArray(JAVA_BYTE);
        return new String(bytes, StandardCharsets.UTF_8).stripTrailing();
    }

    private static void require(long result, String function) {
        if (result != OK) {
            throw new IllegalStateException(function + " says 0x" + Long.toHexString(result));
        }
    }
}
