package dev.tocsin.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Debian's Alertmanager reads its templates and its pages from a fixed folder, which is not there where the package is only
 * unpacked. The unpacked program is made to look in the folder that it is started in.
 */
final class AlertmanagerTemplates {
    private static final String FOLDER = "/usr/share/prometheus/alertmanager";

    /** Of the same length, for Go keeps the lengths of its strings elsewhere. */
    private static final String HERE = "./".repeat(FOLDER.length() / 2);

    private AlertmanagerTemplates() {}

    /** Makes the programs of an unpacked package look where they are started; does nothing when it has no templates. */
    static void relocate(Path root) throws IOException {
        if (!Files.exists(folder(root).resolve("default.tmpl"))) {
            return;
        }
        var found = 0;
        for (var name : Binaries.Tool.ALERTMANAGER.names()) {
            var program = root.resolve("usr/bin").resolve(name);
            if (Files.isRegularFile(program)) {
                found += replace(program);
            }
        }
        if (found == 0) {
            throw new IOException("this Alertmanager comes with templates and does not look for them in " + FOLDER);
        }
    }

    /** What must stand before the command of a program so made. */
    static List<String> prefix(Path root) {
        return Files.exists(folder(root).resolve("default.tmpl"))
                ? List.of(
                        "sh",
                        "-c",
                        "cd \"$0\" && exec \"$@\"",
                        folder(root).toAbsolutePath().toString())
                : List.of();
    }

    private static Path folder(Path root) {
        return root.resolve(FOLDER.substring(1));
    }

    private static int replace(Path program) throws IOException {
        var bytes = Files.readAllBytes(program);
        var wanted = FOLDER.getBytes(StandardCharsets.US_ASCII);
        var here = HERE.getBytes(StandardCharsets.US_ASCII);
        var found = 0;
        for (var i = 0; i <= bytes.length - wanted.length; i++) {
            if (bytes[i] == wanted[0] && Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                System.arraycopy(here, 0, bytes, i, here.length);
                found++;
            }
        }
        Files.write(program, bytes);
        return found;
    }
}
