package dev.tocsin.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who we are, and how PostgreSQL, which refuses root, is run as somebody else. */
final class Identity {
    private static final String NOBODY = "nobody";
    private static final String NOGROUP = "65534";

    /** What changes the user without asking for a password or a session, on every Linux. */
    private static final String SETPRIV = "setpriv";

    private Identity() {}

    static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The command, run as nobody when we are root. */
    static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        var all = new ArrayList<>(List.of(SETPRIV, "--reuid=" + NOBODY, "--regid=" + group(), "--clear-groups"));
        all.addAll(command);
        return all;
    }

    /** The number of nobody's group, whose name is one thing here and another there. */
    private static String group() {
        try {
            return Files.readAllLines(Path.of("/etc/passwd")).stream()
                    .map(line -> line.split(":", -1))
                    .filter(user -> user.length > 3 && user[0].equals(NOBODY))
                    .map(user -> user[3])
                    .findFirst()
                    .orElse(NOGROUP);
        } catch (IOException _) {
            return NOGROUP;
        }
    }

    /** Throws when PostgreSQL cannot be run as somebody else. */
    static void check() throws LabException {
        if (isRoot() && Binaries.onPath(List.of(SETPRIV)).isEmpty()) {
            throw new LabException("PostgreSQL refuses root, and " + SETPRIV
                    + " is not there to run it as another user; install it: apt-get install util-linux");
        }
    }

    /** Gives a folder to whoever {@link #unprivileged} commands run as. */
    static void give(Path folder) throws IOException {
        if (isRoot()) {
            var nobody = folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NOBODY);
            Files.setOwner(folder, nobody);
        }
    }
}
