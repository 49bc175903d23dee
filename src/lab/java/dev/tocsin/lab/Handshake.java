package dev.tocsin.lab;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** The first step of PostgreSQL's protocol: what {@code pg_isready} does, on machines that may not have it. */
final class Handshake {
    private static final int PROTOCOL_3 = 196_608;
    private static final int AUTHENTICATION = 'R';

    private Handshake() {}

    /** Whether the server goes on to ask for a password instead of saying that it is starting up. */
    static boolean accepted(Socket socket) throws IOException {
        socket.setSoTimeout(1000);
        var body = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(body)) {
            out.writeInt(PROTOCOL_3);
            out.write(("user\0" + PostgresServer.STRESS_ROLE + "\0database\0" + PostgresServer.DATABASE + "\0\0")
                    .getBytes(StandardCharsets.US_ASCII));
        }
        var message = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(message)) {
            out.writeInt(body.size() + Integer.BYTES);
            body.writeTo(out);
        }
        socket.getOutputStream().write(message.toByteArray());
        socket.getOutputStream().flush();
        return socket.getInputStream().read() == AUTHENTICATION;
    }
}
