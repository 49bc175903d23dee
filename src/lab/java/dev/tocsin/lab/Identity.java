package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who we are, and how PostgreSQL, which refuses root, is run as somebody else. */
final class Identity {
    private static final String NOBODY = "nobody";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=nogroup", "--clear-groups");

    private Identity() {}

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The command, run as nobody when we are root. */
    static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        var all = new ArrayList<>(AS_NOBODY);
        all.addAll(command);
        return all;
    }

    /** Gives a folder to whoever {@link #unprivileged} commands run as. */
    static void give(Path folder) throws IOException {
        if (isRoot()) {
            var nobody = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
            Files.setOwner(folder, nobody);
        }
    }
}
