package io.keelson.agent.etcd.usage;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.keelson.agent.etcd.usage.ObjectFacts.End;
import java.io.IOException;

/** An object as the API server stores custom resources: JSON, of which only the metadata are read, token by token. */
final class JsonObject {
    private static final JsonFactory JSON = new JsonFactory();

    private final RegistryKey key;
    private String owner = "";
    private boolean controlled;
    private String manager = "";

    private JsonObject(RegistryKey key) {
        this.key = key;
    }

    /** @throws IOException if it is not JSON as far as it is read, or has no metadata */
    static ObjectFacts read(RegistryKey key, byte[] value) throws IOException {
        try (var parser = JSON.createParser(value)) {
            expect(parser.nextToken(), JsonToken.START_OBJECT);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                var token = parser.nextToken();
                if (field.equals("metadata")) {
                    expect(token, JsonToken.START_OBJECT);
                    return new JsonObject(key).metadata(parser);
                }
                parser.skipChildren();
            }
            throw new IOException("it has no metadata");
        }
    }

    private ObjectFacts metadata(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            var field = parser.currentName();
            var token = parser.nextToken();
            if (token == JsonToken.START_ARRAY && field.equals("ownerReferences")) {
                owners(parser);
            } else if (token == JsonToken.START_ARRAY && field.equals("managedFields")) {
                managers(parser);
            } else {
                parser.skipChildren();
            }
        }
        expect(parser.currentToken(), JsonToken.END_OBJECT);
        return owner.isEmpty()
                ? new ObjectFacts(ObjectFacts.manager(manager), true, false, End.NONE)
                : new ObjectFacts(owner, true, true, End.NONE);
    }

    private void owners(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            var kind = "";
            var name = "";
            boolean controller = false;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                parser.nextToken();
                switch (field) {
                    case "kind" -> kind = text(parser);
                    case "name" -> name = text(parser);
                    case "controller" -> controller = parser.currentToken() == JsonToken.VALUE_TRUE;
                    default -> parser.skipChildren();
                }
            }
            if (owner.isEmpty() || (controller && !controlled)) {
                owner = ObjectFacts.owner(kind, key.namespace(), name);
                controlled = controller;
            }
        }
    }

    private void managers(JsonParser parser) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                var field = parser.currentName();
                parser.nextToken();
                if (field.equals("manager") && manager.isEmpty()) {
                    manager = text(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private static String text(JsonParser parser) throws IOException {
        expect(parser.currentToken(), JsonToken.VALUE_STRING);
        return RegistryKey.printable(parser.getText());
    }

    private static void expect(JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new IOException(found + " in the place of " + expected);
        }
    }
}
