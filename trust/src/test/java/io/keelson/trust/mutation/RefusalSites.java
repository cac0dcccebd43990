package io.keelson.trust.mutation;

import java.lang.classfile.ClassElement;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.ThrowInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The places in a class at which something is refused: where it throws, and where it returns a flaw that it has found.
 * Numbered in the order of the bytecode.
 */
final class RefusalSites {
    private static final ClassFile CLASS_FILE = ClassFile.of();
    private static final ClassDesc VISITED = ClassDesc.of(VisitedSites.class.getName());
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);
    private static final MethodTypeDesc NUMBER = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);

    private RefusalSites() {}

    /** One of them. @param number among the sites of its method, from 0 on */
    record Site(String method, int number) {}

    /** What becomes of a site. */
    @FunctionalInterface
    private interface Change {
        void instead(CodeBuilder code, Instruction refusal, int site, TypeKind returned);
    }

    static List<Site> of(byte[] bytes) {
        var sites = new ArrayList<Site>();
        for (var method : CLASS_FILE.parse(bytes).methods()) {
            method.code().ifPresent(code -> {
                int number = 0;
                var before = Before.ANYTHING;
                for (CodeElement element : code) {
                    if (isRefusal(element, before)) {
                        sites.add(new Site(method.methodName().stringValue(), number++));
                    }
                    before = before.then(element);
                }
            });
        }
        return sites;
    }

    /** The class with a note of each site that is reached; the sites count from a number on. */
    static byte[] recorded(byte[] bytes, int from) {
        return changed(
                bytes,
                (code, refusal, site, returned) -> code.loadConstant(from + site)
                        .invokestatic(VISITED, "visit", NUMBER)
                        .with(refusal));
    }

    /** The class without one refusal: it goes on behind it, or, where it cannot, returns nothing. */
    static byte[] without(byte[] bytes, int disabled) {
        try {
            var goingOn = without(bytes, disabled, (code, returned) -> code.pop());
            if (CLASS_FILE.verify(goingOn).isEmpty()) {
                return goingOn;
            }
        } catch (IllegalArgumentException otherStackBehindIt) {
            // What stands behind it is reached with other operands.
        }
        return without(bytes, disabled, (code, returned) -> {
            code.pop();
            nothing(code, returned);
        });
    }

    private static byte[] without(byte[] bytes, int disabled, BiConsumer<CodeBuilder, TypeKind> instead) {
        return changed(bytes, (code, refusal, site, returned) -> {
            if (site == disabled) {
                instead.accept(code, returned);
            } else {
                code.with(refusal);
            }
        });
    }

    private static void nothing(CodeBuilder code, TypeKind returned) {
        switch (returned) {
            case VOID -> code.return_();
            case REFERENCE -> code.aconst_null().areturn();
            case LONG -> code.lconst_0().lreturn();
            case BOOLEAN, BYTE, CHAR, SHORT, INT -> code.iconst_0().ireturn();
            case FLOAT -> code.fconst_0().freturn();
            case DOUBLE -> code.dconst_0().dreturn();
        }
    }

    private static byte[] changed(byte[] bytes, Change change) {
        var next = new int[1];
        ClassTransform transform = (builder, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                builder.transformMethod(method, (methodBuilder, part) -> {
                    if (part instanceof java.lang.classfile.CodeModel code) {
                        methodBuilder.withCode(into -> copy(code, into, change, next, method));
                    } else {
                        methodBuilder.with(part);
                    }
                });
            } else {
                builder.with((ClassElement) element);
            }
        };
        return ClassFile.of(ClassFile.StackMapsOption.GENERATE_STACK_MAPS, ClassFile.DeadCodeOption.PATCH_DEAD_CODE)
                .transformClass(CLASS_FILE.parse(bytes), transform);
    }

    private static void copy(
            java.lang.classfile.CodeModel code, CodeBuilder into, Change change, int[] next, MethodModel method) {
        var returned = TypeKind.from(method.methodTypeSymbol().returnType());
        var before = Before.ANYTHING;
        for (CodeElement element : code) {
            if (element instanceof BranchInstruction) {
                into.invokestatic(VISITED, "tick", NOTHING);
            }
            if (isRefusal(element, before)) {
                change.instead(into, (Instruction) element, next[0]++, returned);
            } else {
                into.with(element);
            }
            before = before.then(element);
        }
    }

    private static boolean isRefusal(CodeElement element, Before before) {
        return switch (before) {
            case ANYTHING -> element instanceof ThrowInstruction;
            case FLAW ->
                element instanceof ThrowInstruction
                        || (element instanceof ReturnInstruction returning && returning.opcode() == Opcode.ARETURN);
            case NO_MATCH -> false;
        };
    }

    /** The instruction before: whether it made a flaw of a path, or what the compiler throws when no pattern matches. */
    private enum Before {
        ANYTHING,
        FLAW,
        NO_MATCH;

        Before then(CodeElement element) {
            if (element instanceof InvokeInstruction call) {
                return switch (call.owner().asInternalName() + "." + call.name().stringValue()) {
                    case "java/util/Optional.of" -> FLAW;
                    case "java/lang/MatchException.<init>" -> NO_MATCH;
                    default -> ANYTHING;
                };
            }
            return element instanceof LineNumber ? this : ANYTHING;
        }
    }
}
