package io.keelson.agent.crash;

import io.keelson.durable.AtomicFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;

/**
 * Loads Keelson's classes anew. The one that writes durably passes a {@link CrashPoint} before each fsync, rename and
 * removal, so that what is behind one of them is seen before the next; the product has no switch for that.
 */
public final class CrashLoader extends ClassLoader {
    private static final String OWN = "io.keelson.";
    private static final Set<String> CHANGES = Set.of("force", "move", "deleteIfExists", "createSymbolicLink");
    private static final ClassDesc POINT = ClassDesc.of(CrashPoint.class.getName());
    private static final MethodTypeDesc PASS = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_String);

    /** Of the same classes as the loader of this one. */
    public CrashLoader() {
        super(CrashLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OWN)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            var loaded = findLoadedClass(name);
            if (loaded != null) {
                return loaded;
            }
            var bytes = bytes(name);
            var changed = name.equals(AtomicFile.class.getName()) ? withPoints(bytes) : bytes;
            return defineClass(name, changed, 0, changed.length);
        }
    }

    private byte[] bytes(String name) throws ClassNotFoundException {
        try (var in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] withPoints(byte[] bytes) {
        CodeTransform points = (code, element) -> {
            if (element instanceof InvokeInstruction call
                    && CHANGES.contains(call.name().stringValue())
                    && call.owner().asInternalName().startsWith("java/nio/")) {
                code.ldc("before " + call.name().stringValue()).invokestatic(POINT, "pass", PASS);
            }
            code.with(element);
        };
        var file = ClassFile.of();
        return file.transformClass(file.parse(bytes), ClassTransform.transformingMethodBodies(points));
    }
}
