package io.segwatch.contracts;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** What records that were stored depend on: numbers, names and types of fields and enum values, a line each. */
public final class SchemaLines {
    private SchemaLines() {}

    /** In order of the alphabet. */
    public static List<String> of(List<FileDescriptor> files) {
        TreeSet<String> lines = new TreeSet<>();
        files.forEach(file -> file.getMessageTypes().forEach(message -> list(message, lines)));
        return List.copyOf(lines);
    }

    private static void list(Descriptor message, TreeSet<String> lines) {
        for (FieldDescriptor field : message.getFields()) {
            lines.add(message.getName() + " " + field.getNumber() + " " + field.getName() + " " + type(field));
        }
        message.getEnumTypes()
                .forEach(enumeration -> enumeration
                        .getValues()
                        .forEach(value -> lines.add(message.getName() + "." + enumeration.getName() + " "
                                + value.getNumber() + " " + value.getName())));
        message.getNestedTypes().forEach(nested -> list(nested, lines));
    }

    private static String type(FieldDescriptor field) {
        String name = switch (field.getType()) {
            case MESSAGE -> field.getMessageType().getName();
            case ENUM -> field.getEnumType().getName();
            default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
        return field.isRepeated() ? "repeated " + name : name;
    }
}
