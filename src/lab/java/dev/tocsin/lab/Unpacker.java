package dev.tocsin.lab;

import io.airlift.compress.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks archives into a folder, and writes nowhere else whatever an archive says. Not with the machine's own {@code tar},
 * for what that can read depends on what else is installed.
 */
final class Unpacker {
    private static final int MAGIC = 6;
    private static final String XZ = "fd377a585a00";
    private static final String GZIP = "1f8b";
    private static final String ZSTD = "28b52ffd";

    private final Path folder;
    private final ArrayDeque<Folder> folders = new ArrayDeque<>();

    private record Folder(Path path, Set<PosixFilePermission> permissions) {}

    private Unpacker(Path folder) throws IOException {
        this.folder = folder.toRealPath();
    }

    /** Unpacks the files of a Debian package. */
    static void deb(Path archive, Path folder) throws IOException {
        try (var members = new ArArchiveInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
            for (var member = members.getNextEntry(); member != null; member = members.getNextEntry()) {
                if (member.getName().startsWith("data.tar")) {
                    tar(members, folder);
                    return;
                }
            }
        }
        throw new IOException(archive + " is no Debian package: it holds no data.tar");
    }

    /** Unpacks a tar archive, plain or compressed with xz, gzip or zstd; its first bytes tell. */
    static void tar(InputStream archive, Path folder) throws IOException {
        var unpacker = new Unpacker(folder);
        var entries = new TarArchiveInputStream(plain(new BufferedInputStream(archive)));
        for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            unpacker.unpack(entry, entries);
        }
        unpacker.close();
    }

    private static InputStream plain(InputStream archive) throws IOException {
        archive.mark(MAGIC);
        var magic = HexFormat.of().formatHex(archive.readNBytes(MAGIC));
        archive.reset();
        if (magic.equals(XZ)) {
            return new XZCompressorInputStream(archive);
        }
        if (magic.startsWith(GZIP)) {
            return new GzipCompressorInputStream(archive);
        }
        return magic.startsWith(ZSTD) ? new ZstdInputStream(archive) : archive;
    }

    private void unpack(TarArchiveEntry entry, InputStream content) throws IOException {
        var path = inside(entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            folders.push(new Folder(path, permissions(entry.getMode())));
            return;
        }
        if (path.equals(folder)) {
            throw new IOException("the archive has a file in place of the folder");
        }
        Files.createDirectories(path.resolveSibling(""));
        if (entry.isSymbolicLink()) {
            // May point anywhere, as those of packages do; that nothing is written through it is seen to above.
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Files.createLink(path, inside(entry.getLinkName()));
        } else if (isFile(entry)) {
            Files.copy(content, path);
            Files.setPosixFilePermissions(path, permissions(entry.getMode()));
        } else {
            throw new IOException(
                    "the archive has something that is neither file, folder nor link: " + entry.getName());
        }
    }

    /** The library takes for a file whatever it does not know. */
    private static boolean isFile(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    /** Where an entry goes. Refuses a name that leads out of the folder, by itself or over a link that came before. */
    private Path inside(String name) throws IOException {
        var path = folder.resolve(name).normalize();
        if (path.startsWith(folder)) {
            var existing = path.equals(folder) ? folder : path.resolveSibling("");
            while (!Files.exists(existing)) {
                existing = existing.resolve("..").normalize();
            }
            if (existing.toRealPath().startsWith(folder)) {
                return path;
            }
        }
        throw new IOException("the archive has an entry outside of its folder: " + name);
    }

    /** Last, for a folder may be read-only. */
    private void close() throws IOException {
        for (var made : folders) {
            Files.setPosixFilePermissions(made.path(), made.permissions());
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        var permissions = EnumSet.noneOf(PosixFilePermission.class);
        var all = PosixFilePermission.values(); // from the owner's r, the highest bit, to the others' x
        for (var i = 0; i < all.length; i++) {
            if ((mode >> (all.length - 1 - i) & 1) == 1) {
                permissions.add(all[i]);
            }
        }
        return permissions;
    }
}
