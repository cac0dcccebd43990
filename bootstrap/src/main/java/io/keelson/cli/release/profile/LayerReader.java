package io.keelson.cli.release.profile;

import io.keelson.cli.release.yaml.Fields;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads layers. */
public final class LayerReader {
    private LayerReader() {}

    /** The {@code overrides} of a release description; the caller ends the fields. */
    public static Layer overrides(Fields fields) {
        return new Layer(
                "overrides",
                List.of(),
                fields.mappings("components", (name, change) -> component(change)),
                fields.mappings("configs", (name, change) -> config(change)),
                List.of(),
                Map.of(),
                List.of());
    }

    /** A data file of this program; the caller ends the fields. */
    static Layer layer(String name, Fields fields) {
        var minimum = new HashMap<String, String>();
        fields.scalars("minimum").forEach((part, version) -> version.ifPresent(found -> minimum.put(part, found)));
        return new Layer(
                name,
                fields.texts("extends"),
                fields.mappings("components", (component, change) -> component(change)),
                fields.mappings("configs", (config, change) -> config(change)),
                fields.texts("addons"),
                minimum,
                fields.texts("files"));
    }

    private static Layer.ComponentChange component(Fields fields) {
        return new Layer.ComponentChange(
                fields.line(), fields.optionalText("binary"), fields.scalars("flags"), fields.texts("without"));
    }

    private static Layer.ConfigChange config(Fields fields) {
        return new Layer.ConfigChange(fields.line(), fields.tree("set"), fields.texts("without"));
    }
}
