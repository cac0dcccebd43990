package io.keelson.proto;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import io.keelson.proto.agent.v1.Agent;
import io.keelson.proto.agent.v1.NodeSpecOuterClass;
import io.keelson.proto.enrolment.v1.Enrolment;
import io.keelson.proto.keeper.v1.Keeper;
import io.keelson.proto.operator.v1.Host;
import io.keelson.proto.operator.v1.Node;
import io.keelson.proto.operator.v1.Operator;
import io.keelson.proto.operator.v1.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Everything that goes over the wire, one line for each thing that an older or newer peer relies on. */
final class Contract {
    /** The files of this module. */
    static final List<FileDescriptor> FILES = List.of(
            Agent.getDescriptor(),
            NodeSpecOuterClass.getDescriptor(),
            Enrolment.getDescriptor(),
            Operator.getDescriptor(),
            Node.getDescriptor(),
            Pool.getDescriptor(),
            Host.getDescriptor(),
            Keeper.getDescriptor());

    private Contract() {}

    /** What is promised, by what it is promised of. */
    static TreeMap<String, String> lines() {
        var lines = new TreeMap<String, String>();
        messages()
                .forEach(message -> message.getFields()
                        .forEach(field -> lines.put(message.getFullName() + " " + field.getNumber(), type(field))));
        enums().forEach(each -> each.getValues()
                .forEach(value -> lines.put(each.getFullName() + " " + value.getNumber(), value.getName())));
        methods().forEach(method -> lines.put(method.getFullName(), signature(method)));
        return lines;
    }

    static Stream<Descriptor> messages() {
        return FILES.stream().flatMap(file -> file.getMessageTypes().stream()).flatMap(Contract::withNested);
    }

    private static Stream<Descriptor> withNested(Descriptor message) {
        return Stream.concat(
                Stream.of(message),
                message.getNestedTypes().stream()
                        .filter(nested -> !nested.getOptions().getMapEntry())
                        .flatMap(Contract::withNested));
    }

    static Stream<EnumDescriptor> enums() {
        return Stream.concat(
                FILES.stream().flatMap(file -> file.getEnumTypes().stream()),
                messages().flatMap(message -> message.getEnumTypes().stream()));
    }

    static Stream<MethodDescriptor> methods() {
        return FILES.stream()
                .flatMap(file -> file.getServices().stream())
                .flatMap(service -> service.getMethods().stream());
    }

    /** Whether nobody can use a field's number for something else. */
    static boolean reserved(String line) {
        var words = line.split(" ", 2);
        return words.length == 2
                && messages()
                        .filter(message -> message.getFullName().equals(words[0]))
                        .anyMatch(message -> message.isReservedNumber(Integer.parseInt(words[1])));
    }

    private static String type(FieldDescriptor field) {
        var words = new ArrayList<String>();
        if (field.isRepeated()) {
            words.add("repeated");
        }
        Optional.ofNullable(field.getRealContainingOneof()).ifPresent(one -> words.add("oneof " + one.getName()));
        if (field.toProto().getProto3Optional()) {
            words.add("optional");
        }
        words.add(
                switch (field.getJavaType()) {
                    case MESSAGE ->
                        field.isMapField() ? "map" : field.getMessageType().getFullName();
                    case ENUM -> field.getEnumType().getFullName();
                    default -> field.getType().name().toLowerCase(java.util.Locale.ROOT);
                });
        words.add(field.getName());
        return String.join(" ", words);
    }

    private static String signature(MethodDescriptor method) {
        return (method.isClientStreaming() ? "stream " : "")
                + method.getInputType().getFullName()
                + " -> "
                + (method.isServerStreaming() ? "stream " : "")
                + method.getOutputType().getFullName();
    }
}
