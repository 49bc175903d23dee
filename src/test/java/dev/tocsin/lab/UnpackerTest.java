package dev.tocsin.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class UnpackerTest {
    /** A tar archive with a file {@code a} that holds {@code hello}, compressed by zstd 1.5.4. */
    private static final String ZSTD = "KLUv/WQAJ/UBAPLCCQ/Q56QwfjzwI2VKkhrElQIthIjRKhPQSa2rt6Xdg99/"
            + "PrSi+6cbAgggwA/3hS90ivdzPpgTBgWwn0QbbwHWOg==";

    private enum Compression {
        NONE(""),
        GZIP(".gz"),
        XZ(".xz");

        private final String suffix;

        Compression(String suffix) {
            this.suffix = suffix;
        }

        private OutputStream around(OutputStream out) throws IOException {
            return switch (this) {
                case NONE -> out;
                case GZIP -> new GZIPOutputStream(out);
                case XZ -> new XZCompressorOutputStream(out);
            };
        }
    }

    /** Puts entries into an archive. */
    private interface Entries {
        void into(TarArchiveOutputStream tar) throws IOException;
    }

    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
    }

    @ParameterizedTest
    @EnumSource
    void keepsContentPermissionsAndLinks(Compression compression) throws IOException {
        unpack(tar(compression, UnpackerTest::program));

        var program = folder.resolve("usr/bin/program");
        assertThat(program).hasContent("hello");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(program)))
                .isEqualTo("rwxr-x--x");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("usr/bin"))))
                .isEqualTo("r-xr-xr-x");
        assertThat(Files.readSymbolicLink(folder.resolve("usr/link"))).hasToString("bin/program");
        assertThat(Files.readSymbolicLink(folder.resolve("usr/elsewhere"))).hasToString("/etc/alternatives/program");
        assertThat(folder.resolve("usr/same")).hasContent("hello");
        Files.setPosixFilePermissions(folder.resolve("usr/bin"), PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @EnumSource
    void unpacksThePackageAndNotWhatDescribesIt(Compression compression) throws IOException {
        var deb = temporary.resolve("x_1_all.deb");
        try (var ar = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
            add(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
            add(ar, "control.tar.gz", tar(Compression.GZIP, tar -> file(tar, "./control", 0644)));
            add(ar, "data.tar" + compression.suffix, tar(compression, tar -> file(tar, "./usr/bin/a", 0755)));
        }

        Unpacker.deb(deb, folder);

        assertThat(folder.resolve("usr/bin/a")).hasContent("hello").isExecutable();
        assertThat(folder.resolve("control")).doesNotExist();
    }

    @Test
    void unpacksZstd() throws IOException {
        unpack(Base64.getDecoder().decode(ZSTD));

        assertThat(folder.resolve("a")).hasContent("hello");
    }

    @Test
    void refusesWhatIsNoPackage() throws IOException {
        var deb = temporary.resolve("x_1_all.deb");
        try (var ar = new ArArchiveOutputStream(Files.newOutputStream(deb))) {
            add(ar, "debian-binary", "2.0\n".getBytes(StandardCharsets.US_ASCII));
        }

        assertThatThrownBy(() -> Unpacker.deb(deb, folder)).hasMessageContaining("holds no data.tar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../outside", "a/../../outside", "/tmp/../outside", "."})
    void refusesANameThatLeadsOut(String name) throws IOException {
        var archive = tar(Compression.NONE, tar -> file(tar, name, 0644));

        assertThatThrownBy(() -> unpack(archive)).isInstanceOf(IOException.class);

        assertThat(temporary).isDirectoryNotContaining("glob:**/outside");
    }

    @Test
    void refusesToWriteThroughALink() throws IOException {
        var outside = Files.createDirectory(temporary.resolve("outside"));
        var overFolder = tar(Compression.NONE, tar -> {
            link(tar, "way", outside.toString(), TarConstants.LF_SYMLINK);
            file(tar, "way/file", 0644);
        });
        var overFile = tar(Compression.NONE, tar -> {
            link(tar, "name", outside.resolve("file").toString(), TarConstants.LF_SYMLINK);
            file(tar, "name", 0644);
        });
        var dangling = tar(Compression.NONE, tar -> {
            link(tar, "gone", outside.resolve("none").toString(), TarConstants.LF_SYMLINK);
            file(tar, "gone/deep/file", 0644);
        });

        assertThatThrownBy(() -> unpack(overFolder)).hasMessageContaining("outside of its folder: way/file");
        assertThatThrownBy(() -> unpack(overFile)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> unpack(dangling)).isInstanceOf(IOException.class);
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void refusesALinkToAFileOutside() throws IOException {
        Files.writeString(temporary.resolve("secret"), "secret");
        var archive = tar(Compression.NONE, tar -> link(tar, "a", "../secret", TarConstants.LF_LINK));

        assertThatThrownBy(() -> unpack(archive)).hasMessageContaining("outside of its folder: ../secret");
    }

    @Test
    void refusesDevices() throws IOException {
        var archive = tar(Compression.NONE, tar -> link(tar, "pipe", "", TarConstants.LF_FIFO));

        assertThatThrownBy(() -> unpack(archive)).hasMessageContaining("neither file, folder nor link: pipe");
    }

    private void unpack(byte[] archive) throws IOException {
        Unpacker.tar(new ByteArrayInputStream(archive), folder);
    }

    /** In a folder that may not be written, as a package may have it. */
    private static void program(TarArchiveOutputStream tar) throws IOException {
        var bin = new TarArchiveEntry("./usr/bin/");
        bin.setMode(0555);
        tar.putArchiveEntry(bin);
        tar.closeArchiveEntry();
        file(tar, "./usr/bin/program", 04751);
        link(tar, "./usr/link", "bin/program", TarConstants.LF_SYMLINK);
        link(tar, "./usr/elsewhere", "/etc/alternatives/program", TarConstants.LF_SYMLINK);
        link(tar, "./usr/same", "./usr/bin/program", TarConstants.LF_LINK);
    }

    private static byte[] tar(Compression compression, Entries entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(compression.around(bytes))) {
            entries.into(tar);
        }
        return bytes.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode) throws IOException {
        var content = "hello".getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setMode(mode);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, String to, byte kind) throws IOException {
        var entry = new TarArchiveEntry(name, kind);
        entry.setLinkName(to);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private static void add(ArArchiveOutputStream ar, String name, byte[] content) throws IOException {
        ar.putArchiveEntry(new ArArchiveEntry(name, content.length));
        ar.write(content);
        ar.closeArchiveEntry();
    }
}
