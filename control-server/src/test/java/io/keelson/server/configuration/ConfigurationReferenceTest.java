package io.keelson.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import io.smallrye.config.ConfigMappings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** {@code docs/reference/server-configuration.md} is what {@link ServerConfiguration} says, comments included. */
class ConfigurationReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "server-configuration.md");
    private static final Path SOURCE =
            Path.of("src/main/java", ServerConfiguration.class.getName().replace('.', '/') + ".java");
    private static final String REGENERATE =
            "./mvnw -pl control-server -am test -Dtest=ConfigurationReferenceTest -Dkeelson.docs.write=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void pageIsWhatTheConfigurationSays() throws IOException {
        var page = render();
        if (Boolean.getBoolean("keelson.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("missing; generate it with: " + REGENERATE).exists();
        assertThat(Files.readString(PAGE))
                .as("out of date; generate it again with: " + REGENERATE)
                .isEqualTo(page);
    }

    private static String render() throws IOException {
        var text = new StringBuilder("""
                # Configuration of the control server

                `/etc/keelson/server/server.yaml`, written by `keelson server init`. A key's environment variable is its name in
                capitals with `_` for every `.` and `-`. Problems are told all at once when the server starts; it does not start
                with any of them. After a change: `systemctl restart keelson-server`.

                This page is generated from `ServerConfiguration`: `%s`

                | Key | Default | Meaning |
                |---|---|---|
                """.formatted(REGENERATE));
        var comments = comments();
        keys().forEach((key, standard) -> text.append("| `%s` | %s | %s |%n"
                .formatted(
                        key,
                        standard.isEmpty() ? "" : "`" + standard + "`",
                        Objects.requireNonNull(comments.get(key), () -> key + " has no comment"))));
        return text.toString();
    }

    /** Every key with its default, as the configuration's own library sees them. */
    private static Map<String, String> keys() {
        var keys = new TreeMap<String, String>();
        ConfigMappings.getProperties(ConfigMappings.ConfigClass.configClass(ServerConfiguration.class))
                .forEach((key, property) -> {
                    if (!key.endsWith("[*]")) { // an element of a list that has its own entry
                        keys.put(key, property.hasDefaultValue() ? property.getDefaultValue() : "");
                    }
                });
        return keys;
    }

    private static Map<String, String> comments() throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, null)) {
            var task =
                    (JavacTask) compiler.getTask(null, files, null, List.of(), null, files.getJavaFileObjects(SOURCE));
            var found = new TreeMap<String, String>();
            for (CompilationUnitTree unit : task.parse()) {
                new Comments(DocTrees.instance(task), found).scan(unit, null);
            }
            return found;
        }
    }

    private static final class Comments extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final Map<String, String> found;

        private Comments(DocTrees docs, Map<String, String> found) {
            this.docs = docs;
            this.found = found;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            DocCommentTree comment = docs.getDocCommentTree(getCurrentPath());
            if (comment != null) {
                found.put(
                        prefix(getCurrentPath()) + "." + kebab(method.getName().toString()),
                        comment.getFullBody().toString().replaceAll("\\s*\\n\\s*", " "));
            }
            return super.visitMethod(method, unused);
        }

        /** Groups are named as the method that gives them: {@code Server server()}. */
        private static String prefix(TreePath path) {
            var group = (ClassTree) path.getParentPath().getLeaf();
            var name = group.getSimpleName().toString();
            return name.equals(ServerConfiguration.class.getSimpleName()) ? "keelson" : "keelson." + kebab(name);
        }

        private static String kebab(String name) {
            return name.replaceAll("(?<=[a-z])(?=[A-Z])", "-").toLowerCase(java.util.Locale.ROOT);
        }
    }
}
