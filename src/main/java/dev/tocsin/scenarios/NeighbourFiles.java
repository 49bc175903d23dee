package dev.tocsin.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files that a scenario names. */
interface NeighbourFiles {
    /** Of a scenario that came over the network: it is not to say which files of ours are read. */
    NeighbourFiles NONE = path -> {
        throw new IOException("only a scenario that is a file of the service, or of `tocsin lint`, can name one");
    };

    /** Reads one. Blocks. */
    String read(String path) throws IOException;

    /** Paths are taken from the scenario's own folder, else from where the process was started. */
    static NeighbourFiles of(Path scenario) {
        return path -> {
            var beside = scenario.toAbsolutePath().resolveSibling(path).normalize();
            var here = Path.of(path).toAbsolutePath().normalize();
            var file = Files.exists(beside) ? beside : here;
            if (!Files.isRegularFile(file)) {
                throw new IOException(
                        beside.equals(here) ? "there is no " + here : "there is neither " + beside + " nor " + here);
            }
            return Files.readString(file);
        };
    }
}
