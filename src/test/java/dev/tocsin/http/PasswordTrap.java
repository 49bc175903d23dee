package dev.tocsin.http;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Speaks as PostgreSQL does until it has heard a password, then refuses it. */
final class PasswordTrap implements AutoCloseable {
    private static final int SSL_REQUEST = 80_877_103;
    private static final int CLEARTEXT_PASSWORD = 3;

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final List<String> heard = new CopyOnWriteArrayList<>();

    PasswordTrap() throws IOException {
        Thread.startVirtualThread(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** The passwords in the order in which they came. */
    List<String> heard() {
        return heard;
    }

    private void accept() {
        try {
            while (true) {
                var socket = server.accept();
                Thread.startVirtualThread(() -> answer(socket));
            }
        } catch (IOException _) {
            // closed
        }
    }

    private void answer(Socket client) {
        try (client;
                var in = new DataInputStream(client.getInputStream());
                var out = new DataOutputStream(client.getOutputStream())) {
            var startup = in.readNBytes(in.readInt() - 4);
            if (java.nio.ByteBuffer.wrap(startup).getInt() == SSL_REQUEST) {
                out.write('N');
                var _ = in.readNBytes(in.readInt() - 4);
            }
            out.write('R');
            out.writeInt(8);
            out.writeInt(CLEARTEXT_PASSWORD);
            out.flush();
            if (in.read() == 'p') {
                var password = in.readNBytes(in.readInt() - 4);
                heard.add(new String(password, 0, password.length - 1, StandardCharsets.UTF_8));
                var error = "SFATAL\0C28P01\0Mpassword authentication failed\0\0".getBytes(StandardCharsets.UTF_8);
                out.write('E');
                out.writeInt(4 + error.length);
                out.write(error);
                out.flush();
            }
        } catch (IOException _) {
            // it hung up
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
