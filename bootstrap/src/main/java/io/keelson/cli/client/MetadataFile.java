package io.keelson.cli.client;

/**
 * A file of a release repository, to be sent.
 *
 * @param path as in the repository's directory, such as {@code metadata/2.root.json}
 */
public record MetadataFile(String path, byte[] content) {
    @Override
    public String toString() {
        return path + ", " + content.length + " bytes";
    }
}
